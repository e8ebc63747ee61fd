"""Databases for tests: migrated once into a template, cloned for whoever needs one."""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("recovery", "cases", "processes", "staff")
# Several runs at once must not build the same template.
BUILDING = 7_262_001


def template_name() -> str:
    """Named after every migration there is, so that a new one makes a new template."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("migrations/*.*")):
            if path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def ensure_template(admin_dsn: str, url_of: str) -> str:
    """The migrated template; `url_of` is a database URL with {name} where its name goes."""
    name = template_name()
    with administrator(admin_dsn) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() != (True,):
            _build(cursor, name, url_of.format(name=name))
    return name


def _build(cursor: psycopg2.extensions.cursor, name: str, url: str) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'")
    for (stale,) in cursor.fetchall():
        cursor.execute(f'ALTER DATABASE "{stale}" IS_TEMPLATE false')
        cursor.execute(f'DROP DATABASE "{stale}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}"')
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    environment = {**os.environ, "DATABASE_URL": url, **PRODUCTION_LIKE}
    if subprocess.run(migrate, cwd=ROOT, env=environment, check=False).returncode:  # noqa: S603
        pytest.exit("The database for tests could not be migrated.", returncode=1)
    cursor.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')


# What settings ask for as soon as DATABASE_URL is given.
PRODUCTION_LIKE = {
    "RECOVERY_SECRET_KEY": "only-for-tests-" * 5,
    "RECOVERY_PUBLIC_URL": "http://127.0.0.1:8000",
    "RECOVERY_LOG_FORMAT": "console",
    "RECOVERY_LOG_LEVEL": "WARNING",
}


def clone(admin_dsn: str, template: str, name: str) -> None:
    with administrator(admin_dsn) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')


def drop(admin_dsn: str, name: str) -> None:
    with administrator(admin_dsn) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def administrator(dsn: str) -> Iterator[psycopg2.extensions.cursor]:
    with contextlib.closing(psycopg2.connect(dsn)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            yield cursor
