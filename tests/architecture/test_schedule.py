"""The beat's schedule and the queues."""

import pytest
from django.utils.module_loading import autodiscover_modules

from recovery import celery
from recovery.local import programs


@pytest.fixture(scope="module", autouse=True)
def loaded():
    autodiscover_modules("tasks")


def test_every_entry_names_a_real_task():
    assert set(celery.SCHEDULE) <= set(celery.app.tasks)


def test_every_entry_is_on_the_beat():
    assert set(celery.app.conf.beat_schedule) == set(celery.SCHEDULE)


def test_only_short_intervals_are_on_the_beat():
    # The in-memory scheduler forgets: a daily entry would never come round on a busy week.
    assert max(seconds for seconds, _ in celery.SCHEDULE.values()) <= 60


def test_every_queue_has_a_worker():
    named = {queue for _, queue in celery.SCHEDULE.values()}

    assert named <= set(celery.QUEUES)
    command = programs.worker()
    assert command[command.index("--queues") + 1].split(",") == list(celery.QUEUES)


def test_no_task_of_ours_keeps_a_result():
    ours = [task for name, task in celery.app.tasks.items() if not name.startswith("celery.")]

    assert ours
    assert celery.app.conf.task_ignore_result
