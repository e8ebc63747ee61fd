"""The sweep of due clocks against the same three statements with values made beforehand."""

from importlib import import_module

import django

from tests.benchmarks.serving import database


def run(*, seconds: float, repeats: int) -> None:
    """Print rows per second of floor and sweep, in turns. `seconds` does not matter here."""
    with database():
        django.setup()
        import_module("tests.benchmarks.sweeping").compare(repeats=repeats)
