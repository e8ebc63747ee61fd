"""A promise has a time of its own that nothing moves but the customer's consent, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from recovery.clocks import services
from recovery.clocks.models import Clock, ClockEvent, Promise
from recovery.clocks.policy import Moment, course_of
from recovery.clocks.policy.promising import LONGEST, timed
from recovery.clocks.states import ClockVerb
from recovery.escalation.services import sweep
from recovery.events.models import Event
from recovery.kernel.hours import Schedule
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.org.roles import Role
from recovery.org.selectors import schedule_of
from tests.clocks.acting import reprioritise, start
from tests.clocks.promising import HOUR, agree, clock_of, keep, promise, release
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
DUE = NOON + 2 * HOUR


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


def codes(refusal):
    return {part.code for part in refusal.value.parts}


class TestMaking:
    def test_starts_a_clock_of_its_own_due_when_it_was_promised(self, item, handler):
        made = promise(item, handler)
        clock = clock_of(made)
        assert (clock.kind, clock.due_at, clock.original_due_at) == ("promise", DUE, DUE)
        assert (clock.calendar_id, clock.standard_id, clock.state) == (None, None, "running")
        item.refresh_from_db()
        assert (item.next_due_at, item.next_due_kind) == (DUE, "promise")

    def test_several_live_on_one_case(self, item, handler):
        first, second = promise(item, handler), promise(item, handler, words="A taxi comes.")
        assert {clock_of(first).instance, clock_of(second).instance} == {1, 2}

    def test_never_says_its_words_in_the_log(self, item, handler):
        made = promise(item, handler, to_whom="Efua Osei")
        agree(made, handler)
        keep(made, handler)
        said = str(list(Event.objects.values_list("public", "private"))) + str(
            list(ClockEvent.objects.values_list("reason"))
        )
        for words in ("bag", "Efua", "Called", "fine"):
            assert words not in said

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"due_at": NOON}, "past"),
            ({"due_at": NOON + LONGEST + HOUR}, "too_far"),
            ({"words": "  "}, "blank"),
            ({"words": "x" * 2001}, "too_long"),
            ({"words": "a\x00b"}, "not_text"),
            ({"desk_id": None, "holder_id": None}, "nobodys"),
            ({"desk_id": None, "due_at": NOON + 5 * HOUR}, "beyond_shift"),
            ({"desk_id": 0}, "not_this_desk"),
        ],
    )
    def test_refuses_with_the_reason(self, item, handler, facts, code):
        with pytest.raises(Invalid) as refusal:
            promise(item, handler, **facts)
        assert codes(refusal) == {code}

    def test_names_every_fault_at_once(self, item, handler):
        with pytest.raises(Invalid) as refusal:
            promise(item, handler, words="", due_at=NOON - HOUR, desk_id=None, holder_id=None)
        assert codes(refusal) == {"blank", "past", "nobodys"}

    def test_refuses_the_same_twice(self, item, handler):
        promise(item, handler)
        with pytest.raises(Invalid) as refusal:
            promise(item, handler)
        assert codes(refusal) == {"twice"}

    def test_needs_no_desk_within_the_shift_of_its_holder(self, item, handler):
        assert promise(item, handler, desk_id=None, due_at=NOON + 4 * HOUR).desk_id is None

    def test_needs_a_desk_of_somebody_whose_desk_is_closed(self, item, handler):
        evening = NOON + 6 * HOUR
        with pytest.raises(Invalid) as refusal:
            promise(item, handler, desk_id=None, now=evening, due_at=evening + HOUR)
        assert codes(refusal) == {"beyond_shift"}

    def test_is_held_only_by_who_works_cases_of_the_desk(self, item, handler):
        stranger = make_person(Role.HANDLER, make_department())
        with pytest.raises(Invalid, match="cannot work"):
            promise(item, handler, holder_id=stranger.pk)

    def test_is_nothing_for_a_stranger(self, item, handler):
        stranger = make_person(Role.HANDLER, make_department())
        with pytest.raises(NotFound):
            promise(item, stranger, holder_id=None)
        made = promise(item, handler)
        with pytest.raises(NotFound):
            keep(made, stranger)

    def test_may_be_made_on_a_case_that_has_ended(self, item, handler):
        item.closed_at = NOON
        item.save()
        assert promise(item, handler).standard_due_at is None

    def test_remembers_what_the_standard_would_have_been(self, item, handler):
        running = start(item, handler)
        assert promise(item, handler).standard_due_at == running.due_at

    def test_refuses_to_nobody_on_a_case_without_a_customer(self, desk):
        case = make_item(make_failure(department=desk), kind="process")
        owner = make_person(Role.PROCESS_OWNER, desk)
        with pytest.raises(Invalid) as refusal:
            promise(case, owner)
        assert codes(refusal) == {"to_nobody"}
        assert promise(case, owner, to_whom="The crew").pk


class TestWhatMovesIt:
    def test_not_more_time_by_hand(self, item, handler, lead):
        made = promise(item, handler)
        with pytest.raises(Conflict, match="Agree on another time"):
            services.extend(
                clock_id=made.clock_id, seconds=3600, reason="x", actor=lead, now=NOON
            )

    def test_not_another_priority(self, item, lead):
        made = promise(item, lead)
        reprioritise(item, lead, 1, NOON + timedelta(minutes=5))
        assert clock_of(made).due_at == DUE

    def test_not_the_end_of_the_case(self, item, handler):
        made, other = promise(item, handler), start(item, handler)
        services.cancel(item_id=item.pk, at=NOON + HOUR, actor_id=handler.pk)
        other.refresh_from_db()
        assert (clock_of(made).state, other.state) == ("running", "cancelled")

    def test_not_a_calendar_a_standard_or_a_pause(self, item, handler, desk):
        made = promise(item, handler)
        for facts in (
            {"calendar": desk.calendar},
            {"state": "paused", "paused_at": NOON},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Clock.objects.filter(pk=made.clock_id).update(**facts)


class TestKeeping:
    def test_in_time_stops_its_clock_and_no_other(self, item, handler):
        made, other = promise(item, handler), promise(item, handler, words="A taxi comes.")
        assert keep(made, handler).state == "kept"
        assert (clock_of(made).state, clock_of(made).breached_at) == ("met", None)
        assert clock_of(other).state == "running"

    def test_late_is_kept_and_broken(self, item, handler):
        made = promise(item, handler)
        keep(made, handler, now=NOON + 3 * HOUR)
        clock = clock_of(made)
        assert (clock.breached_at, clock.miss_seconds) == (DUE, 3600)
        assert Event.objects.filter(verb="clock.breached").count() == 1

    def test_needs_evidence(self, item, handler):
        made = promise(item, handler)
        with pytest.raises(Invalid) as refusal:
            keep(made, handler, words=" ")
        assert codes(refusal) == {"blank"}

    def test_is_done_once(self, item, handler):
        made = promise(item, handler)
        keep(made, handler)
        for act in (keep, release, agree):
            with pytest.raises(Conflict, match="kept"):
                act(made, handler)

    def test_is_for_its_holder_too_when_the_case_is_somebody_elses(self, item, handler):
        made = promise(item, handler)
        assert keep(made, handler).ended_by == handler


class TestReleasing:
    def test_ends_it_without_a_breach(self, item, handler):
        made = release(promise(item, handler), handler)
        clock = clock_of(made)
        assert (made.state, clock.state, clock.breached_at) == ("released", "cancelled", None)

    def test_leaves_it_broken_once_it_was_over(self, item, handler):
        made = release(promise(item, handler), handler, now=NOON + 3 * HOUR)
        assert (made.state, clock_of(made).breached_at) == ("released", DUE)
        sweep(NOON + 4 * HOUR)
        assert Event.objects.filter(verb="clock.breached").count() == 1


class TestRenegotiating:
    def test_moves_it_and_keeps_what_was_said_first(self, item, handler):
        made = agree(promise(item, handler), handler)
        clock = clock_of(made)
        assert (clock.due_at, clock.original_due_at) == (NOON + 4 * HOUR, DUE)
        assert (made.consent, made.renegotiated_at) == ("Four is fine, she says.", NOON + HOUR)

    def test_is_done_once_at_most(self, item, handler):
        made = agree(promise(item, handler), handler)
        with pytest.raises(Conflict, match="once already"):
            agree(made, handler, due_at=NOON + 6 * HOUR)

    def test_is_done_once_at_most_by_the_database_as_well(self, item, handler):
        made = agree(promise(item, handler), handler)
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockEvent.objects.create(
                clock_id=made.clock_id, verb="agree", at=NOON, by=handler, seconds=60
            )

    def test_needs_consent_by_the_database_as_well(self, item, handler):
        made = promise(item, handler)
        with pytest.raises(Invalid):
            agree(made, handler, words="")
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.filter(pk=made.pk).update(renegotiated_at=NOON)

    def test_comes_too_late_once_it_is_due(self, item, handler):
        made = promise(item, handler)
        with pytest.raises(Conflict, match="fallen due"):
            agree(made, handler, now=DUE)

    def test_is_to_a_later_time(self, item, handler):
        made = promise(item, handler)
        with pytest.raises(Invalid) as refusal:
            agree(made, handler, due_at=DUE)
        assert codes(refusal) == {"not_later"}


@given(
    first=st.integers(1, 400 * 86400),
    added=st.integers(1, 400 * 86400),
    met=st.integers(0, 10**8),
)
def test_an_agreed_time_is_the_sum_whatever_the_hours(first, added, met):
    always = Schedule.always(schedule_of(None).zone)
    story = [
        Moment(ClockVerb.START, NOON, first),
        Moment(ClockVerb.AGREE, NOON + timedelta(seconds=first - 1), added),
        Moment(ClockVerb.MEET, NOON + timedelta(seconds=met)),
    ]
    course = course_of(story, always)
    later = met >= first - 1  # agreed before it was met
    assert course.due_at == NOON + timedelta(seconds=first + (added if later else 0))
    assert course.is_late == (course.ended_at > course.due_at)


@given(st.integers(-(10**6), 10**8))
def test_a_time_can_be_promised_from_now_to_a_year(seconds):
    faults = list(timed(NOON + timedelta(seconds=seconds), now=NOON))
    assert bool(faults) != (0 < seconds <= LONGEST.total_seconds())
