"""The life of one `up`: start, prepare, serve, watch, stop."""

import contextlib
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.shortcuts import resolve_url

from recovery.local import demo, ports, programs
from recovery.local.children import Child, stop_all
from recovery.local.errors import LocalError
from recovery.local.following import Follower
from recovery.local.holding import Server, holding, revive
from recovery.local.running import the_only_one

LOOK_EVERY = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Up:
    """Runs until a signal comes. `write` takes one line for the terminal."""

    def __init__(
        self, *, port: int | None, workers: int, demo: bool, write: Callable[[str], None]
    ) -> None:
        self.wanted_port = port
        self.workers = workers
        self.with_demo = demo
        self.write = write
        self.greeted = False
        self._writing = threading.Lock()

    def run(self) -> None:
        data = settings.DATA_DIR
        port = ports.choose(self.wanted_port)
        self.url = f"http://127.0.0.1:{port}"
        with the_only_one(data, self.url), _signals_interrupt():
            if self.wanted_port is None and port != ports.DEFAULT:
                self.say("up", f"Port {ports.DEFAULT} is taken; using {port}.")
            self.say("up", f"Starting PostgreSQL and Valkey; everything is kept in {data}.")
            with (
                contextlib.suppress(KeyboardInterrupt),
                holding(
                    data, database=settings.EMBEDDED, broker=not os.environ.get("REDIS_URL")
                ) as servers,
            ):
                self._prepare()
                self._serve(servers, port)
        self.write("Stopped.")

    def say(self, name: str, line: str) -> None:
        """One line of the common stream; children speak from threads of their own."""
        with self._writing:
            self.write(f"{name:8} | {line}")

    def _prepare(self) -> None:
        self.say("up", "Bringing the database up to date.")
        call_command("migrate", interactive=False, verbosity=0)
        if self.with_demo and demo.load_once():
            self.say("up", "Demo data loaded.")
        self.logins = demo.logins()
        connections.close_all()

    def _serve(self, servers: list[Server], port: int) -> None:
        children = self._children(port)
        logs = {server.name: Follower(server.log) for server in servers}
        for log in logs.values():
            log.skip_to_end()
        try:
            for child in children:
                child.start()
            while True:
                self._look(servers, children)
                for name, log in logs.items():
                    for line in log.new_lines():
                        self.say(name, line)
                time.sleep(LOOK_EVERY)
        finally:
            self.say("up", "Stopping.")
            stop_all(children)

    def _look(self, servers: list[Server], children: list[Child]) -> None:
        for server in servers:
            if server.pid() is None:
                self.say("up", f"{server.name} ended; starting it again.")
                try:
                    revive(settings.DATA_DIR, server)
                except LocalError as error:
                    self.say("up", str(error))
        for child in children:
            child.look_after()
        if not self.greeted and answers(self.url + resolve_url(settings.LOGIN_URL)):
            self.greeted = True
            self._greet()

    def _children(self, port: int) -> list[Child]:
        commands = {
            "web": programs.web(port, workers=self.workers),
            "worker": programs.worker(),
            "beat": programs.beat(),
        }
        common = {
            "RECOVERY_DATA_DIR": str(settings.DATA_DIR),
            "RECOVERY_PUBLIC_URL": os.environ.get("RECOVERY_PUBLIC_URL", self.url),
            "PYTHONUNBUFFERED": "1",
        }
        return [
            Child(name, command, {**common, "RECOVERY_PROCESS": name}, self.say)
            for name, command in commands.items()
        ]

    def _greet(self) -> None:
        lines = ["", f"  Recovery is ready: {self.url}", ""]
        if self.logins:
            width = max(len(login.email) for login in self.logins)
            lines += [
                f"  {login.email:{width}}  {login.password}  {login.role}"
                for login in self.logins
            ]
            lines.append("")
        if not settings.SMTP_HOST:
            lines.append(f"  Mail is not sent but filed in {settings.DATA_DIR / 'mail'}.")
        lines += ["  Ctrl-C stops everything; the data stays.", ""]
        with self._writing:
            for line in lines:
                self.write(line)


def answers(url: str) -> bool:
    """Whether a page is really there: URL errors and refused connections are OSErrors."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """The first signal interrupts; those after it must not cut the stopping off."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
