"""A case handed to another desk: what was used stays used, the rest counts in its hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clocks import services
from recovery.clocks.models import Clock
from recovery.clocks.policy import Moment, course_of
from recovery.clocks.policy.changing import carried_target
from recovery.clocks.selectors import clock_file
from recovery.clocks.states import ClockVerb
from recovery.console.presenters.clocks import page_of
from recovery.events.services import pump
from recovery.failures.services import hand_over
from recovery.kernel.hours import Schedule
from tests.clocks.acting import DAY, HOUR, K, by_law, start
from tests.factories import NOON, make_calendar, make_department, make_failure, make_item

OFFICE = Schedule(ZoneInfo("Europe/Lisbon"), dict.fromkeys(range(5), ((time(8), time(16)),)))
NIGHT = Schedule(ZoneInfo("Asia/Tokyo"), dict.fromkeys(range(7), ((time(22), time(6)),)))
ALWAYS = Schedule.always(ZoneInfo("UTC"))
HOURS = st.sampled_from([OFFICE, NIGHT, ALWAYS])


@given(HOURS, HOURS, st.integers(1, 60), st.integers(0, 300), st.integers(0, 40), st.booleans())
def test_what_was_left_is_left(before, after, target, passed, paused, is_paused):
    begun = Moment(ClockVerb.START, datetime(2026, 3, 4, 12, tzinfo=UTC), target * 3600)
    history = [begun, Moment(ClockVerb.PAUSE, begun.at + paused * HOUR)]
    if not is_paused:
        history.append(Moment(ClockVerb.RESUME, begun.at + (paused + 3) * HOUR))
    at = begun.at + (paused + 3) * HOUR + passed * timedelta(minutes=7)
    resumed = [*history, Moment(ClockVerb.RESUME, at)] if is_paused else history
    course = course_of(resumed, before)
    if course.due_at <= at:
        return
    left = before.between(at, course.due_at)
    seconds = carried_target(history, before=before, after=after, at=at)
    moved = course_of([*resumed, Moment(ClockVerb.DESK, at, seconds)], after)
    assert timedelta(0) <= after.between(at, moved.due_at) - left < timedelta(seconds=1)


pytest_db = pytest.mark.django_db


@pytest.fixture
def night():
    calendar = make_calendar("Night")
    calendar.week = {str(day): [["18:00", "22:00"]] for day in range(7)}
    calendar.save()
    return make_department(calendar=calendar)


def pass_on(item, to, lead, now):
    hand_over(item_id=item.pk, department_id=to.pk, words="Yours, please.", actor=lead, now=now)
    pump(now)


@pytest_db
def test_clocks_count_on_in_the_hours_of_the_other_desk(item, lead, night):
    clock = start(item, lead)
    before = clock.target_seconds
    pass_on(item, night, lead, NOON + 2 * HOUR)
    clock.refresh_from_db()
    assert clock.calendar_id == night.calendar_id
    left = timedelta(seconds=before) - 2 * HOUR
    assert clock.due_at == datetime(2026, 3, 4, 18, tzinfo=UTC) + left // (4 * HOUR) * DAY + (
        left % (4 * HOUR)
    )
    head, *words = next(
        (step.head, *step.words)
        for step in page_of(clock_file(clock.pk), lead, NOON + 3 * HOUR).steps
        if step.head == "Passed to another desk"
    )
    assert "stays used" in " ".join(words), head


@pytest_db
def test_twice_changes_nothing(item, lead, night):
    clock = start(item, lead)
    pass_on(item, night, lead, NOON + HOUR)
    again = {"item_id": item.pk, "at": NOON + 2 * HOUR, "actor_id": lead.pk, "reason": "x"}
    assert services.follow_desk(**again) == 0
    assert clock.history.count() == 2


@pytest_db
def test_leaves_what_runs_at_all_hours_laws_and_what_is_late(desk, lead, night, law):
    urgent = make_item(make_failure(department=desk, priority=1))
    start(urgent, lead, K.ACKNOWLEDGE)
    by_law(urgent, law, lead)
    pass_on(urgent, night, lead, NOON + timedelta(minutes=5))
    late = make_item(make_failure(department=desk, priority=3))
    start(late, lead, K.ACKNOWLEDGE)
    pass_on(late, night, lead, NOON + 9 * DAY)
    for clock in Clock.objects.all():
        assert clock.history.count() == 1, clock.kind
        assert clock.due_at == clock.original_due_at
