"""Demo data: once, and never into an installation in use."""

import pytest
from django.core.management.base import BaseCommand
from django.db import connection

from recovery.local import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def loads(monkeypatch) -> list[tuple[str, ...]]:
    """The calls of the demo command, which here only prints."""
    calls: list[tuple[str, ...]] = []

    def call(name, *arguments, stdout=None, **_options):
        calls.append((name, *arguments))
        if stdout is not None:
            stdout.write("ana@demo.test secret Lead of the desk\n\n")

    monkeypatch.setattr(demo, "call_command", call)
    monkeypatch.setattr(demo, "get_commands", lambda: {demo.COMMAND: BaseCommand})
    demo._note("")
    return calls


def test_loads_into_a_fresh_database_once(loads):
    assert [demo.load_once(), demo.load_once()] == [True, False]
    assert loads == [(demo.COMMAND,)]


def test_starts_over_after_it_was_cut_off(loads):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE half_played ()")
    demo._note(demo.LOADING)

    assert demo.load_once() is True
    assert [name for name, *_ in loads] == ["migrate", demo.COMMAND]
    assert "half_played" not in connection.introspection.table_names()


def test_leaves_an_installation_in_use_alone(loads, monkeypatch):
    monkeypatch.setattr(demo, "_in_use", lambda: True)

    assert demo.load_once() is False
    assert loads == []


def test_a_database_without_failures_is_not_in_use():
    assert demo._in_use() is False


def test_prints_the_logins_only_where_a_demo_was_loaded(loads):
    assert demo.logins() == []
    demo.load_once()

    assert demo.logins() == [demo.Login("ana@demo.test", "secret", "Lead of the desk")]


def test_does_without_a_demo_command(monkeypatch):
    monkeypatch.setattr(demo, "get_commands", dict)

    assert (demo.load_once(), demo.logins()) == (False, [])
