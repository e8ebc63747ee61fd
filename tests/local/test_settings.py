"""Settings come from the environment alone and refuse what makes no sense."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from recovery.local import addresses, env, keys
from recovery.local.env import env_bool, env_database, env_int, env_redis

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DATABASE_URL": "postgresql://recovery:secret@db:5432/recovery?sslmode=require",
    "REDIS_URL": "redis://valkey:6379/0",
    "RECOVERY_SECRET_KEY": keys.new_secret_key(),
    "RECOVERY_SUPPORT_KEYS": keys.new_support_key(),
    "RECOVERY_PUBLIC_URL": "https://recovery.example.org",
    "RECOVERY_SMTP_HOST": "mail.example.org",
}


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=addresses.CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_deployment_check_finds_nothing_under_production_settings(own_database):
    done = run(
        ["-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        {**PRODUCTION, "DATABASE_URL": own_database},
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout, done.stderr


@pytest.mark.slow
def test_collects_every_static_file_a_page_names(tmp_path):
    script = (
        "from recovery import settings; from pathlib import Path;"
        f"settings.STATIC_ROOT = Path({str(tmp_path)!r});"
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'collectstatic', '--no-input', '--verbosity', '0'])"
    )
    environment = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "recovery.settings"}

    done = run(["-c", script], environment)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.parametrize("missing", ["RECOVERY_SECRET_KEY", "RECOVERY_PUBLIC_URL"])
def test_production_does_not_start_without(missing):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}

    done = run(["-c", "import recovery.settings"], environment)

    assert f"{missing} is not set. " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/recovery"),
        ("DATABASE_URL", "postgresql://db"),
        ("REDIS_URL", "localhost:6379"),
        ("RECOVERY_PUBLIC_URL", "recovery.example.org"),
        ("RECOVERY_DEBUG", "perhaps"),
        ("RECOVERY_SMTP_PORT", "-1"),
        ("RECOVERY_LOG_FORMAT", "xml"),
        ("RECOVERY_LOG_LEVEL", "LOUD"),
    ],
)
def test_refuses_a_value_that_makes_no_sense(name, value):
    done = run(["-c", "import recovery.settings"], {**PRODUCTION, name: value})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_reads_a_database_address_to_the_last_part(monkeypatch):
    monkeypatch.setenv("X", "postgresql://an%40a:p%2Fw@db:6000/name?sslmode=require")

    found = env_database("X", "")

    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "name", "an@a", "p/w", "db", "6000",
    ]  # fmt: skip
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout=3000" in found["OPTIONS"]["options"]


def test_a_socket_address_stays_a_socket_address(monkeypatch):
    monkeypatch.delenv("X", raising=False)

    assert env_database("X", "postgresql://me@/name?host=/run/pg")["HOST"] == "/run/pg"


@pytest.mark.parametrize("word", ["1", "true", "YES", "on"])
def test_reads_yes_in_several_words(monkeypatch, word):
    monkeypatch.setenv("X", word)

    assert env_bool("X", default=False) is True


def test_falls_back_to_the_default_when_empty(monkeypatch):
    monkeypatch.setenv("X", " ")

    assert env_int("X", 7) == 7
    assert env_redis("X", "redis://r") == "redis://r"


def test_a_missing_value_tells_what_to_do(monkeypatch):
    monkeypatch.delenv("X", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"X is not set\. Do this\."):
        env.env("X", hint="Do this.")


def test_a_made_key_is_kept_and_private(tmp_path):
    path = tmp_path / "new" / "key"

    first = keys.read_or_make(path, keys.new_support_key)

    assert keys.read_or_make(path, keys.new_support_key) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_socket_paths_stay_within_the_kernel_s_limit():
    deep = Path("/home/somebody") / "/".join(["a-rather-long-folder-name"] * 20)

    longest = addresses.socket_dir(deep) / ".s.PGSQL.5432.lock"

    assert len(os.fsencode(longest)) < 100
