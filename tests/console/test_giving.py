"""Settings of what people may give: the catalogue, limits signed by two, budgets."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from cases.models import Budget, OfferingVersion
from cases.policy.offerings import OfferingDraft, faults_of_offering
from cases.selectors.catalogue import in_force, offerings_for
from cases.services.budgeting import set_budget
from cases.services.offerings import change_offering, make_offering, retire_offering
from recovery.failures.selectors import item_reference
from recovery.kernel.conditions import Condition, Op
from recovery.kernel.refusals import Conflict, Invalid
from recovery.org.models import AuthorityLimit, Organisation
from recovery.org.policy.authority import LimitCard, LimitDraft, faults_of_limit, limits_for
from recovery.org.roles import Role
from recovery.org.selectors import authority_limits, forget_snapshots
from recovery.org.services import end_limit, sign_limit, write_limit
from tests.cases.casting import make_desk
from tests.cases.giving import make_budget, offer, ready
from tests.factories import NOON, make_department, make_person

db = pytest.mark.django_db
VOUCHER = OfferingDraft("goodwill", "voucher", "A voucher", 1_000, 2_000, 4_000)
DAY = timedelta(days=1)


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


class TestWhichLimitCounts:
    """Desk 3 lies in 2, which lies in the house 1."""

    def found(self, *cards, posts=((Role.HANDLER, 3),)):
        lineages = {3: (3, 2, 1), 9: (9, 1)}
        return limits_for(cards, posts=posts, lineages=lineages)["case"].amount_minor

    def test_that_of_the_nearest_department_also_when_it_is_less(self):
        cards = [LimitCard("case", amount, Role.HANDLER, at) for amount, at in
                 ((900, None), (500, 1), (100, 2), (7_000, 9))]  # fmt: skip
        assert self.found(*cards) == 100

    def test_of_several_posts_the_best(self):
        cards = [LimitCard("case", 100, Role.HANDLER, 2), LimitCard("case", 700, Role.LEAD, 9)]
        assert self.found(*cards, posts=((Role.HANDLER, 3), (Role.LEAD, 9))) == 700

    def test_a_person_s_own_goes_before(self):
        assert self.found(LimitCard("case", 5), LimitCard("case", 900, Role.HANDLER)) == 5


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (LimitDraft("case", 1), "role"),
        (LimitDraft("case", 1, role="handler", person_id=1), "person"),
        (LimitDraft("case", 1, role="supporter"), "role"),
        (LimitDraft("case", -1, role="handler"), "amount"),
        (LimitDraft("customer", 1, role="handler"), "days"),
        (LimitDraft("case", 1, role="handler", together=True), "together"),
        (LimitDraft("case", 1, person_id=1, department_id=1), "department"),
        (LimitDraft("week", 1, role="lead", since=NOON - DAY), "since"),
        (LimitDraft("week", 1, role="lead", until=NOON), "until"),
    ],
)
def test_a_senseless_limit_is_refused_at_its_field(draft, field):
    assert [each.field for each in faults_of_limit(draft, now=NOON)] == [field]


@db
class TestSigning:
    def write(self, admin, amount=300, **facts):
        draft = LimitDraft("case", amount, **({"role": "handler"} | facts))
        return write_limit(draft=draft, actor=admin, now=NOON)

    def amount_of(self, person, now=NOON + DAY):
        found = authority_limits(person, now).get("case")
        return found.amount_minor if found else None

    def test_a_draft_holds_for_nobody_until_another_person_signs(self, admin):
        handler, other = make_person(Role.HANDLER), make_person(Role.OPERATOR)
        made = self.write(admin)
        assert self.amount_of(handler) is None
        with pytest.raises(Conflict, match="neither wrote it nor gets it"):
            sign_limit(limit_id=made.pk, actor=admin, now=NOON)
        sign_limit(limit_id=made.pk, actor=other, now=NOON)
        assert self.amount_of(handler) == 300

    def test_nobody_signs_what_they_get_themselves(self, admin):
        both = make_person(Role.OPERATOR)
        made = self.write(admin, role="", person_id=both.pk)
        with pytest.raises(Conflict):
            sign_limit(limit_id=made.pk, actor=both, now=NOON)

    def test_the_next_version_ends_the_one_before(self, admin):
        handler, other = make_person(Role.HANDLER), make_person(Role.OPERATOR)
        for amount, at in ((300, NOON), (100, NOON + DAY)):
            made = self.write(admin, amount)
            sign_limit(limit_id=made.pk, actor=other, now=at)
        assert [self.amount_of(handler, NOON + n * DAY / 2) for n in (1, 3)] == [300, 100]

    def test_the_database_keeps_what_was_signed_and_who_signed(self, admin):
        made = self.write(admin)
        rows = AuthorityLimit.objects.filter(pk=made.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(draft=False, signed_by=admin, signed_at=NOON)
        sign_limit(limit_id=made.pk, actor=make_person(Role.OPERATOR), now=NOON)
        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            rows.update(amount_minor=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            AuthorityLimit.objects.create(
                role="handler", scope="case", amount_minor=9, valid_from=NOON + DAY
            )

    def test_ending_needs_no_second_person(self, admin):
        made = sign_limit(
            limit_id=self.write(admin).pk, actor=make_person(Role.OPERATOR), now=NOON
        )
        end_limit(limit_id=made.pk, actor=admin, now=NOON + DAY / 2)
        assert self.amount_of(make_person(Role.HANDLER)) is None

    def test_the_page_says_what_somebody_may_give_today_and_with_the_draft(self, client, admin):
        desk = make_desk(handler_limit=10_000)
        self.write(admin, 4_200)
        client.force_login(make_person(Role.OPERATOR))
        shown = client.get(f"/settings/limits/?person={desk.handler.pk}").content.decode()
        assert "€100.00 for one case" in shown
        assert "€42.00 for one case" in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"line": "entitlement"}, "line"),
        ({"usual_minor": 5_000}, "usual"),
        ({"least_minor": 0}, "least"),
        ({"words": " "}, "words"),
        ({"when": (Condition("severity", Op.AT_LEAST, (9,)),)}, "when"),
    ],
)
def test_a_senseless_offering_is_refused_at_its_field(change, field):
    facts = {name: getattr(VOUCHER, name) for name in VOUCHER.__slots__} | change
    assert {each.field for each in faults_of_offering(OfferingDraft(**facts))} == {field}


@db
class TestTheCatalogue:
    @pytest.fixture
    def desk(self):
        return make_desk(handler_limit=10_000)

    def make(self, admin, name="Voucher", **facts):
        given = {each: getattr(VOUCHER, each) for each in VOUCHER.__slots__} | facts
        return make_offering(name=name, draft=OfferingDraft(**given), actor=admin, now=NOON)

    def test_what_fits_the_case_comes_first(self, admin, desk):
        self.make(admin, "Small", when=(Condition("severity", Op.AT_MOST, (1,)),))
        big = self.make(admin, "Big", when=(Condition("severity", Op.AT_LEAST, (3,)),))
        found = offerings_for(ready(desk), NOON)
        assert (found[0].version, found[0].fits) == (big, True)
        assert [each.version.offering.name for each in found if not each.fits] == ["Small"]

    def test_an_offer_from_it_keeps_to_its_range_and_remembers_it(self, admin, desk):
        made = self.make(admin)
        with pytest.raises(Invalid, match=r"worth from €10\.00 to €40\.00"):
            offer(ready(desk), desk.handler, 4_001, offering_id=made.pk)
        assert offer(ready(desk), desk.handler, 4_000, offering_id=made.pk).offering == made
        assert offer(ready(desk), desk.handler, 4_001).offering is None

    def test_what_has_changed_meanwhile_is_chosen_again(self, admin, desk):
        made = self.make(admin)
        change_offering(offering_id=made.offering_id, draft=VOUCHER, actor=admin, now=NOON)
        with pytest.raises(Conflict, match="Choose again"):
            offer(ready(desk), desk.handler, 2_000, offering_id=made.pk)
        retire_offering(offering_id=made.offering_id, actor=admin, now=NOON + DAY)
        assert "Voucher" not in {each.offering.name for each in in_force(NOON + DAY)}

    def test_amounts_of_another_currency_cannot_be_chosen(self, admin):
        made = self.make(admin)
        Organisation.objects.update(currency="GBP")
        forget_snapshots()
        assert made not in in_force(NOON)
        assert in_force(NOON).filter(most_minor=0).exists()

    def test_an_amount_of_another_currency_is_refused(self, desk):
        with pytest.raises(Invalid, match="Amounts are in EUR here"):
            offer(ready(desk), desk.handler, 1_000, currency="USD")

    def test_the_form_is_filled_in_with_what_was_chosen(self, client, admin, desk):
        made, case = self.make(admin), ready(desk)
        client.force_login(desk.handler)
        url = f"/cases/{item_reference('customer', case.pk)}/"
        shown = client.get(f"{url}offer/?offering={made.pk}").content.decode()
        assert 'value="20.00"' in shown
        assert "Filled in from the catalogue: Voucher" in shown
        sent = {
            "line": "goodwill", "kind": "voucher", "amount": "€35", "words": "Voucher",
            "offering": made.pk,
        }  # fmt: skip
        assert client.post(f"{url}offer/", sent | {"amount": "$35"}).status_code == 422
        assert client.post(f"{url}offer/", sent).status_code == 303
        assert case.remedies.get().amount_minor == 3_500

    def test_the_database_keeps_its_amounts_in_order(self, admin):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfferingVersion.objects.filter(pk=self.make(admin).pk).update(usual_minor=9_999)


@db
class TestBudgets:
    def set(self, desk, admin, **facts):
        given = {"period": "month", "amount_minor": 5_000, "owner_id": desk.lead.pk} | facts
        return set_budget(department_id=desk.department.pk, **given, actor=admin, now=NOON)

    def test_a_new_one_ends_the_one_before_and_keeps_what_was_spent(self, admin):
        desk = make_desk()
        self.set(desk, admin)
        offer(ready(desk), desk.handler, 4_000)
        self.set(desk, admin, amount_minor=4_500)
        assert offer(ready(desk), desk.handler, 600).waits_for == "budget"
        later = self.set(desk, admin, amount_minor=9_000, from_next=True)
        assert str(later.valid_from) == "2026-04-01"
        assert offer(ready(desk), desk.handler, 600).waits_for == "budget"

    def test_its_owner_approves_there(self, admin):
        desk = make_desk()
        for nobody in (desk.handler, make_person(Role.LEAD, make_department())):
            with pytest.raises(Invalid) as refusal:
                self.set(desk, admin, owner_id=nobody.pk)
            assert refusal.value.field == "owner"

    def test_two_of_a_department_never_hold_at_once(self, admin):
        desk = make_desk()
        make_budget(desk.department, desk.lead, 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_budget(desk.department, desk.lead, 2)
        assert Budget.objects.count() == 1
