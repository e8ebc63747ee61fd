"""Absences: one's own or a lead's to note, never two at once, and why is not asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.models import Absence
from recovery.org.roles import Role
from recovery.org.selectors import absent_at, is_away, shift_end_of
from recovery.org.services import note_absence, withdraw_absence
from tests.factories import NOON, make_calendar, make_department, make_person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk():
    return make_department(calendar=make_calendar())


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


def away(person, actor=None, since=NOON + 2 * HOUR, until=NOON + DAY):
    return note_absence(
        person_id=person.pk, since=since, until=until, actor=actor or person, now=NOON
    )


def test_is_away_from_its_beginning_to_its_end(handler):
    away(handler)
    assert [is_away(handler, NOON + hours * HOUR) for hours in (1, 2, 23, 24)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_lead_may_note_it_for_their_desk_and_nobody_else(handler, desk):
    assert away(handler, make_person(Role.LEAD, desk, lead=True)).pk
    for other in (make_person(Role.HANDLER, desk), make_person(Role.LEAD, lead=True)):
        with pytest.raises(NotAllowed):
            away(handler, other, since=NOON + 9 * DAY, until=NOON + 10 * DAY)


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (NOON + DAY, NOON + DAY, "ends_first"),
        (NOON - DAY, NOON - HOUR, "over"),
        (NOON, NOON + 500 * DAY, "too_long"),
        (NOON + 3 * HOUR, NOON + 4 * HOUR, "overlaps"),
    ],
)
def test_refuses_with_the_reason(handler, since, until, code):
    away(handler)
    with pytest.raises(Invalid) as refusal:
        away(handler, since=since, until=until)
    assert refusal.value.code == code


def test_the_database_keeps_two_apart_as_well(handler):
    away(handler)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            person=handler, during=DateTimeTZRange(NOON, NOON + DAY), noted_by=handler,
            noted_at=NOON,
        )  # fmt: skip


def test_taken_back_it_is_as_if_never_noted(handler):
    made = away(handler)
    withdraw_absence(absence_id=made.pk, actor=handler, now=NOON + 3 * HOUR)
    assert absent_at(NOON + 4 * HOUR) == []
    with pytest.raises(Conflict):
        withdraw_absence(absence_id=made.pk, actor=handler, now=NOON + 3 * HOUR)
    assert away(handler).pk


def test_ends_the_shift(handler):
    assert shift_end_of(handler, NOON) == NOON + 4 * HOUR
    away(handler)
    assert shift_end_of(handler, NOON) == NOON + 2 * HOUR
    assert shift_end_of(handler, NOON + 3 * HOUR) is None
