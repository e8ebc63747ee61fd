"""Demo data for a first look: loaded once, never into an installation already in use."""

import io
from dataclasses import dataclass

from django.core.management import call_command, get_commands
from django.db import connection

COMMAND = "load_demo"
LOADING, LOADED = "demo loading", "demo loaded"


@dataclass(frozen=True)
class Login:
    """One of the demo's people, to sign in as."""

    email: str
    password: str
    role: str


def exists() -> bool:
    return COMMAND in get_commands()


def load_once() -> bool:
    """Load the demo if the database is fresh or an earlier load was cut off; True if loaded."""
    state = _state()
    if not exists() or state == LOADED or (state != LOADING and _in_use()):
        return False
    if state == LOADING:
        _start_over()
    _note(LOADING)
    call_command(COMMAND)
    _note(LOADED)
    return True


def logins() -> list[Login]:
    """The people one may sign in as; none where no demo was loaded."""
    if not exists() or _state() != LOADED:
        return []
    printed = io.StringIO()
    call_command(COMMAND, "--print-logins", stdout=printed)
    lines = (line.split(maxsplit=2) for line in printed.getvalue().splitlines() if line.strip())
    return [Login(*line) for line in lines]


def _state() -> str | None:
    """The note is a comment on the database itself, so that it cannot outlive the data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        return str(cursor.fetchone()[0] or "")


def _note(state: str) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [state])


def _start_over() -> None:
    """Empty a database whose demo was cut off: nobody was let in before it was whole."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)


def _in_use() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM failures_failure)")
        return bool(cursor.fetchone()[0])
