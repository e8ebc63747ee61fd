"""Somebody away decides through the deputy they named; nobody decides on what they asked for."""

import pytest
from django.db import IntegrityError, transaction

from cases import services
from cases.models import Allowance, Remedy
from cases.presenters.actions import may
from cases.selectors import case_file, week_key
from recovery.kernel.refusals import Invalid, NotAllowed
from recovery.messages.models import Message
from recovery.org.roles import Permission, Role
from recovery.org.selectors import approvers_of
from recovery.org.services import note_absence
from tests.cases.casting import make_desk
from tests.cases.giving import away, offer, ready
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000, lead_limit=50_000)


def told(kind="case.approval"):
    rows = Message.objects.filter(kind=kind).values_list("recipient", flat=True)
    return set(rows)


def approve(remedy, actor):
    return services.approve_remedy(remedy_id=remedy.pk, actor=actor, now=NOON)


def test_who_is_away_is_not_asked_and_the_deputy_is(desk):
    away(desk.lead, desk.colleague)
    offer(ready(desk), desk.handler, 40_000)
    assert told() == {desk.colleague.pk, desk.manager.pk}


def test_without_a_deputy_it_is_the_next_up_who_is_asked(desk):
    away(desk.lead)
    offer(ready(desk), desk.handler, 40_000)
    assert told() == {desk.manager.pk}


def test_a_deputy_who_is_away_as_well_does_not_count(desk):
    away(desk.lead, desk.colleague)
    away(desk.colleague)
    offer(ready(desk), desk.handler, 40_000)
    assert told() == {desk.manager.pk}


def test_where_all_are_away_all_are_asked(desk):
    away(desk.lead)
    away(desk.manager)
    found = approvers_of(Permission.REMEDY_APPROVE, desk.department.pk, NOON)
    assert found == [desk.lead, desk.manager]


def test_the_deputy_approves_by_the_authority_of_who_is_away(desk):
    remedy = offer(case := ready(desk), desk.handler, 40_000)
    with pytest.raises(NotAllowed):
        approve(remedy, desk.colleague)
    away(desk.lead, desk.colleague)
    assert may(desk.colleague, case_file(desk.colleague, case.pk), "approve", now=NOON)
    made = approve(remedy, desk.colleague)
    assert (made.approved_by, made.approved_for) == (desk.colleague, desk.lead)
    row = Allowance.objects.get(scope_key=week_key(NOON))
    assert (row.holder, row.committed_minor) == (desk.lead, 40_000)


def test_and_not_beyond_it(desk):
    away(desk.lead, desk.colleague)
    with pytest.raises(NotAllowed, match="above your own limit"):
        approve(offer(ready(desk), desk.handler, 50_001), desk.colleague)


def test_a_deputy_who_asked_does_not_decide(desk):
    away(desk.lead, desk.handler)
    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        approve(offer(ready(desk), desk.handler, 40_000), desk.handler)


def test_nor_on_what_the_one_away_asked_for(desk):
    away(desk.lead, desk.colleague)
    remedy = offer(ready(desk), desk.lead, 60_000)
    with pytest.raises(NotAllowed, match="stand in for whoever asked"):
        approve(remedy, desk.colleague)


def test_the_database_refuses_that_as_well(desk):
    remedy = offer(ready(desk), desk.handler, 40_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Remedy.objects.filter(pk=remedy.pk).update(
            approved_by=desk.lead, approved_for=desk.handler
        )


def test_a_deputy_may_refuse(desk):
    away(desk.lead, desk.colleague)
    remedy = offer(ready(desk), desk.handler, 40_000)
    services.refuse_remedy(
        remedy_id=remedy.pk, words="Too much", actor=desk.colleague, now=NOON
    )
    assert Remedy.objects.get(pk=remedy.pk).state == "refused"


def note(desk, deputy):
    later = NOON.replace(hour=18)
    return note_absence(
        person_id=desk.lead.pk, since=NOON, until=later, deputy_id=deputy.pk, actor=desk.lead,
        now=NOON,
    )  # fmt: skip


def test_a_deputy_reads_what_the_one_away_decides_on(desk):
    stranger = make_person(Role.LEAD, make_department())
    for nobody in (stranger, desk.lead):
        with pytest.raises(Invalid, match="somebody else who reads the cases"):
            note(desk, nobody)
    assert note(desk, desk.handler).deputy == desk.handler
