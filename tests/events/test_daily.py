"""Daily jobs run once a day, whoever asks and however often."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery.events import registry, services
from recovery.events.models import JobRun
from recovery.events.services import daily

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def jobs(monkeypatch):
    found: dict[str, registry.Job] = {}
    monkeypatch.setattr(registry, "JOBS", found)
    monkeypatch.setattr(daily, "JOBS", found)
    return found


def test_runs_once_a_day(jobs):
    seen = []
    registry.daily("sweep-floor")(seen.append)
    assert [services.run_daily(NOON), services.run_daily(NOON + timedelta(hours=1))] == [1, 0]
    assert services.run_daily(NOON + timedelta(days=1)) == 1
    assert seen == [NOON, NOON + timedelta(days=1)]


def test_tries_a_failed_job_again_and_runs_the_others(jobs):
    def breaks(now):
        raise ValueError("stuck")

    seen = []
    registry.daily("breaks")(breaks)
    registry.daily("works")(seen.append)
    assert services.run_daily(NOON) == 1
    assert seen == [NOON]
    assert not JobRun.objects.filter(name="breaks").exists()


def test_refuses_two_jobs_of_one_name(jobs):
    def one(now): ...
    def two(now): ...

    registry.daily("same")(one)
    with pytest.raises(ValueError, match="same"):
        registry.daily("same")(two)
