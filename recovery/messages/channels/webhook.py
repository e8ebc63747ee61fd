"""One HTTP POST to one address: resolved once, checked, and called at exactly that address.

Whoever may name an address must not reach the house's own machines through us: not by a private
address, nor by a name that says another one the second time, nor by a redirect.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from recovery.messages.policy import is_outside

TIMEOUT: Final = 5.0  # seconds for each step
DEADLINE: Final = 8.0  # and for all of them: some answer a letter at a time
PORTS: Final = {"http": 80, "https": 443}


class Unwelcome(Exception):  # noqa: N818  (reads as the fact it states)
    """The other end did not say that it has it, or is not to be called."""


class _Pinned(http.client.HTTPConnection):
    """A connection for one host that goes to one address, which nobody looks up again."""

    def __init__(
        self, host: str, port: int, *, address: str, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address, self.context = address, context

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)
        if self.context is not None:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever is going on, from another thread."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> None:
    """Send `body`; raises Unwelcome unless it is taken with 2xx, OSError when nobody is there.

    `private` allows the house's own addresses. Redirects are not followed.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context() if parts.scheme == "https" else None
    address = _address_of(host, port, private=private)
    link = _Pinned(host, port, address=address, context=context)
    end = threading.Timer(DEADLINE, link.cut)
    end.daemon = True
    end.start()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        link.request("POST", path, body, dict(headers))
        status = link.getresponse().status
    except http.client.HTTPException as error:
        message = f"no answer of HTTP: {type(error).__name__}"
        raise Unwelcome(message) from error
    finally:
        end.cancel()
        link.close()
    if not 200 <= status < 300:
        message = f"answered {status}"
        raise Unwelcome(message)


def _address_of(host: str, port: int, *, private: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(map(is_outside, addresses)):
        message = f"{host} leads to a private address, which webhooks may not reach"
        raise Unwelcome(message)
    return addresses[0]
