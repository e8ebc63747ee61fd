"""Two records that are one person, and two people who were taken for one."""

import json
from datetime import timedelta

import pytest

from cases import services
from cases.models import Complaint, Contact, Customer, CustomerCase, CustomerMerge
from cases.services.recognising import CustomerFacts
from recovery.clocks.models import Clock
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.selectors import item_reference, notes_of
from recovery.failures.services import add_note
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.cases.casting import make_case, make_customer, make_desk, owe, state_of
from tests.cases.paging import url_of
from tests.cases.test_races import at_once
from tests.factories import NOON, make_failure, make_mode, make_person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def pair(desk):
    """Rui twice, each with a case of his own."""
    return (
        make_customer("Rui Tavares", email="rui@example.org", email_normal="rui@example.org"),
        make_customer("R. Tavares", phone="+351912345678", phone_normal="+351912345678"),
    )


def merge(stays, goes, actor, at=NOON):
    return services.merge_customers(merged_id=goes.pk, into_id=stays.pk, actor=actor, now=at)


def part(goes, actor, at=NOON + HOUR):
    return services.part_customers(merged_id=goes.pk, actor=actor, now=at)


def running(case):
    live = Clock.objects.filter(item_id=case.pk, state="running")
    return set(live.values_list("kind", flat=True))


def cases_of(customer):
    return set(CustomerCase.objects.filter(customer=customer).values_list("pk", flat=True))


@pytest.mark.django_db
class TestMerging:
    def test_the_cases_move_and_come_back(self, desk, pair):
        stays, goes = pair
        mine, theirs = make_case(desk, customer=stays), make_case(desk, customer=goes)
        merge(stays, goes, desk.lead)
        assert (cases_of(stays), cases_of(goes)) == ({mine.pk, theirs.pk}, set())
        assert part(goes, desk.lead) == []
        assert (cases_of(stays), cases_of(goes)) == ({mine.pk}, {theirs.pk})
        goes.refresh_from_db()
        assert goes.merged_into is None

    def test_whoever_calls_again_is_the_one_who_stays_until_they_are_parted(self, desk, pair):
        stays, goes = pair
        make_case(desk, customer=stays)
        make_case(desk, customer=goes)
        merge(stays, goes, desk.lead)
        met = make_case(desk, customer=None)
        CustomerCase.objects.filter(pk=met.pk).update(customer=None)
        knows = CustomerFacts(phone="+351 912 345 678")
        given = {"facts": knows, "actor": desk.handler, "now": NOON}
        assert services.name_customer(case_id=met.pk, **given).customer_id == stays.pk
        part(goes, desk.lead)
        assert CustomerCase.objects.get(pk=met.pk).customer_id == stays.pk

    def test_what_has_moved_on_since_stays_and_is_named(self, desk, pair):
        stays, goes = pair
        make_case(desk, customer=stays)
        moved = make_case(desk, customer=goes)
        merge(stays, goes, desk.lead)
        other = make_customer("Somebody else")
        CustomerCase.objects.filter(pk=moved.pk).update(customer=other)
        assert part(goes, desk.lead) == [item_reference("customer", moved.pk)]
        assert cases_of(other) == {moved.pk}

    def test_merges_of_merges_are_parted_last_first(self, desk, pair):
        stays, goes = pair
        third = make_customer("Rui T.")
        for each in (stays, goes, third):
            make_case(desk, customer=each)
        merge(goes, third, desk.lead)
        merge(stays, goes, desk.lead, NOON + HOUR)
        third.refresh_from_db()
        assert third.merged_into == stays
        with pytest.raises(Conflict, match="merged since"):
            part(third, desk.lead)
        part(goes, desk.lead)
        third.refresh_from_db()
        assert third.merged_into == goes
        assert part(third, desk.lead) == []
        assert len(cases_of(third)) == 1

    def test_a_wish_not_to_be_asked_outlives_the_merge_and_goes_with_it(self, desk, pair):
        stays, goes = pair
        Customer.objects.filter(pk=goes.pk).update(no_surveys=True)
        make_case(desk, customer=stays)
        make_case(desk, customer=goes)
        merge(stays, goes, desk.lead)
        assert Customer.objects.get(pk=stays.pk).no_surveys
        part(goes, desk.lead)
        assert not Customer.objects.get(pk=stays.pk).no_surveys

    def test_a_repeat_that_only_the_merge_made_ends_with_it(self, desk, pair):
        stays, goes = pair
        mode = make_mode()
        fail = {"department": desk.department, "mode": mode}
        make_case(desk, customer=stays, failure=make_failure(**fail))
        later = make_failure(at=NOON + DAY, **fail)
        again = make_case(desk, customer=goes, failure=later)
        merge(stays, goes, desk.lead, NOON + DAY)
        pump(NOON + DAY)
        again.refresh_from_db()
        assert again.double_deviation
        part(goes, desk.lead, NOON + DAY + HOUR)
        again.refresh_from_db()
        assert (again.double_deviation, again.repeat_of_id) == (False, None)

    def test_the_log_names_nobody(self, desk, pair):
        stays, goes = pair
        make_case(desk, customer=stays)
        make_case(desk, customer=goes)
        merge(stays, goes, desk.lead)
        part(goes, desk.lead)
        said = Event.objects.filter(verb__contains="customer").values_list("public", "private")
        assert said
        assert "avares" not in json.dumps(list(said))
        assert "912345678" not in json.dumps(list(said))


