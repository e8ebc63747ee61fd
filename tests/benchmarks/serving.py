"""The site under granian with the embedded servers, and the CPU its processes have used."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from recovery.local import addresses
from recovery.local.holding import holding
from recovery.local.postgres import Postgres

WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def database() -> Iterator[Postgres]:
    """Servers with a migrated, empty database, durable as in production."""
    with holding(addresses.data_dir()) as servers:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=addresses.CHECKOUT,
            check=True,
        )
        yield next(server for server in servers if isinstance(server, Postgres))


@contextlib.contextmanager
def site(application: str) -> Iterator[tuple[int, int]]:
    """Serve `application` ("module:name") as `up` does; yields (port, process id)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603
        [
            *(sys.executable, "-m", "granian", application, "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)),
            *("--blocking-threads", "4", "--no-ws", "--log-level", "error"),
        ],
        cwd=addresses.CHECKOUT,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return
        time.sleep(0.2)
    message = f"{url} does not answer"
    raise TimeoutError(message)


def say(line: str) -> None:
    """Print one line of a table at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and everything below it, ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(map(int, fields[11:15])) / TICK
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return total + sum(cpu_seconds(int(child)) for child in children if _lives(child))


def _lives(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()
