"""What is known of a customer: who reads and changes it, and what is kept of a change."""

import json

import pytest
from django.urls import reverse

from cases import services
from cases.models import ContactWay, Revision
from cases.selectors.customers import customer_file, customer_reference
from cases.selectors.finding import Wanted, find_customers, maybe_the_same
from cases.services.profiles import Profile, change_customer, profile_of
from cases.services.restricted import change_restricted
from recovery.events.models import Event
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer, make_desk
from tests.cases.paging import url_of
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db
KWAME = {"email": "kwame@example.org", "email_normal": "kwame@example.org"}


@pytest.fixture
def kwame(desk):
    who = make_customer("Kwame Osei", source="crm", external_id="BK-1O42", **KWAME)
    make_case(desk, customer=who)
    return who


def page_of(customer, name="customer"):
    return reverse(f"cases:{name}", args=[customer_reference(customer.pk)])


def change(customer, actor, **facts):
    return change_customer(
        customer_id=customer.pk, profile=Profile(**facts), actor=actor, now=NOON
    )


class TestChanging:
    def test_several_addresses_are_kept_normal_and_the_first_is_preferred(self, kwame, desk):
        emails = ["K.Osei@Work.example", "kwame@example.org", "KWAME@example.org"]
        phones = ["+351 912 345 678", "0044 20 7946 0000"]
        change(kwame, desk.handler, name="Kwame Osei", emails=emails, phones=phones)
        kwame.refresh_from_db()
        assert kwame.email_normal == "k.osei@work.example"
        assert kwame.phone_normal == "+351912345678"
        ways = set(ContactWay.objects.values_list("kind", "normal"))
        assert ways == {("email", "kwame@example.org"), ("phone", "+442079460000")}
        assert profile_of(kwame).emails == (emails[0], emails[1])

    def test_old_and_new_are_kept_and_the_log_says_only_that_it_changed(self, kwame, desk):
        change(kwame, desk.handler, name="Kwame A. Osei", language="pt")
        kept = {each.field: (each.old, each.new) for each in Revision.objects.all()}
        assert kept == {
            "name": ("Kwame Osei", "Kwame A. Osei"),
            "emails": ("kwame@example.org", ""),
            "language": ("", "pt"),
        }
        event = Event.objects.get(verb="customer.changed")
        assert Revision.objects.filter(event_id=event.pk).count() == 3
        assert (event.public, event.private) == ({}, {})

    def test_nothing_changed_is_nothing_said(self, kwame, desk):
        change(kwame, desk.handler, name="Kwame Osei", emails=["kwame@example.org"])
        assert not Event.objects.filter(verb="customer.changed").exists()

    def test_all_faults_are_named_at_once(self, kwame, desk):
        with pytest.raises(Invalid) as refused:
            change(
                kwame, desk.handler, emails=["nobody"], phones=["12"], preferred_format="song",
                lifetime_value_minor=-1,
            )  # fmt: skip
        fields = {each.field for each in refused.value.parts}
        assert fields == {"emails", "phones", "preferred_format", "lifetime_value_minor"}

    def test_two_who_write_at_once_do_not_overwrite_each_other(self, kwame, desk):
        change(kwame, desk.handler, name="Kwame A. Osei")
        with pytest.raises(Conflict):
            change_customer(
                customer_id=kwame.pk, profile=Profile(), actor=desk.lead, now=NOON,
                expected_version=1,
            )  # fmt: skip


