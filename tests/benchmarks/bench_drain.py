"""Many clocks due at once, drained exactly once while worker, beats and broker are killed."""

import os
import tempfile
from importlib import import_module

import django

from tests.benchmarks.serving import database


def run(*, seconds: float, repeats: int) -> None:
    """Print how long it took and that nothing was lost or doubled. No option matters here."""
    del seconds, repeats
    with tempfile.TemporaryDirectory() as fresh:
        os.environ["RECOVERY_DATA_DIR"] = fresh  # what was drained before would be in the way
        with database():
            django.setup()
            import_module("tests.benchmarks.draining").drain()
