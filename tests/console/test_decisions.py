"""My work shows what waits for the reader’s decision: offers, refusals, plans and waivers."""

import pytest
from django.test import Client

from cases import services as cases
from cases.states import LineKind, RemedyKind
from processes.services import approve_plan
from recovery.console.selectors import decisions_for
from recovery.failures.models import Failure
from recovery.failures.services import decide_waiver, request_waiver
from recovery.failures.states import TrackKind, WaiverReason, Whole
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer, make_desk, owe
from tests.factories import NOON, make_department, make_failure, make_item, make_person
from tests.processes.conftest import make_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000)


def offer(desk, by, name="Kwame Osei", amount_minor=20_000):
    case = make_case(desk, customer=make_customer(name))
    given = {"case_id": case.pk, "words": "We know.", "actor": by, "now": NOON}
    cases.acknowledge(channel="phone", **given)
    return cases.offer_remedy(
        line=LineKind.GOODWILL, kind=RemedyKind.VOUCHER, amount_minor=amount_minor, **given
    )


def ask(desk, by, kind=TrackKind.PROCESS, failure=None):
    return request_waiver(
        failure_id=(failure or make_failure(department=desk.department)).pk,
        kind=kind, reason=WaiverReason.RISK_ACCEPTED, words="By name.", actor=by, now=NOON,
    )  # fmt: skip


def waiting(person):
    person.__dict__.pop("kept_grants", None)
    return [(each.what, each.key, each.asked_by) for each in decisions_for(person, NOON)]


class TestOffer:
    def test_waits_for_whoever_may_approve_and_not_for_who_offered(self, desk):
        remedy = offer(desk, desk.handler)
        for person in (desk.lead, desk.manager):
            assert waiting(person) == [("remedy", remedy.case_id, "Ines Moreau")]
        elsewhere = make_person(Role.LEAD, make_department(), lead=True)
        for person in (desk.handler, desk.colleague, elsewhere):
            assert waiting(person) == []

    def test_of_a_lead_waits_for_another(self, desk):
        offer(desk, desk.lead, amount_minor=60_000)
        assert waiting(desk.lead) == []
        assert [what for what, _, _ in waiting(desk.manager)] == ["remedy"]

    def test_is_gone_once_decided(self, desk):
        remedy = offer(desk, desk.handler)
        cases.approve_remedy(remedy_id=remedy.pk, actor=desk.lead, now=NOON)
        assert waiting(desk.manager) == []


class TestRefusal:
    def test_of_a_right_waits_for_whoever_may_say_the_final_no(self, desk):
        right = owe(make_case(desk), desk)
        cases.ask_to_refuse_entitlement(
            remedy_id=right.pk, words="Storm", evidence="METAR", actor=desk.handler, now=NOON
        )
        assert waiting(desk.lead) == [("refusal", right.case_id, "Ines Moreau")]
        assert waiting(desk.handler) == waiting(desk.colleague) == []

    def test_asked_by_a_lead_waits_for_another(self, desk):
        right = owe(make_case(desk), desk)
        cases.ask_to_refuse_entitlement(
            remedy_id=right.pk, words="Storm", evidence="METAR", actor=desk.lead, now=NOON
        )
        assert waiting(desk.lead) == []
        assert [what for what, _, _ in waiting(desk.manager)] == ["refusal"]


class TestPlan:
    def test_waits_for_whoever_may_approve_and_not_for_who_wrote_it(self):
        house = make_house()
        case = house.planned(approved=False)
        assert waiting(house.lead) == [("plan", case.pk, "Tomasz Wilk")]
        assert waiting(house.owner) == waiting(house.outsider) == []
        approve_plan(process_id=case.pk, actor=house.lead, now=NOON)
        assert waiting(house.lead) == []


class TestWaiver:
    def test_waits_for_whoever_may_approve_and_not_for_who_asked(self, desk):
        waiver = ask(desk, desk.lead)
        assert waiting(desk.manager) == [("waiver", waiver.failure_id, "Marta Nunes")]
        assert waiting(desk.lead) == waiting(desk.handler) == []
        decide_waiver(waiver_id=waiver.pk, approve=True, actor=desk.manager, now=NOON)
        assert waiting(desk.manager) == []

    def test_does_not_wait_for_who_owns_the_work(self, desk):
        failure = make_failure(department=desk.department)
        make_item(failure, kind="process", owner=desk.manager)
        ask(desk, desk.lead, failure=failure)
        assert waiting(desk.manager) == []
        ask(desk, desk.lead, TrackKind.EMPLOYEE, failure)
        assert [what for what, _, _ in waiting(desk.manager)] == ["waiver"]

    @pytest.mark.parametrize("status", [Whole.MERGED, Whole.VOID])
    def test_of_a_record_that_left_the_counts_waits_for_nobody(self, desk, status):
        waiver = ask(desk, desk.lead)
        Failure.objects.filter(pk=waiver.failure_id).update(status=status)
        assert waiting(desk.manager) == []


class TestPage:
    @pytest.fixture
    def client(self, desk):
        client = Client()
        client.force_login(desk.manager)
        return client

    def test_shows_who_asked_and_leads_to_where_it_is_decided(self, desk, client):
        offer(desk, desk.handler)
        ask(desk, desk.lead, TrackKind.EMPLOYEE)
        html = client.get("/").content.decode()
        assert 'Waits for your decision <span class="count">2</span>' in html
        for words in ("Approve the offer, or not", "Asked by Ines Moreau", "Kwame Osei"):
            assert words in html
        assert "Approve the waiver, or refuse it" in html
        assert "Only you see this row" not in html
        assert "2 records here" in html

    def test_shows_nothing_of_it_on_the_desk_and_on_later_pages(self, desk, client):
        ask(desk, desk.lead)
        for query in ("view=desk", "after=~1"):
            assert "Waits for your decision" not in client.get(f"/?{query}").content.decode()

    def test_as_many_queries_for_one_as_for_nine(
        self, desk, client, django_assert_max_num_queries
    ):
        for round_, name in enumerate(("Kwame Osei", "Ana Reis", "Ben Ito", "Rui Tavares")):
            offer(desk, desk.handler, name)
            ask(desk, desk.lead)
            if round_ == 0:
                client.get("/")
                with django_assert_max_num_queries(60) as one:
                    client.get("/")
        ask(desk, desk.lead)
        with django_assert_max_num_queries(len(one)):
            assert client.get("/").content.count(b"Asked by") == 9
