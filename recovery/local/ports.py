"""Finding a loopback port for the web server."""

import contextlib
import socket

from recovery.local.errors import LocalError

DEFAULT = 8000
TRIED = 50


def choose(wanted: int | None) -> int:
    """The port asked for, or from 8000 on the first that is free."""
    if wanted is not None:
        if not is_free(wanted):
            message = f"Port {wanted} is taken. Choose another --port."
            raise LocalError(message)
        return wanted
    for port in range(DEFAULT, DEFAULT + TRIED):
        if is_free(port):
            return port
    message = f"Ports {DEFAULT} to {DEFAULT + TRIED} are all taken. Choose a --port."
    raise LocalError(message)


def is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        # As the server does, so that a port only lingering from our last run counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False
