"""Sharing the embedded servers: the first who needs them starts them, the last stops them.

Every user holds a shared lock on one file. The kernel drops it when a process dies, even by
kill -9, so the count is always true; servers left behind are found and used by the next.
"""

import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from recovery.local import addresses
from recovery.local.errors import LocalError
from recovery.local.place import prepare_place
from recovery.local.postgres import Postgres
from recovery.local.processes import wait_until
from recovery.local.valkey import Valkey

type Server = Postgres | Valkey

# These read files only; starting servers for them would be a wait for nothing.
WITHOUT_SERVERS = {
    "up",  # holds the servers itself, with its own --data-dir
    "help",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "spectacular",
    "startapp",
    "version",
}
STOP_SECONDS = (4.0, 1.5)
ASKING = {"--help", "-h", "--version"}


@contextlib.contextmanager
def holding(
    data: Path, *, database: bool = True, broker: bool = True, volatile: bool = False
) -> Iterator[list[Server]]:
    """The running servers of a data folder, for as long as the block lasts."""
    place = prepare_place(data)
    servers: list[Server] = []
    if database:
        servers.append(Postgres(place, volatile=volatile))
    if broker:
        servers.append(Valkey(place))
    with (data / "users.lock").open("a") as users:
        try:
            with _alone(data):
                fcntl.flock(users, fcntl.LOCK_SH)
                for server in servers:
                    server.start()
            yield servers
        finally:
            with _alone(data):
                if _last(users):
                    _stop(servers)


def revive(data: Path, server: Server) -> None:
    """Start a server that died while it was held."""
    with _alone(data):
        server.start()


def hold_servers_for(arguments: list[str], stack: ExitStack) -> None:
    """Hold what a management command needs and the environment does not name."""
    command = next(iter(arguments), "help")
    if command == "up":
        _obey_data_dir(arguments)
    if command in WITHOUT_SERVERS or ASKING & set(arguments):
        return
    database = not os.environ.get("DATABASE_URL", "").strip()
    broker = not os.environ.get("REDIS_URL", "").strip()
    if not (database or broker):
        return
    leave_on_sigterm()
    try:
        stack.enter_context(holding(addresses.data_dir(), database=database, broker=broker))
    except LocalError as error:
        sys.exit(str(error))


def leave_on_sigterm() -> None:
    """End by an exception, which lets go of the servers, rather than on the spot."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


def _obey_data_dir(arguments: list[str]) -> None:
    """Put --data-dir of `up` into the environment, before settings read it from there."""
    for position, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--data-dir":
            following = arguments[position + 1 : position + 2]
            os.environ["RECOVERY_DATA_DIR"] = value if equals else "".join(following)


def _stop(servers: list[Server]) -> None:
    """Ask all at once, and insist where asking did not help in time."""
    for insisting, seconds in enumerate(STOP_SECONDS):
        for server in servers:
            pid = server.pid()
            if pid is not None:
                os.kill(pid, server.stop_signals[insisting])
        if wait_until(lambda: all(one.pid() is None for one in servers), seconds=seconds):
            return


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One starter or stopper at a time."""
    with (data / "servers.lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
