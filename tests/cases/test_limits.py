"""What people may give: their limits, approvals by another, rights refused by two."""

import pytest
from django.db import IntegrityError, transaction

from cases import services
from cases.models import Allowance, Remedy
from cases.selectors import authority_of, case_file, week_key
from cases.states import LineKind, RemedyKind
from recovery.clocks.models import Clock
from recovery.failures.models import WorkItem
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.models import AuthorityLimit
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer, make_desk, owe, state_of
from tests.factories import NOON, make_department, make_person

db = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000, week=15_000)


def ready(desk, name="Kwame Osei"):
    case = make_case(desk, customer=make_customer(name))
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    return case


@pytest.fixture
def case(desk):
    return ready(desk)


def offer(case, actor, amount_minor, line=LineKind.GOODWILL, kind=RemedyKind.VOUCHER):
    return services.offer_remedy(
        case_id=case.pk,
        line=line,
        kind=kind,
        amount_minor=amount_minor,
        words="Voucher",
        actor=actor,
        now=NOON,
    )


def decline(remedy, actor):
    return services.decline_remedy(remedy_id=remedy.pk, actor=actor, now=NOON)


def approve(remedy, actor):
    return services.approve_remedy(remedy_id=remedy.pk, actor=actor, now=NOON)


def accept(remedy, actor):
    return services.accept_remedy(remedy_id=remedy.pk, actor=actor, now=NOON)


def committed(person):
    rows = Allowance.objects.filter(holder=person, scope_key=week_key(NOON))
    return rows.values_list("committed_minor", flat=True).first()


@db
class TestOwnLimit:
    def test_within_it_the_offer_stands_at_once(self, desk, case):
        assert offer(case, desk.handler, 10_000).state == "offered"
        assert state_of(case) == "offered"
        assert committed(desk.handler) == 10_000

    def test_above_it_somebody_else_must_decide(self, desk, case):
        remedy = offer(case, desk.handler, 10_001)
        assert remedy.state == "awaiting_approval"
        assert state_of(case) == "acknowledged"
        assert WorkItem.objects.get(pk=case.pk).waiting_for == "approval"
        assert Clock.objects.filter(item_id=case.pk, kind="approve", state="running").exists()
        told = set(
            Message.objects.filter(kind="case.approval").values_list("recipient", flat=True)
        )
        assert told == {desk.lead.pk, desk.manager.pk}
        assert not committed(desk.handler)

    def test_a_gift_cannot_be_split_to_stay_below_it(self, desk, case):
        accept(offer(case, desk.handler, 6_000), desk.handler)
        assert offer(case, desk.handler, 6_000).state == "awaiting_approval"

    def test_nor_split_between_colleagues(self, desk, case):
        accept(offer(case, desk.handler, 6_000), desk.handler)
        assert offer(case, desk.colleague, 6_000).state == "awaiting_approval"

    def test_the_week_counts_over_all_cases(self, desk, case):
        offer(case, desk.handler, 10_000)
        assert offer(ready(desk, "Rui"), desk.handler, 6_000).state == "awaiting_approval"
        assert offer(ready(desk, "Ana"), desk.handler, 5_000).state == "offered"

    @pytest.mark.parametrize("line", [LineKind.ENTITLEMENT, LineKind.CARE])
    def test_care_and_rights_stand_outside_it(self, desk, case, line):
        assert offer(case, desk.handler, 60_000, line, RemedyKind.PAYMENT).state == "offered"
        assert committed(desk.handler) is None

    def test_nobody_bids_against_themselves(self, desk, case):
        offer(case, desk.handler, 1_000)
        with pytest.raises(Conflict, match="waits for its answer"):
            offer(case, desk.handler, 1_000)

    def test_an_apology_needs_no_authority(self, desk, case):
        AuthorityLimit.objects.all().delete()
        assert offer(case, desk.handler, 0, kind=RemedyKind.APOLOGY).state == "offered"
        assert offer(case, desk.handler, 1, kind=RemedyKind.EXTRA).state == "awaiting_approval"

    def test_own_limits_beat_those_of_the_role(self, desk, case):
        AuthorityLimit.objects.create(
            person=desk.handler, scope="case", amount_minor=100, valid_from=NOON
        )
        assert offer(case, desk.handler, 200).state == "awaiting_approval"

    @pytest.mark.parametrize("answer", ["declined", "withdrawn"])
    def test_what_is_not_given_goes_back(self, desk, case, answer):
        remedy = offer(case, desk.handler, 10_000)
        if answer == "declined":
            decline(remedy, desk.handler)
        else:
            services.withdraw_remedy(
                remedy_id=remedy.pk, words="Typed wrong", actor=desk.handler, now=NOON
            )
        assert committed(desk.handler) == 0
        lines = case_file(desk.handler, case.pk).lines
        assert authority_of(desk.handler, lines, NOON).left == 10_000

    def test_the_database_itself_refuses_to_overspend(self, desk, case):
        offer(case, desk.handler, 10_000)
        with pytest.raises(IntegrityError), transaction.atomic():
            Allowance.objects.update(committed_minor=99_999)

    @pytest.mark.parametrize("amount", [-1, 100_000_001])
    def test_amounts_beyond_reason_are_refused(self, desk, case, amount):
        with pytest.raises(Invalid) as refusal:
            offer(case, desk.handler, amount)
        assert refusal.value.field == "amount"

    def test_above_the_limit_nothing_is_given_on_the_spot(self, desk, case):
        with pytest.raises(Invalid, match="above what you may give alone"):
            services.give_remedy(
                case_id=case.pk,
                line=LineKind.GOODWILL,
                kind=RemedyKind.VOUCHER,
                amount_minor=10_001,
                words="Voucher",
                evidence="V-1",
                actor=desk.handler,
                now=NOON,
            )
        assert not Remedy.objects.exists()


