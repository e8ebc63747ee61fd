"""For tests that start programs."""

import socket

import pytest


@pytest.fixture
def free_port() -> int:
    """A loopback port nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
