"""Contacts, complaints and steps: which clocks they move and what they never do."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Complaint, Contact, CustomerCase
from cases.services.opening import ComplaintFacts
from cases.states import ContactMark
from recovery.clocks.models import Clock
from recovery.clocks.services import end_long_pauses
from recovery.events.models import Event
from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.cases.casting import complaint, make_case, make_customer, make_desk, state_of
from tests.factories import NOON, make_failure, make_mode, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk)


@pytest.fixture
def by(desk):
    return {"actor": desk.handler, "now": NOON}


def acknowledge(case, by, **facts):
    said = {"words": "We know.", "channel": "phone"} | facts
    return services.acknowledge(case_id=case.pk, **said, **by)


def test_whoever_begins_with_a_case_nobody_has_taken_has_it(case, desk, by):
    acknowledge(case, by)
    assert WorkItem.objects.get(pk=case.pk).owner == desk.handler
    assert Event.objects.filter(verb="case.assigned").count() == 1


def test_nobody_takes_a_case_from_its_owner_by_working_on_it(desk, by):
    owned = make_case(desk, customer=make_customer("Mia Brandt"), owner=desk.lead)
    acknowledge(owned, by)
    assert WorkItem.objects.get(pk=owned.pk).owner == desk.lead


def contact(case, by, direction="out", channel="email", **facts):
    return services.log_contact(
        case_id=case.pk, direction=direction, channel=channel, **facts, **by
    )


def clock(case, kind):
    return Clock.objects.filter(item_id=case.pk, kind=kind).latest("instance")


class TestFirstAnswer:
    def test_meets_the_acknowledge_clock_and_keeps_the_words(self, case, by, desk):
        acknowledge(case, by, words="  We know. Ines calls by three.  ")
        assert clock(case, "acknowledge").state == "met"
        said = Contact.objects.get()
        assert (said.words, said.by, said.direction) == (
            "We know. Ines calls by three.", desk.handler, "out",
        )  # fmt: skip
        case.refresh_from_db()
        assert (case.acknowledged_at, case.acknowledged_by) == (NOON, desk.handler)
        assert Failure.objects.get().contacted_count == 1

    @pytest.mark.parametrize("words", ["", "  \n "])
    def test_needs_words(self, case, by, words):
        with pytest.raises(Invalid) as refusal:
            acknowledge(case, by, words=words)
        assert refusal.value.field == "words"
        assert not Contact.objects.exists()

    def test_happens_once(self, case, by):
        acknowledge(case, by)
        with pytest.raises(Conflict, match="not possible while this is “acknowledged”"):
            acknowledge(case, by)

    @pytest.mark.parametrize("facts", [{"mark": ContactMark.AUTOMATIC}, {"delivered": False}])
    def test_no_machine_and_no_bounce_is_an_answer(self, case, by, facts):
        contact(case, by, words="We received your message.", **facts)
        assert clock(case, "acknowledge").state == "running"
        assert state_of(case) == "received"

    def test_a_bounce_takes_it_back_and_the_time_runs_anew(self, case, by):
        acknowledge(case, by)
        services.mark_bounced(contact_id=Contact.objects.get().pk, **by)
        case.refresh_from_db()
        assert (state_of(case), case.acknowledged_at) == ("received", None)
        assert (clock(case, "acknowledge").instance, clock(case, "acknowledge").state) == (
            2, "running",
        )  # fmt: skip

    def test_a_bounce_to_a_silent_customer_makes_us_reach_out_again(self, desk, by):
        case = make_case(desk, complained=False)
        acknowledge(case, by)
        services.mark_bounced(contact_id=Contact.objects.get().pk, **by)
        assert (state_of(case), clock(case, "outreach").state) == ("detected", "running")

    def test_a_bounce_beside_words_that_arrived_changes_nothing_else(self, case, by):
        acknowledge(case, by)
        contact(case, by, words="And by mail.")
        services.mark_bounced(contact_id=Contact.objects.latest("pk").pk, **by)
        assert state_of(case) == "acknowledged"

    def test_words_of_the_customer_cannot_bounce(self, case, by):
        contact(case, by, direction="in", words="Hello?")
        with pytest.raises(Conflict):
            services.mark_bounced(contact_id=Contact.objects.get().pk, **by)


class TestComplaint:
    def test_a_silent_customer_who_writes_starts_the_clocks_of_a_complaint(self, desk, by):
        case = make_case(desk, complained=False)
        services.receive_complaint(case_id=case.pk, complaint=complaint(), **by)
        assert state_of(case) == "received"
        states = [clock(case, kind).state for kind in ("outreach", "acknowledge", "resolve")]
        assert states == ["cancelled", "running", "running"]

    def test_a_further_one_on_an_open_case_wants_an_answer_again(self, case, by):
        acknowledge(case, by)
        services.receive_complaint(case_id=case.pk, complaint=complaint("And now this"), **by)
        contact(case, by, words="We received it.", mark=ContactMark.AUTOMATIC)
        contact(case, by, delivered=False)
        contact(case, by, direction="in", words="Hello?")
        assert state_of(case) == "acknowledged"
        assert clock(case, "acknowledge").state == "running"
        contact(case, by, words="We saw it.")
        assert clock(case, "acknowledge").state == "met"

    def test_its_clock_starts_when_it_was_received(self, desk, by):
        case = make_case(desk, complained=False)
        facts = complaint(at=NOON - DAY)
        services.receive_complaint(case_id=case.pk, complaint=facts, **by)
        assert clock(case, "acknowledge").started_at == NOON - DAY

    @pytest.mark.parametrize(
        ("facts", "field"), [({"words": " "}, "words"), ({"at": NOON + DAY}, "received_at")]
    )
    def test_refuses_no_words_and_times_to_come(self, case, by, facts, field):
        with pytest.raises(Invalid) as refusal:
            services.receive_complaint(case_id=case.pk, complaint=complaint(**facts), **by)
        assert refusal.value.field == field
        assert Complaint.objects.count() == 1

    def test_the_wish_is_kept(self, case, by):
        facts = ComplaintFacts(
            words="x", channel=Channel.WEB, received_at=NOON, wished_outcome="Tell her why"
        )
        services.receive_complaint(case_id=case.pk, complaint=facts, **by)
        assert CustomerCase.objects.get().wished_outcome == "Tell her why"


class TestAssessing:
    def test_somebody_at_risk_makes_it_p1(self, case, by):
        acknowledge(case, by)
        services.assess(case_id=case.pk, at_risk=True, words="Alone, no medicine", **by)
        item = WorkItem.objects.get()
        assert (item.priority, item.notes.get().words) == (1, "Alone, no medicine")

    def test_the_same_failure_to_the_same_customer_again_is_a_double_deviation(self, desk, by):
        mode, customer = make_mode(), make_customer()
        for at in (NOON - 300 * DAY, NOON):
            failure = make_failure(department=desk.department, mode=mode, at=at)
            case = make_case(desk, failure=failure, customer=customer)
        acknowledge(case, by)
        services.assess(case_id=case.pk, **by)
        case.refresh_from_db()
        item = WorkItem.objects.get(pk=case.pk)
        assert (case.double_deviation, item.level, item.priority) == (True, 1, 2)
        assert Failure.objects.get(pk=case.failure_id).double_deviation

    def test_another_mode_or_long_ago_is_not(self, desk, by):
        mode, customer = make_mode(), make_customer()
        old = NOON - 400 * DAY
        for facts in ({"mode": make_mode()}, {"mode": mode, "at": old}, {"mode": mode}):
            failure = make_failure(department=desk.department, **facts)
            case = make_case(desk, failure=failure, customer=customer)
        acknowledge(case, by)
        services.assess(case_id=case.pk, **by)
        assert not CustomerCase.objects.get(pk=case.pk).double_deviation


class TestWaiting:
    @pytest.fixture
    def asked(self, case, by):
        acknowledge(case, by)
        services.wait_for_customer(
            case_id=case.pk, words="Which flight?", channel="email", **by
        )
        return case

    def test_stops_our_time_but_only_to_put_it_right(self, asked):
        assert clock(asked, "resolve").state == "paused"
        assert WorkItem.objects.get().waiting_for == "customer"

    def test_any_word_of_the_customer_lets_it_run(self, asked, by):
        contact(asked, by, direction="in", words="HA 421")
        assert clock(asked, "resolve").state == "running"
        assert (state_of(asked), WorkItem.objects.get().waiting_for) == ("investigating", "")

    def test_so_does_the_answer_written_down(self, asked, by):
        services.customer_answered(case_id=asked.pk, words="HA 421", **by)
        assert clock(asked, "resolve").state == "running"

    def test_lasts_ten_working_days_in_all(self, asked, desk):
        assert end_long_pauses(now=NOON + 13 * DAY) == 0
        assert end_long_pauses(now=NOON + 14 * DAY) == 2  # to answer in full, to put it right
        assert end_long_pauses(now=NOON + 14 * DAY) == 0
        assert (clock(asked, "resolve").state, state_of(asked)) == (
            "running", "awaiting_customer",
        )  # fmt: skip

    def test_asking_again_afterwards_stops_it_no_more(self, asked, desk):
        later = {"actor": desk.handler, "now": NOON + 20 * DAY}
        services.customer_answered(case_id=asked.pk, words="HA 421", **later)
        services.wait_for_customer(
            case_id=asked.pk, words="And when?", channel="email", **later
        )
        assert clock(asked, "resolve").state == "running"


class TestWho:
    def test_a_rule_needs_no_role(self, case):
        acknowledge(case, {"actor": system_person(), "now": NOON})
        assert state_of(case) == "acknowledged"

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROCESS_OWNER, Role.MANAGER])
    def test_readers_do_not_work_cases(self, case, desk, role):
        person = make_person(role, desk.department)
        with pytest.raises(NotAllowed):
            acknowledge(case, {"actor": person, "now": NOON})

    def test_outsiders_find_nothing(self, case):
        with pytest.raises(NotFound):
            acknowledge(case, {"actor": make_person(), "now": NOON})

    def test_a_stale_version_is_refused(self, case, by):
        with pytest.raises(Conflict) as refusal:
            acknowledge(case, by, expected_version=99)
        assert refusal.value.code == "changed_meanwhile"


def test_the_log_never_holds_what_people_said_or_who_they_are(case, by):
    acknowledge(case, by, words="SECRET words")
    services.assess(case_id=case.pk, words="SECRET note", **by)
    services.give_remedy(
        case_id=case.pk, line="goodwill", kind="apology", words="SECRET gift",
        evidence="SECRET proof", completes=True, **by,
    )  # fmt: skip
    services.confirm_solved(case_id=case.pk, words="SECRET thanks", **by)
    log = str([(each.public, each.private) for each in Event.objects.all()])
    assert Event.objects.filter(verb="case.recovered").exists()
    assert "SECRET" not in log
    assert "Kwame" not in log
