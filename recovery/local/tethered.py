"""Run a command that ends when its parent does: `python -m recovery.local.tethered CMD …`.

`up` may be killed with -9 and can then stop nobody, so the kernel is asked to tell its
children. Set here, after fork and before exec, rather than by preexec_fn, which is unsafe
beside threads. Where the kernel cannot (anything but Linux) the command just runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether(parent: int) -> None:
    """Ask for SIGTERM at the parent's death; leave at once if it died before we asked."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    tether(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 (becoming the command is the point)