@pytest.mark.django_db
class TestBothHaveACaseOfOneFailure:
    @pytest.fixture
    def twins(self, desk, pair):
        stays, goes = pair
        mine = make_case(desk, customer=stays, at=NOON)
        theirs = make_case(desk, customer=goes, failure=mine.failure, words="Me too.")
        Contact.objects.create(
            case=theirs, direction="in", channel="phone", at=NOON, by=desk.handler, words="Hm"
        )
        add_note(item_id=theirs.pk, words="Shouted.", actor=desk.handler, now=NOON)
        return mine, theirs

    def test_one_is_taken_in_with_its_words_and_revived(self, desk, pair, twins):
        mine, theirs = twins
        clocks = running(theirs)
        merge(*pair, desk.lead)
        assert (state_of(theirs), running(theirs)) == ("merged", set())
        assert Complaint.objects.filter(case=mine).count() == 2
        assert Contact.objects.get().case_id == mine.pk
        assert part(pair[1], desk.lead) == []
        assert (state_of(theirs), running(theirs)) == ("received", clocks)
        assert Complaint.objects.get(case=theirs).words == "Me too."
        assert Contact.objects.get().case_id == theirs.pk
        assert cases_of(pair[1]) == {theirs.pk}

    def test_the_page_of_the_one_taken_in_leads_on(self, agent, desk, pair, twins):
        mine, theirs = twins
        merge(*pair, desk.lead)
        assert url_of(mine) in agent.get(url_of(theirs)).content.decode()

    def test_notes_of_colleagues_stay_where_they_were_written(self, desk, pair, twins):
        mine, theirs = twins
        merge(*pair, desk.lead)
        assert notes_of([mine.pk]) == []
        assert [each.words for each in notes_of([theirs.pk])] == ["Shouted."]

    def test_money_never_loses_its_case(self, desk, pair, twins):
        mine, theirs = twins
        owe(theirs, desk)
        with pytest.raises(Conflict, match="holds remedies"):
            merge(*pair, desk.lead)
        merge(*reversed(pair), desk.lead)
        assert (state_of(mine), state_of(theirs)) == ("merged", "received")


@pytest.mark.django_db
class TestRefusals:
    def test_not_with_itself_nor_twice_nor_apart_what_is_whole(self, desk, pair):
        stays, goes = pair
        make_case(desk, customer=stays)
        make_case(desk, customer=goes)
        with pytest.raises(Invalid) as refused:
            merge(stays, stays, desk.lead)
        assert refused.value.field == "other"
        with pytest.raises(Conflict):
            part(goes, desk.lead)
        merge(stays, goes, desk.lead)
        with pytest.raises(NotFound):
            merge(stays, goes, desk.lead)

    def test_only_by_who_may_where_both_have_a_case(self, desk, pair):
        stays, goes = pair
        make_case(desk, customer=stays)
        elsewhere = make_desk()
        make_case(elsewhere, customer=goes)
        with pytest.raises(NotFound):
            merge(stays, goes, desk.lead)
        clerk = make_person(Role.FRONTLINE, desk.department)
        make_case(desk, customer=goes)
        with pytest.raises(NotAllowed):
            merge(stays, goes, clerk)


def test_two_merges_that_cross_leave_one_who_stands_for_both(own_database):
    forget_snapshots()
    desk = make_desk()
    one, two = make_customer("Rui"), make_customer("Rui T.")
    make_case(desk, customer=one)
    make_case(desk, customer=two)

    def cross(ends):
        try:
            merge(*ends, desk.lead)
        except (Conflict, NotFound):
            return False
        return True

    assert sorted(at_once(cross, (one, two), (two, one))) == [False, True]
    assert CustomerMerge.objects.count() == 1
    assert Customer.objects.filter(merged_into__isnull=False).count() == 1
    assert {len(cases_of(one)), len(cases_of(two))} == {0, 2}


@pytest.mark.django_db
def test_a_case_opened_while_its_customer_was_merged_follows_and_goes_back(desk, pair):
    stays, goes = pair
    make_case(desk, customer=stays)
    make_case(desk, customer=goes)
    merge(stays, goes, desk.lead)
    late = make_case(desk, customer=goes)
    assert services.follow_merges(case_ids=[late.pk]) == 1
    assert late.pk in cases_of(stays)
    part(goes, desk.lead)
    assert late.pk in cases_of(goes)
