"""The programs `up` runs beside the servers: started, watched, restarted, stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until

SETTLED_SECONDS = 60
LONGEST_WAIT = 30.0
GRACE_SECONDS = 4.0

type Say = Callable[[str, str], None]


@dataclass
class Child:
    """One supervised program in a process group of its own."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    say: Say
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    wait: float = field(default=1.0)

    def start(self) -> None:
        """To be called in the main thread: the kernel ties a child to the starting thread."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recovery.local.tethered", str(os.getpid()), *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=CHECKOUT,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )
        threading.Thread(target=self._relay, args=[self.process], daemon=True).start()

    def look_after(self) -> None:
        """Report an end, and start again after a wait that doubles while it keeps ending."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._kill_group()
        self.wait = 1.0 if now - self.started_at > SETTLED_SECONDS else self.wait
        self.say(
            "up", f"{self.name} ended ({_cause(code)}); starting it again in {self.wait:.0f} s."
        )
        self.process = None
        self.start_again_at = now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stopped(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """End whatever is left of the group; workers may outlive the one that started them."""
        if self.process is not None:
            self._kill_group()
            self.process.wait()

    def _kill_group(self) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def _relay(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is not None:
            for line in process.stdout:
                if line.strip():
                    self.say(self.name, line.rstrip())


def stop_all(children: list[Child]) -> None:
    """Ask all at once, wait a little, then insist."""
    for child in children:
        child.ask_to_stop()
    wait_until(lambda: all(child.stopped() for child in children), seconds=GRACE_SECONDS)
    for child in children:
        child.kill()


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
