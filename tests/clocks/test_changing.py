"""Running clocks given another time: by hand, by another priority, by a cap, and by no one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from recovery.clocks import services
from recovery.clocks.models import Clock, ClockEvent, Standard, StandardVersion
from recovery.clocks.selectors import all_readings, catalogue
from recovery.clocks.states import ClockKind
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.failures.services import edit_failure, raise_priority
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.org.roles import Role
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
K = ClockKind


@pytest.fixture
def desk():
    return make_department(calendar=make_calendar())


@pytest.fixture
def item(desk):
    return make_item(make_failure(department=desk, priority=3))


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk)


@pytest.fixture
def law():
    found = Standard.objects.create(
        key="law-15", name="Answer in 15 days", words="An answer.", legal=True,
        clock_kind=K.REGULATORY, law="12 CFR 1026", authority="CFPB",
    )  # fmt: skip
    for number, days, since in ((1, 20, NOON - 900 * DAY), (2, 15, NOON - 90 * DAY)):
        found.versions.create(
            number=number,
            effective=(since, NOON - 90 * DAY if number == 1 else None),
            targets=dict.fromkeys("1234", days * 86400),
            around_clock=[1, 2, 3, 4],
        )
    catalogue.forget()
    yield found
    catalogue.forget()


def start(item, actor, kind=K.RESOLVE, at=NOON):
    return services.start(item_id=item.pk, kind=kind, at=at, actor_id=actor.pk)


def extend(clock, actor, now=NOON + HOUR, **given):
    return services.extend(
        clock_id=clock.pk, actor=actor, now=now, **({"reason": "Ferry strike"} | given)
    )


def by_law(item, law, actor, at=NOON):
    return services.start_regulatory(
        item_id=item.pk, standard_id=law.pk, from_at=at, actor_id=actor.pk
    )


def hold(item, actor, at, *kinds):
    return services.pause(
        item_id=item.pk, kinds=kinds or [K.RESOLVE], at=at, actor_id=actor.pk, reason="customer"
    )


def reprioritise(item, actor, priority, at):
    raise_priority(
        failure_id=item.failure_id, priority=priority, reason="Frail", actor=actor, now=at
    )
    pump(at)


class TestByHand:
    def test_adds_working_time_and_keeps_what_was_said_first(self, item, lead):
        clock = extend(start(item, lead), lead, seconds=8 * 3600)
        assert clock.due_at == datetime(2026, 3, 12, 12, tzinfo=UTC)
        assert clock.original_due_at == datetime(2026, 3, 11, 12, tzinfo=UTC)
        item.refresh_from_db()
        assert (item.next_due_at, item.version) == (clock.due_at, 2)

    def test_until_a_moment_adds_the_working_time_to_it(self, item, lead):
        until = datetime(2026, 3, 13, 10, tzinfo=UTC)
        assert extend(start(item, lead), lead, until=until).due_at == until

    def test_until_a_moment_looks_at_a_paused_clock_as_if_it_ran_on_now(self, item, lead):
        clock, until = start(item, lead), datetime(2026, 3, 16, 10, tzinfo=UTC)
        hold(item, lead, NOON)
        extend(clock, lead, now=NOON + DAY, until=until)
        services.resume(item_id=item.pk, at=NOON + DAY, actor_id=lead.pk)
        clock.refresh_from_db()
        assert clock.due_at == until

    def test_a_breach_stays_and_is_no_second_one(self, item, lead):
        clock = start(item, lead, K.ACKNOWLEDGE)
        Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)
        extend(clock, lead, now=NOON + DAY, seconds=12 * 3600)
        services.meet(
            item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + DAY + HOUR, actor_id=lead.pk
        )
        clock.refresh_from_db()
        assert (clock.breached_at, clock.miss_seconds) == (clock.original_due_at, 0)
        assert not Event.objects.filter(verb="clock.breached").exists()

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"seconds": 3600, "reason": " "}, "say_why"),
            ({"seconds": 0}, "no_more_time"),
            ({"seconds": -3600}, "no_more_time"),
            ({"seconds": 400 * 86400}, "no_more_time"),
            ({}, "no_more_time"),
            ({"until": NOON}, "no_more_time"),
            ({"seconds": 3600, "now": NOON + 20 * DAY}, "still_over"),
        ],
    )
    def test_refuses_what_gives_no_time_or_no_reason(self, item, lead, given, code):
        clock = start(item, lead)
        with pytest.raises(Invalid) as refusal:
            extend(clock, lead, **given)
        assert refusal.value.code == code
        assert ClockEvent.objects.filter(clock=clock).count() == 1

    def test_refuses_a_clock_that_has_ended(self, item, lead):
        clock = start(item, lead)
        services.meet(item_id=item.pk, kinds=[K.RESOLVE], at=NOON, actor_id=lead.pk)
        with pytest.raises(Conflict, match="has ended"):
            extend(clock, lead, seconds=3600)

    def test_refuses_a_law_whoever_asks(self, item, lead, law):
        with pytest.raises(Conflict, match="law"):
            extend(by_law(item, law, lead), lead, seconds=3600)

    def test_refuses_whoever_only_works_the_case(self, item, desk, lead):
        clock = start(item, lead)
        for actor in (make_person(Role.HANDLER, desk), make_person(Role.PROCESS_OWNER, desk)):
            with pytest.raises(NotAllowed):
                extend(clock, actor, seconds=3600)
        with pytest.raises(NotAllowed):
            extend(clock, make_person(Role.LEAD, make_department()), seconds=3600)

    def test_knows_no_clock_of_support(self, lead):
        clock = start(make_item(kind="employee", owner=make_person()), lead, K.OFFER_SUPPORT)
        with pytest.raises(NotFound):
            extend(clock, lead, seconds=3600)


class TestAnotherPriority:
    def test_names_the_new_time_from_the_start_and_keeps_the_old(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 2, NOON + HOUR)
        clock.refresh_from_db()
        assert clock.due_at == datetime(2026, 3, 9, 12, tzinfo=UTC)  # 24 h of 8 to 16
        assert clock.original_due_at == datetime(2026, 3, 11, 12, tzinfo=UTC)
        entry = clock.history.get(verb="policy")
        assert (entry.seconds, entry.priority, entry.due_at) == (24 * 3600, 2, clock.due_at)
        assert entry.by_id == lead.pk
        assert Event.objects.filter(verb="clock.changed", item_id=item.pk).count() == 1

    def test_changes_the_hours_with_the_priority(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 1, NOON + HOUR)
        clock.refresh_from_db()
        assert (clock.calendar_id, clock.due_at) == (None, NOON + DAY)

    def test_makes_nobody_late_by_a_rule_that_did_not_hold_yet(self, item, lead):
        clock, at = start(item, lead), NOON + 2 * DAY
        reprioritise(item, lead, 1, at)
        clock.refresh_from_db()
        assert (clock.due_at, clock.breached_at) == (at, None)

    def test_leaves_over_what_was_over(self, item, lead):
        clock = start(item, lead, K.ACKNOWLEDGE)
        due_at = clock.due_at
        reprioritise(item, lead, 2, NOON + DAY)
        clock.refresh_from_db()
        assert clock.due_at == due_at

    def test_keeps_a_pause_that_was_and_one_that_lasts(self, item, lead):
        clock = start(item, lead)
        hold(item, lead, NOON + HOUR)
        reprioritise(item, lead, 2, NOON + 5 * DAY)
        clock.refresh_from_db()
        assert clock.state == "paused"
        services.resume(item_id=item.pk, at=NOON + 6 * DAY, actor_id=lead.pk)
        clock.refresh_from_db()
        assert clock.due_at == datetime(2026, 3, 13, 11, tzinfo=UTC)

    def test_twice_changes_nothing_more(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 2, NOON + HOUR)
        again = {"at": NOON + 2 * HOUR, "actor_id": lead.pk, "reason": "failure.edited"}
        assert services.follow_priority(failure_id=item.failure_id, **again) == 0
        assert clock.history.count() == 2

    def test_moves_no_clock_whose_time_is_the_same(self, desk, lead):
        case = make_item(make_failure(department=desk, priority=3), kind="process")
        clock = start(case, lead, K.TRIAGE)
        reprioritise(case, lead, 2, NOON + HOUR)
        assert clock.history.count() == 1

    def test_a_correction_that_makes_it_worse_counts_as_well(self, item, lead):
        clock = start(item, lead)
        edit_failure(
            failure_id=item.failure_id, changes={"trust": 4}, actor=lead, now=NOON + HOUR
        )
        pump(NOON + HOUR)
        clock.refresh_from_db()
        assert clock.target_seconds == 24 * 3600

    @pytest.mark.parametrize(("before", "after", "seconds"), [(2, 3, 41), (3, 2, 24)])
    def test_what_was_granted_holds_until_it_becomes_more_urgent(
        self, item, lead, before, after, seconds
    ):
        WorkItem.objects.filter(pk=item.pk).update(priority=before)
        clock = start(item, lead)
        extend(clock, lead, seconds=3600)
        WorkItem.objects.filter(pk=item.pk).update(priority=after)
        services.follow_priority(
            failure_id=item.failure_id, at=NOON + HOUR, actor_id=lead.pk, reason="x"
        )
        clock.refresh_from_db()
        assert clock.target_seconds == seconds * 3600


class TestTheCap:
    def test_lets_it_run_on_from_the_very_moment_however_late_the_sweep(self, item, lead):
        clock = start(item, lead)
        hold(item, lead, NOON)
        clock.refresh_from_db()
        ends = datetime(2026, 3, 18, 12, tzinfo=UTC)
        assert clock.pause_ends_at == ends
        assert services.end_long_pauses(now=ends - HOUR) == 0
        assert services.end_long_pauses(now=ends + 3 * DAY) == 1
        assert services.end_long_pauses(now=ends + 3 * DAY) == 0
        clock.refresh_from_db()
        assert (clock.state, clock.pause_ends_at) == ("running", None)
        assert clock.due_at == datetime(2026, 3, 25, 12, tzinfo=UTC)
        entry = clock.history.get(verb="resume")
        assert (entry.at, entry.by.kind, entry.reason) == (ends, "system", "waited long enough")
        item.refresh_from_db()
        assert item.next_due_at == clock.due_at
        assert Event.objects.filter(verb="clock.ran_on", item_id=item.pk).exists()

    def test_counts_all_pauses_together(self, item, lead):
        clock = start(item, lead)
        hold(item, lead, NOON)
        services.resume(item_id=item.pk, at=NOON + 7 * DAY, actor_id=lead.pk)
        hold(item, lead, NOON + 7 * DAY)
        clock.refresh_from_db()
        assert clock.pause_ends_at == datetime(2026, 3, 18, 12, tzinfo=UTC)

    def test_counts_a_late_word_by_the_cap_too(self, item, lead):
        clock = start(item, lead)
        hold(item, lead, NOON)
        services.resume(item_id=item.pk, at=NOON + 20 * DAY, actor_id=lead.pk)
        clock.refresh_from_db()
        assert clock.due_at == datetime(2026, 3, 25, 12, tzinfo=UTC)
        assert hold(item, lead, NOON + 20 * DAY) == 0

    def test_is_the_standard_s(self, item, lead):
        start(item, lead, K.ACKNOWLEDGE)
        hold(item, lead, NOON, K.ACKNOWLEDGE)
        assert services.end_long_pauses(now=NOON + 300 * DAY) == 0
        capped = StandardVersion.objects.filter(pause_cap_days__isnull=False)
        assert [each.standard.key for each in capped] == ["house-resolve"]


class TestByLaw:
    def test_runs_in_days_of_the_calendar_by_the_version_then_in_force(self, item, lead, law):
        clock = by_law(item, law, lead)
        assert (clock.due_at, clock.calendar_id) == (NOON + 15 * DAY, None)
        other = make_item(make_failure(department=item.department, priority=3))
        assert by_law(other, law, lead, NOON - 100 * DAY).due_at == NOON - 80 * DAY

    def test_stands_beside_other_laws_and_the_house_s_own_clocks(self, item, lead, law):
        second = Standard.objects.create(
            key="law-2", name="Second", words="x", legal=True, clock_kind=K.REGULATORY
        )
        second.versions.create(number=1, effective=(None, None), targets={"3": 86400})
        catalogue.forget()
        start(item, lead)
        assert by_law(item, second, lead) != by_law(item, law, lead)
        readings = all_readings(item.pk, NOON)
        assert [each.law for each in readings] == ["", "", "12 CFR 1026"]

    def test_never_pauses(self, item, lead, law):
        start(item, lead)
        clock = by_law(item, law, lead)
        assert hold(item, lead, NOON, *K) == 1
        clock.refresh_from_db()
        assert clock.state == "running"
        with pytest.raises(IntegrityError, match="law_never_pauses"), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(state="paused", paused_at=NOON)

    def test_is_not_started_anew_by_anything(self, item, lead, law):
        clock = by_law(item, law, lead)
        assert by_law(item, law, lead, NOON + DAY) == clock
        services.meet(item_id=item.pk, kinds=[K.REGULATORY], at=NOON + DAY, actor_id=lead.pk)
        assert by_law(item, law, lead, NOON + 2 * DAY) == clock

    def test_outlives_the_house_s_own_end(self, item, lead, law):
        clock = by_law(item, law, lead)
        start(item, lead)
        assert services.cancel(item_id=item.pk, at=NOON, actor_id=lead.pk) == 1
        clock.refresh_from_db()
        assert clock.state == "running"

    def test_moves_with_no_priority(self, item, lead, law):
        law.versions.update(targets={"1": 3600, "2": 3600, "3": 86400, "4": 86400})
        catalogue.forget()
        clock = by_law(item, law, lead)
        reprioritise(item, lead, 1, NOON + HOUR)
        assert clock.history.count() == 1

    def test_refuses_what_is_no_law_or_not_in_force(self, item, lead, law):
        house = Standard.objects.get(key="house-resolve")
        with pytest.raises(Invalid, match="law's"):
            by_law(item, house, lead)
        with pytest.raises(Invalid, match="not in force"):
            by_law(item, law, lead, NOON - 1000 * DAY)

    def test_two_live_clocks_of_a_law_are_refused_by_the_database(self, item, lead, law):
        clock = by_law(item, law, lead)
        clock.pk, clock.instance = None, 9
        with (
            pytest.raises(IntegrityError, match="one_live_clock_of_a_law"),
            transaction.atomic(),
        ):
            clock.save(force_insert=True)
