"""One embedded Valkey: started, found again, stopped. It keeps nothing; it is only a bell."""

import contextlib
import signal
import subprocess

import redis

from recovery.local import addresses, engines
from recovery.local.errors import LocalError
from recovery.local.place import Place
from recovery.local.processes import command_line, wait_until

READY_SECONDS = 20


class Valkey:
    """The server on a place's socket."""

    name = "valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.logs / f"{self.name}.log"
        self._child: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), self._connect() as client:
            return bool(client.ping())
        return False

    def start(self) -> None:
        """Start it; a running one is adopted."""
        if self.pid() is not None and wait_until(self.answers, seconds=READY_SECONDS):
            return
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                [engines.valkey_program(self.place.account), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd="/",
                **self.place.account.popen(),
            )
        if not wait_until(lambda: self.answers() or self._ended(), seconds=READY_SECONDS):
            message = f"Valkey is not ready after {READY_SECONDS} s; see {self.log}."
            raise LocalError(message)
        if self._ended():
            message = f"Valkey ended at its start; see {self.log}."
            raise LocalError(message)

    def pid(self) -> int | None:
        """The server's number, if a live process really listens on our socket."""
        if self._child is not None and not self._ended():
            return self._child.pid  # it takes its note away a moment before it ends
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.place.sockets / "valkey.pid").read_text())
            # Valkey rewrites its own title, which ends with the socket it serves.
            if any(str(self.place.sockets) in part for part in command_line(pid)):
                return pid
        return None

    def _ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def _options(self) -> list[str]:
        return [
            *("--port", "0"),
            *("--unixsocket", str(self.place.sockets / "valkey.sock")),
            *("--unixsocketperm", "700"),
            *("--pidfile", str(self.place.sockets / "valkey.pid")),
            *("--save", ""),
            *("--appendonly", "no"),
            *("--dir", str(self.place.sockets)),
            *("--maxmemory-policy", "noeviction"),
            *("--loglevel", "warning"),
        ]

    def _connect(self) -> redis.Redis:
        url = addresses.redis_url(self.place.data)
        return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
