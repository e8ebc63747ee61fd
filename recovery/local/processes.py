"""Asking about processes by number without ever trusting a number alone."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def command_line(pid: int) -> list[str]:
    """The arguments of a running process; empty if there is none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return [os.fsdecode(part) for part in proc.read_bytes().split(b"\0") if part]
        except OSError:
            return []
    found = subprocess.run(
        ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


def wait_until(test: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Whether the test came true in time."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