@db
class TestApproval:
    def test_another_person_makes_the_offer_stand(self, desk, case):
        remedy = approve(offer(case, desk.handler, 40_000), desk.lead)
        assert (remedy.state, remedy.approved_by) == ("offered", desk.lead)
        assert state_of(case) == "offered"
        assert committed(desk.lead) == 40_000
        assert Clock.objects.get(item_id=case.pk, kind="approve").state == "met"
        assert Message.objects.filter(kind="case.approved", recipient=desk.handler).exists()

    def test_nobody_approves_what_they_offered(self, desk, case):
        remedy = offer(case, desk.lead, 50_001)
        with pytest.raises(NotAllowed, match="somebody else must decide"):
            approve(remedy, desk.lead)

    def test_the_database_refuses_it_as_well(self, desk, case):
        remedy = offer(case, desk.handler, 40_000)
        with pytest.raises(IntegrityError), transaction.atomic():
            Remedy.objects.filter(pk=remedy.pk).update(approved_by=desk.handler)

    def test_a_lead_without_the_limit_cannot(self, desk, case):
        remedy = offer(case, desk.handler, 50_001)
        with pytest.raises(NotAllowed, match="above your own limit"):
            approve(remedy, desk.lead)
        assert approve(remedy, desk.manager).state == "offered"

    def test_a_handler_cannot(self, desk, case):
        remedy = offer(case, desk.handler, 40_000)
        with pytest.raises(NotAllowed):
            approve(remedy, desk.colleague)

    def test_a_lead_of_another_desk_finds_nothing(self, desk, case):
        remedy = offer(case, desk.handler, 40_000)
        with pytest.raises(NotFound):
            approve(remedy, make_person(Role.LEAD, make_department()))

    def test_a_refusal_says_why_and_the_handler_may_offer_less(self, desk, case):
        remedy = offer(case, desk.handler, 40_000)
        with pytest.raises(Invalid, match="Say why not"):
            services.refuse_remedy(remedy_id=remedy.pk, words=" ", actor=desk.lead, now=NOON)
        services.refuse_remedy(
            remedy_id=remedy.pk, words="Ask first", actor=desk.lead, now=NOON
        )
        assert WorkItem.objects.get(pk=case.pk).waiting_for == ""
        assert offer(case, desk.handler, 9_000).state == "offered"

    def test_a_decision_is_made_once(self, desk, case):
        remedy = approve(offer(case, desk.handler, 40_000), desk.lead)
        with pytest.raises(Conflict, match="“Offered” now"):
            approve(remedy, desk.manager)

    def test_declining_gives_it_back_to_the_approver(self, desk, case):
        decline(approve(offer(case, desk.handler, 40_000), desk.lead), desk.handler)
        assert committed(desk.lead) == 0


@db
class TestRefusingARight:
    def ask(self, remedy, actor, **words):
        facts = {"words": "Storm", "evidence": "METAR"} | words
        return services.ask_to_refuse_entitlement(
            remedy_id=remedy.pk, **facts, actor=actor, now=NOON
        )

    @pytest.mark.parametrize("blank", ["words", "evidence"])
    def test_needs_reason_and_evidence(self, desk, case, blank):
        with pytest.raises(Invalid) as refusal:
            self.ask(owe(case, desk), desk.handler, **{blank: " "})
        assert refusal.value.field == blank

    def test_needs_a_second_person(self, desk, case):
        right = self.ask(owe(case, desk), desk.lead)
        with pytest.raises(NotAllowed, match="somebody else must decide"):
            services.refuse_entitlement(remedy_id=right.pk, actor=desk.lead, now=NOON)
        services.refuse_entitlement(remedy_id=right.pk, actor=desk.manager, now=NOON)
        assert Remedy.objects.get(pk=right.pk).state == "lawfully_refused"

    def test_needs_one_who_may_say_a_final_no(self, desk, case):
        right = self.ask(owe(case, desk), desk.handler)
        with pytest.raises(NotAllowed):
            services.refuse_entitlement(remedy_id=right.pk, actor=desk.colleague, now=NOON)

    def test_the_second_person_may_find_that_it_stands(self, desk, case):
        right = self.ask(owe(case, desk), desk.handler)
        services.keep_entitlement(remedy_id=right.pk, actor=desk.lead, now=NOON)
        right.refresh_from_db()
        assert (right.state, right.refusal, right.evidence) == ("offered", "", "")

    @pytest.mark.parametrize("verb", ["accept_remedy", "decline_remedy"])
    def test_a_right_needs_no_answer(self, desk, case, verb):
        with pytest.raises(Conflict, match="owed by law"):
            getattr(services, verb)(remedy_id=owe(case, desk).pk, actor=desk.handler, now=NOON)

    def test_a_gift_is_not_refused_that_way(self, desk, case):
        with pytest.raises(Conflict, match="Only what the law owes"):
            self.ask(offer(case, desk.handler, 100), desk.handler)
