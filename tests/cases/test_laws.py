"""What the law asks of a case begins by itself and ends with the verb it waits for."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.services.opening import ComplaintFacts
from recovery.clocks.models import Clock
from recovery.clocks.services import meet_laws, start_laws
from tests.cases.casting import make_case
from tests.clocks.standing import asks, hold_law
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def laws_of(case):
    return list(
        Clock.objects.filter(item_id=case.pk, kind="regulatory").order_by("standard_id")
    )


def complain(case, desk, at=NOON):
    facts = ComplaintFacts(words="Still nothing.", channel="phone", received_at=at)
    return cases.receive_complaint(case_id=case.pk, complaint=facts, actor=desk.handler, now=at)


def test_a_later_complaint_begins_what_was_not_owed_yet_and_only_once(desk):
    case = make_case(desk, complained=False)
    law = hold_law("complaint", days=15, counts="calendar_days", zone="UTC")
    hold_law("complaint", asks("channel", "letter"))
    complain(case, desk)
    complain(case, desk, NOON + DAY)
    (clock,) = laws_of(case)
    assert (clock.standard_id, clock.started_at) == (law.pk, NOON)
    assert clock.due_at == NOON.replace(hour=23, minute=59, second=59) + 15 * DAY


def test_a_person_s_answer_meets_the_law_that_waits_for_one(desk):
    case = make_case(desk, complained=False)
    hold_law("complaint", met_by="answer")
    hold_law("complaint", met_by="final")
    complain(case, desk)
    cases.acknowledge(
        case_id=case.pk, words="We have it.", channel="email", actor=desk.handler,
        now=NOON + DAY,
    )  # fmt: skip
    assert [each.state for each in laws_of(case)] == ["met", "running"]


def test_a_final_no_is_a_final_answer(desk):
    case = make_case(desk, complained=False)
    hold_law("complaint", met_by="final")
    hold_law("complaint", met_by="put_right")
    complain(case, desk)
    cases.final_response(
        case_id=case.pk, words="No.", outside_body="ADR", channel="email",
        actor=desk.lead, now=NOON + DAY,
    )  # fmt: skip
    assert [each.state for each in laws_of(case)] == ["met", "running"]


def test_an_outside_body_begins_a_clock_of_its_own(desk):
    case = make_case(desk)
    hold_law("authority", hours=24)
    cases.outside_body_takes_it(
        case_id=case.pk, outside_body="ADR", actor=desk.handler, now=NOON + DAY
    )
    assert [each.started_at for each in laws_of(case)] == [NOON + DAY]


def test_costs_no_statement_where_there_is_no_law(desk, django_assert_num_queries):
    case = make_case(desk)
    given = {"item_id": case.pk, "at": NOON, "actor_id": desk.handler.pk}
    start_laws(begins="complaint", **given)
    with django_assert_num_queries(0):
        start_laws(begins="complaint", **given)
        meet_laws(verbs=["final"], **given)


def test_a_person_says_that_the_authority_was_told(client, desk):
    case = make_case(desk, complained=False)
    hold_law("complaint", met_by="told")
    hold_law("complaint", met_by="final")
    complain(case, desk)
    told, final = laws_of(case)
    client.force_login(desk.handler)
    assert b"The authority was told" in client.get(f"/clocks/{told.pk}/").content
    assert b"The authority was told" not in client.get(f"/clocks/{final.pk}/").content
    assert client.post(f"/clocks/{told.pk}/told/", {"words": ""}).status_code == 422
    assert client.post(f"/clocks/{final.pk}/told/", {"words": "By form"}).status_code == 422
    assert client.post(f"/clocks/{told.pk}/told/", {"words": "By form"}).status_code == 303
    told.refresh_from_db()
    assert told.state == "met"
    assert told.history.get(verb="meet").reason == "By form"