class TestReading:
    def test_only_where_a_case_of_theirs_lies(self, kwame, desk, client):
        elsewhere = make_person(Role.HANDLER, make_department())
        with pytest.raises(NotFound):
            customer_file(elsewhere, kwame.pk)
        auditor = make_person(Role.AUDITOR, desk.department)
        client.force_login(auditor)
        assert client.get(page_of(kwame)).status_code == 404

    def test_cases_of_other_desks_are_only_counted(self, kwame, desk):
        other = make_desk()
        make_case(other, customer=kwame)
        file = customer_file(desk.handler, kwame.pk)
        assert (len(file.cases), file.elsewhere) == (1, 1)

    def test_the_page_costs_the_same_for_one_case_and_for_many(
        self, kwame, desk, agent, django_assert_max_num_queries
    ):
        agent.get(page_of(kwame))
        for _each in range(4):
            make_case(desk, customer=kwame)
        with django_assert_max_num_queries(29):
            agent.get(page_of(kwame))

    def test_the_page_says_what_happened_and_leads_to_the_case(self, kwame, agent):
        said = agent.get(page_of(kwame)).content.decode()
        assert "Bag not on flight" in said
        assert "Came to us once" in said
        assert "kwame@example.org" in said

    def test_a_merged_reference_leads_to_who_stands_for_it(self, kwame, desk, agent):
        other = make_customer("K. Osei")
        make_case(desk, customer=other)
        services.merge_customers(
            merged_id=other.pk, into_id=kwame.pk, actor=desk.lead, now=NOON
        )
        assert agent.get(page_of(other)).url == page_of(kwame)


class TestRestricted:
    def write(self, kwame, desk):
        change_restricted(
            customer_id=kwame.pk, needs=["health"], help_words="Needs his insulin.",
            safety_words="", actor=desk.handler, now=NOON,
        )  # fmt: skip

    def test_what_it_says_is_in_no_event_and_each_reading_is(self, kwame, desk, agent):
        self.write(kwame, desk)
        said = agent.get(page_of(kwame, "restricted")).content.decode()
        assert "Needs his insulin." in said
        assert Event.objects.filter(verb="customer.restricted_read").count() == 1
        log = json.dumps(list(Event.objects.values_list("public", "private")))
        assert "insulin" not in log
        assert "health" not in log

    def test_who_may_not_reads_nothing_and_nothing_is_recorded(self, kwame, desk, client):
        self.write(kwame, desk)
        client.force_login(make_person(Role.FRONTLINE, desk.department))
        assert "insulin" not in client.get(page_of(kwame)).content.decode()
        assert client.get(page_of(kwame, "restricted")).status_code == 403
        assert not Event.objects.filter(verb="customer.restricted_read").exists()


class TestFinding:
    @pytest.mark.parametrize(
        "wanted",
        [
            Wanted(email="kwame@example.org"),
            Wanted(number="bk 1042"),
            Wanted(number="BK-1O42"),
            Wanted(name="Kwame Ossei"),
        ],
    )
    def test_by_address_by_misread_booking_and_by_nearly_the_name(self, kwame, desk, wanted):
        make_case(desk, customer=make_customer("Ana Reis"))
        assert find_customers(desk.handler, wanted) == [kwame]

    def test_nobody_whose_cases_are_not_read(self, kwame):
        elsewhere = make_person(Role.HANDLER, make_department())
        assert find_customers(elsewhere, Wanted(email="kwame@example.org")) == []

    def test_one_hit_leads_on_and_none_to_the_log_filled_in(self, kwame, agent):
        found = agent.get("/lookup/?email=Kwame@example.org")
        assert found.url == page_of(kwame)
        said = agent.get("/lookup/?phone=+351912345678&flight=HA+418").content.decode()
        assert "/log/?people=%2B351912345678&amp;service_reference=HA+418" in said

    def test_records_that_may_be_one_person_strongest_first(self, kwame, desk):
        mail, name = make_customer("K.", **KWAME), make_customer("Kwame Osey")
        for each in (mail, name, make_customer("Ana Reis")):
            make_case(desk, customer=each)
        found = maybe_the_same(desk.handler, kwame)
        assert [(each.customer, each.why) for each in found] == [
            (mail, "email"), (name, "name"),
        ]  # fmt: skip


def test_the_case_page_names_their_other_open_case(kwame, desk, agent):
    other = make_case(desk, customer=kwame)
    said = agent.get(url_of(other)).content.decode()
    assert "Has another open case" in said
