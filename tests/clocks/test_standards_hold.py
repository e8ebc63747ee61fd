"""Clocks start by the standard that holds for their case, and keep it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from recovery.clocks.models import StandardVersion
from recovery.clocks.selectors import catalogue
from tests.clocks.acting import start
from tests.clocks.standing import asks, hold_standard
from tests.factories import NOON, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_starts_by_the_standard_whose_conditions_hold(desk, lead):
    own = hold_standard("resolve", asks("channel", "social"))
    social = make_item(make_failure(department=desk, channel="social"))
    phone = make_item(make_failure(department=desk))
    assert start(social, lead).standard_id == own.pk
    assert start(phone, lead).standard.standard.key == "house-resolve"


def test_asks_for_the_desk_and_those_above_it(desk, lead, item):
    own = hold_standard("resolve", asks("department", desk.slug))
    assert start(item, lead).standard_id == own.pk


def test_a_case_keeps_the_version_in_force_when_it_happened(desk, lead):
    own = hold_standard("resolve", basis="occurred", effective=(NOON - 9 * DAY, NOON))
    later = make_item(make_failure(department=desk, occurred_at=NOON - DAY))
    assert start(later, lead, at=NOON + 90 * DAY).standard_id == own.pk
    unknown = make_item(make_failure(department=desk, received_at=NOON))
    assert start(unknown, lead).standard_id != own.pk


def test_reads_the_facts_of_a_later_start_at_once(item, lead, django_assert_num_queries):
    hold_standard("resolve", asks("channel", "phone"))
    start(make_item(make_failure(department=item.department)), lead)
    with django_assert_num_queries(6):
        start(item, lead)


def test_what_was_signed_is_never_rewritten(item):
    own = hold_standard()
    versions = StandardVersion.objects.filter(pk=own.pk)
    for change in ({"targets": {"1": 60}}, {"conditions": []}, {"draft": True}, {"rank": 1}):
        with pytest.raises(IntegrityError, match="rewritten"), transaction.atomic():
            versions.update(**change | {"words": "Other words"})
    with pytest.raises(IntegrityError, match="rewritten"), transaction.atomic():
        versions.delete()
    ended = (own.effective[0], NOON)
    versions.update(effective=ended)
    with pytest.raises(IntegrityError, match="rewritten"), transaction.atomic():
        versions.update(effective=(own.effective[0], None))
    versions.update(owner=make_person(), verify_by=NOON.date())


def test_a_draft_holds_for_no_clock(item, lead):
    own = hold_standard("resolve", made_by=make_person(), made_at=NOON, draft=True)
    assert start(item, lead).standard_id != own.pk


@pytest.mark.parametrize("second", ["nobody", "the same person"])
def test_two_people_sign_or_the_database_refuses(second):
    one = make_person()
    approved = {"approved_by": one, "approved_at": NOON} if second != "nobody" else {}
    signed = {"made_by": one, "made_at": NOON, "signed_by": one, "signed_at": NOON}
    with pytest.raises(IntegrityError, match="standard_signed_by"), transaction.atomic():
        hold_standard(**signed, **approved)
    catalogue.forget()
