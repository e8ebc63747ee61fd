"""`manage.py up` as a newcomer meets it: real servers, real processes, real signals."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from recovery.local import addresses
from recovery.local.processes import command_line, wait_until

pytestmark = pytest.mark.slow

READY = re.compile(r"Recovery is ready: (\S+)")
# No DATABASE_URL, no PYTEST_…: as a shell outside any test would start it.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("RECOVERY_", "PYTEST", "DATABASE_URL", "REDIS_URL"))
}


class Running:
    """One started `up`, its output so far, and the processes of its data folder."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.url = data, f"http://127.0.0.1:{port}"
        self.log = (data / "output").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *up_arguments(data, port)],
            cwd=addresses.CHECKOUT,
            env=CLEAN,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()

    def output(self) -> str:
        return Path(self.log.name).read_text()

    def says(self, words: str, *, seconds: float = 150, times: int = 1) -> None:
        heard = wait_until(
            lambda: len(re.findall(words, self.output())) >= times, seconds=seconds, every=0.2
        )
        assert heard, self.output()

    def children(self, words: str) -> list[int]:
        return [pid for pid in living(self.data) if words in " ".join(command_line(pid))]

    def wait(self, seconds: float) -> int:
        return self.process.wait(timeout=seconds)


def up_arguments(data: Path, port: int) -> list[str]:
    return ["up", "--data-dir", str(data), "--port", str(port), "--no-demo", "--workers", "1"]


def living(data: Path) -> list[int]:
    """Every process that has this data folder in its environment or arguments."""
    marks = (os.fsencode(data), os.fsencode(addresses.socket_dir(data)))
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if int(entry.name) != os.getpid() and any(mark in text for mark in marks):
                found.append(int(entry.name))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def starting(data: Path) -> Iterator[Callable[[], Running]]:
    """Starts one more `up` on the data folder and waits until its first page answers."""
    with contextlib.ExitStack() as stack:

        def start() -> Running:
            running = stack.enter_context(contextlib.closing(Running(data, free_port())))
            running.says(READY.pattern)
            return running

        yield start


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder the servers' user can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="recovery-test-"))
    folder.chmod(0o755)
    yield folder
    for pid in living(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not living(folder), seconds=10)
    shutil.rmtree(folder)
    shutil.rmtree(addresses.socket_dir(folder), ignore_errors=True)


def query(data: Path, sql: str) -> object:
    with contextlib.closing(psycopg2.connect(addresses.database_url(data))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone() if cursor.description else None


def is_fit(up: Running) -> bool:
    with urllib.request.urlopen(f"{up.url}/readyz") as answer:  # noqa: S310 (our own address)
        return bool(answer.status == 200)


def test_serves_restarts_and_stops_without_a_trace(starting):
    up = starting()
    assert is_fit(up)

    refused = subprocess.run(
        [sys.executable, "manage.py", *up_arguments(up.data, free_port())],
        cwd=addresses.CHECKOUT, env=CLEAN, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert f"already runs on {up.data}: {up.url}" in refused.stderr

    for name, words in {
        "web": "granian",
        "worker": "--queues",
        "beat": "recovery.celery beat",
    }.items():
        for pid in up.children(words):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        up.says(rf"{name} ended \(SIGKILL\); starting it again")
    up.says("granian", times=2)
    assert wait_until(lambda: up.children("granian") != [], seconds=60)

    begun = time.monotonic()
    up.process.send_signal(signal.SIGTERM)
    assert up.wait(10) == 0
    assert time.monotonic() - begun < 10
    assert living(up.data) == []
    assert "Stopped." in up.output()


def test_survives_kill_9_of_itself_and_of_its_servers(starting):
    up = starting()
    query(up.data, "CREATE TABLE kept AS SELECT 42 AS answer")
    up.process.kill()
    up.wait(5)
    servers = {"postgres", "valkey"}
    assert wait_until(
        lambda: not any(up.children(words) for words in ("granian", "celery")), seconds=60
    ), "web, worker and beat end with their parent"
    assert all(up.children(name) for name in servers), "servers wait to be adopted"

    again = starting()
    assert query(up.data, "SELECT answer FROM kept") == (42,)

    postmaster = int((up.data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    again.says("postgres ended; starting it again")
    assert wait_until(lambda: answer_is_kept(up.data), seconds=60)

    again.process.send_signal(signal.SIGINT)
    assert again.wait(10) == 0
    assert living(up.data) == []


def answer_is_kept(data: Path) -> bool:
    with contextlib.suppress(psycopg2.OperationalError):
        return query(data, "SELECT answer FROM kept") == (42,)
    return False
