"""Pauses end at the standard's cap; what a law asks for runs beside, moved by nobody."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from recovery.clocks import services
from recovery.clocks.models import Clock, Standard, StandardVersion
from recovery.clocks.selectors import all_readings, catalogue
from recovery.events.models import Event
from recovery.kernel.refusals import Invalid
from tests.clocks.acting import DAY, HOUR, K, by_law, hold, reprioritise, start
from tests.factories import (
    NOON,
    make_failure,
    make_item,
)

pytestmark = pytest.mark.django_db


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
        assert {each.standard.key for each in capped} == {"house-resolve", "house-respond"}


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

    def test_moves_with_no_priority(self, item, lead):
        hasty = Standard.objects.create(
            key="hasty", name="Hasty", legal=True, clock_kind=K.REGULATORY
        )
        hasty.versions.create(number=1, effective=(None, None), targets={"1": 3600, "3": 86400})
        catalogue.forget()
        clock = by_law(item, hasty, lead)
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
