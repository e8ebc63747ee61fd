"""One embedded PostgreSQL cluster: made, started, found again, stopped."""

import contextlib
import signal
import subprocess
from pathlib import Path

import psycopg2

from recovery.local import addresses, engines
from recovery.local.errors import LocalError
from recovery.local.place import Place
from recovery.local.processes import command_line, wait_until

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # Compiling a plan costs more than our short statements take.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "",
}
# Losing a test cluster at a power cut costs nothing; waiting for the disk costs minutes.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
READY_SECONDS = 60
LINGER_SECONDS = 15


class Postgres:
    """The cluster in a place. `volatile` is for tests: fast, and lost at a power cut."""

    name = "postgres"
    # Ending open sessions and writing the log out; then at once, to be recovered at the start.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    def __init__(self, place: Place, *, volatile: bool = False) -> None:
        self.place = place
        self.settings = SETTINGS | (VOLATILE if volatile else {})
        self.log = place.logs / f"{self.name}.log"
        self._child: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        """Whether this very cluster takes connections."""
        with (
            contextlib.suppress(psycopg2.Error),
            contextlib.closing(self._connect()) as link,
            link.cursor() as cursor,
        ):
            cursor.execute("SHOW data_directory")
            return bool(cursor.fetchone() == (str(self.place.cluster),))
        return False

    def start(self) -> None:
        """Make the cluster if need be and start it; a running one is adopted."""
        if self.pid() is not None and wait_until(self.answers, seconds=READY_SECONDS):
            return
        programs = engines.postgres_programs(self.place.account)
        if not (self.place.cluster / "PG_VERSION").exists():
            self._make(programs)
        self._forget_dead_postmaster()
        # After kill -9 of a postmaster its last sessions hold its memory for a moment more.
        if not wait_until(lambda: self._start_once(programs), seconds=LINGER_SECONDS, every=1):
            message = f"PostgreSQL ended at its start:\n{_last_lines(self.log)}"
            raise LocalError(message)
        self._make_database()

    def _start_once(self, programs: Path) -> bool:
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                [programs / "postgres", "-D", self.place.cluster, *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd="/",
                **self.place.account.popen(),
            )
        if not wait_until(lambda: self.answers() or self._ended(), seconds=READY_SECONDS):
            message = f"PostgreSQL is not ready after {READY_SECONDS} s; see {self.log}."
            raise LocalError(message)
        return not self._ended()

    def pid(self) -> int | None:
        """The postmaster's number, if a live process really serves this cluster."""
        if self._child is not None and not self._ended():
            return self._child.pid  # it takes its note away a moment before it ends
        pid = self._noted_pid()
        if pid is None:
            return None
        arguments = command_line(pid)
        serves = str(self.place.cluster) in arguments and "postgres" in arguments[0]
        return pid if serves else None

    def _noted_pid(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.place.cluster / "postmaster.pid").read_text().splitlines()[0])
        return None

    def _forget_dead_postmaster(self) -> None:
        """Remove a note left by kill -9 whose number now belongs to another program."""
        if self._noted_pid() is not None and self.pid() is None:
            (self.place.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _ended(self) -> bool:
        """Whether the server we started has gone; also collects it, so no zombie stays."""
        return self._child is not None and self._child.poll() is not None

    def _options(self) -> list[str]:
        options = [f"-k{self.place.sockets}"]
        for key, value in self.settings.items():
            options += ["-c", f"{key}={value}"]
        return options

    def _make(self, programs: Path) -> None:
        made = subprocess.run(
            [
                programs / "initdb",
                f"--pgdata={self.place.cluster}",
                f"--username={addresses.ROLE}",
                "--auth=trust",  # the socket folder is private to us
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums",
                *([] if "fsync" not in self.settings else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self.place.account.popen(),
        )
        if made.returncode:
            message = f"PostgreSQL could not make its files:\n{made.stderr}"
            raise LocalError(message)

    def _make_database(self) -> None:
        with contextlib.closing(self._connect()) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [addresses.DATABASE]
                )
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {addresses.DATABASE}")

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            dbname="postgres",
            user=addresses.ROLE,
            host=str(self.place.sockets),
            connect_timeout=5,
        )


def _last_lines(log: Path, lines: int = 5) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
