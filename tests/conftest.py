"""Servers, databases and a browser for the tests. People and factories are in factories.py."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import django
import pytest

from recovery.local import addresses

# Before Django reads its settings. Tests have their own servers beside those of `up`.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["RECOVERY_DATA_DIR"] = str(addresses.data_dir() / "test")
# Each process its own numbered part of the one Valkey, so that bells do not cross.
PART = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
os.environ["REDIS_URL"] = addresses.redis_url(addresses.data_dir()).replace(
    "db=0", f"db={PART}"
)
os.environ["DJANGO_SETTINGS_MODULE"] = "recovery.settings"
os.environ["RECOVERY_LOG_LEVEL"] = "WARNING"
# Playwright's loop runs in the test's thread; the ORM is used beside it, never inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
django.setup()

import redis
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, Page

from recovery.kernel import snapshots
from recovery.kernel.snapshots import forget_all
from recovery.local.holding import holding, leave_on_sigterm
from tests import browsing, databases

HELD = ExitStack()


def database_dsn(name: str) -> str:
    return addresses.database_url(addresses.data_dir(), name)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    leave_on_sigterm()
    HELD.enter_context(holding(addresses.data_dir(), volatile=True))
    databases.ensure_template(
        database_dsn("postgres"), addresses.database_url(addresses.data_dir(), "{name}")
    )


def pytest_unconfigure() -> None:
    HELD.close()


# What takes minutes begins first: begun last, one worker would wait for the other.
LONGEST = ("tests/web/test_every_page.py", "tests/local/test_up.py", "tests/journey/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and (marker.kwargs.get("transaction") or marker.args):
            message = (
                f"{item.nodeid}: a flush would take the seeded rows from later tests. "
                "Use the own_database fixture."
            )
            raise pytest.UsageError(message)


COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}


@pytest.fixture(autouse=True)
def fresh_snapshots(request: pytest.FixtureRequest) -> None:
    """What a process keeps for some seconds was read from another test's rows."""
    forget_all()
    if COUNTING & set(request.fixturenames):
        request.getfixturevalue("no_time_passes")


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read again every two seconds must not be counted by chance."""
    monkeypatch.setattr(snapshots, "time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture(scope="session")
def template() -> str:
    return databases.template_name()


@pytest.fixture(scope="session")
def run_name(worker_id: str) -> str:
    """Different for every process of every run, so that runs at once do not meet."""
    return f"test_{worker_id}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(template: str, run_name: str, django_db_blocker) -> Iterator[None]:
    """One clone of the template for all tests of this process, each in a transaction."""
    with django_db_blocker.unblock(), switched_to(run_name, template):
        yield


@pytest.fixture
def own_database(
    template: str, run_name: str, django_db_setup, django_db_blocker
) -> Iterator[str]:
    """A database of the test's own, where commits are real; yields its DATABASE_URL.

    For threads, other processes and live servers; costs some 100 ms. Not with `db`.
    """
    name = f"{run_name}_own"
    with django_db_blocker.unblock(), switched_to(name, template):
        yield database_dsn(name)


@pytest.fixture
def broker() -> Iterator[str]:
    """The address of an emptied Valkey; what a test leaves there is gone after it."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield settings.REDIS_URL
        client.flushdb()


@pytest.fixture
def program_environment(own_database: str, broker: str) -> dict[str, str]:
    """For real workers and servers in processes of their own, on the test's own database."""
    return {
        **os.environ,
        **databases.PRODUCTION_LIKE,
        "DATABASE_URL": own_database,
        "REDIS_URL": broker,
        "RECOVERY_LOG_LEVEL": "INFO",
    }


@pytest.fixture
def live_url(own_database: str) -> Iterator[str]:
    """The address of the site, served from own_database."""
    with browsing.serving() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browsing.chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with browsing.browsing(path) as started:
        yield started


@pytest.fixture
def console_errors() -> browsing.Complaints:
    """Filled by `page`: what the console and the CSP complained about so far."""
    return browsing.Complaints()


@pytest.fixture
def page(
    browser: Browser, live_url: str, console_errors: browsing.Complaints
) -> Iterator[Page]:
    """A fresh browser page, 1440 px wide; page.goto("/path") goes to the live site."""
    context = browser.new_context(
        base_url=live_url, viewport={"width": 1440, "height": 900}, locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    console_errors.listen(page)
    yield page
    context.close()


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return addresses.CHECKOUT


class switched_to(ExitStack):  # noqa: N801 (reads as a verb after `with`)
    """Clone the template, point Django at the clone, point back and drop it at the end."""

    def __init__(self, name: str, template: str) -> None:
        super().__init__()
        self.name, self.template = name, template

    def __enter__(self) -> "switched_to":
        databases.clone(database_dsn("postgres"), self.template, self.name)
        shared = connections.settings["default"]
        before = shared["NAME"]
        connection.close()
        shared["NAME"] = self.name
        self.callback(databases.drop, database_dsn("postgres"), self.name)
        self.callback(shared.update, NAME=before)
        self.callback(connections.close_all)
        return self
