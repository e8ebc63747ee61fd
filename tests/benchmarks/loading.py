"""A closed-loop HTTP client in one thread: each connection sends, reads, sends again."""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final

FEWEST: Final = 3  # answers, however long they take

type NextBody = Callable[[], bytes]


@dataclass(slots=True)
class Load:
    """What was measured. `answers` counts by status; times are in seconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Requests answered per second."""
        return len(self.times) / self.seconds

    def percentile(self, part: int) -> float:
        """Milliseconds within which `part` per cent were answered."""
        return quantiles(self.times, n=100)[part - 1] * 1000


def request(path: str, key: str, body: bytes) -> bytes:
    """The bytes of one POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def load(port: int, next_request: NextBody, *, connections: int, seconds: float) -> Load:
    """Keep `connections` busy for `seconds`, longer if little comes back, and return it."""
    found = Load()
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            link = _Link(port)
            waiting.register(link.socket, selectors.EVENT_READ, link)
            link.send(next_request())
        start = time.perf_counter()
        while (now := time.perf_counter()) - start < seconds or len(found.times) < FEWEST:
            for ready, _events in waiting.select(timeout=1):
                link = ready.data
                if link.receive():
                    found.times.append(time.perf_counter() - link.sent_at)
                    found.answers[link.status] = found.answers.get(link.status, 0) + 1
                    link.send(next_request())
        found.seconds = now - start
        for ready in list(waiting.get_map().values()):
            ready.data.finish()
    return found


class _Link:
    """One connection that is kept alive."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""
        self.status = 0
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        self.read = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> bool:
        """Read on; say whether the answer is whole."""
        data = self.socket.recv(65_536)
        if not data:
            message = "the server closed the connection"
            raise ConnectionError(message)
        self.read += data
        head, gap, body = self.read.partition(b"\r\n\r\n")
        if not gap:
            return False
        self.status = int(head[9:12])
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return len(body) >= length

    def finish(self) -> None:
        """Let the last answer arrive, so that nothing of it falls into the next measurement."""
        while not self.receive():
            pass
        self.socket.close()
