import pytest

from cases.models import ContactWay, Customer, CustomerCase
from recovery.coordination.services import report_failures
from recovery.org.roles import Role
from tests.coordination.reporting import a_customer, a_report, a_silent_report, make_desk
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporter():
    return make_person(Role.FRONTLINE, make_desk())


def report(reporter, *items):
    return report_failures(items, actor=reporter, now=NOON)


class TestRecognising:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (
                {"source": "crm", "external_id": "7"},
                {"source": "crm", "external_id": "7", "email": ""},
            ),
            ({"email": "Rui@Example.org"}, {"email": " rui@example.org", "name": "R. Tavares"}),
            (
                {"email": "", "phone": "+351 912 345 678"},
                {"email": "", "phone": "00351912345678"},
            ),
            ({"email": "", "phone": "0171-234 567"}, {"email": "", "phone": "0171 234567"}),
            (
                {"email": "r@x.org", "phone": "+351912345678"},
                {"email": "", "phone": "+351912345678"},
            ),
        ],
    )
    def test_finds_a_known_customer(self, reporter, first, second):
        report(reporter, a_report(customers=(a_customer(**first),)))
        report(reporter, a_report(customers=(a_customer(**second),)))
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (
                {"source": "crm", "external_id": "7", "email": "family@x.org"},
                {"source": "crm", "external_id": "8", "email": "family@x.org"},
            ),
            (
                {"email": "ana@x.org", "phone": "+351912345678"},
                {"email": "rui@x.org", "phone": "+351912345678"},
            ),
            ({"email": ""}, {"email": ""}),
            ({"email": "", "phone": "+0 12"}, {"email": "", "phone": "+0 12"}),
            ({"email": "", "phone": "12 34"}, {"email": "", "phone": "12 34"}),
            ({"email": "not an address"}, {"email": "not an address"}),
        ],
    )
    def test_keeps_apart_who_may_be_two_people(self, reporter, first, second):
        report(reporter, a_report(customers=(a_customer(**first),)))
        report(reporter, a_report(customers=(a_customer(**second),)))
        assert Customer.objects.count() == 2

    def test_opens_one_case_for_a_customer_named_twice(self, reporter):
        (found,) = report(reporter, a_silent_report(customers=(a_customer(), a_customer())))
        assert len(found.cases) == 1

    def test_knows_a_new_customer_again_within_a_batch(self, reporter):
        report(reporter, a_report(), a_report())
        assert Customer.objects.count() == 1
        assert CustomerCase.objects.count() == 2

    def test_knows_a_customer_by_an_address_that_is_not_the_preferred_one(self, reporter):
        report(reporter, a_report(customers=(a_customer(email="rui@example.org"),)))
        rui = Customer.objects.get()
        ContactWay.objects.create(
            customer=rui, kind="email", value="R@Work.example", normal="r@work.example"
        )
        report(reporter, a_report(customers=(a_customer(email="r@WORK.example"),)))
        assert Customer.objects.count() == 1

    def test_a_shared_further_number_joins_nobody_with_another_address(self, reporter):
        report(reporter, a_report(customers=(a_customer(email="rui@example.org"),)))
        ContactWay.objects.create(
            customer=Customer.objects.get(), kind="phone", value="1", normal="+351912345678"
        )
        other = a_customer(email="ana@example.org", phone="+351 912 345 678")
        report(reporter, a_report(customers=(other,)))
        assert Customer.objects.count() == 2

    def test_whoever_was_merged_is_recognised_as_the_one_who_stands_for_them(self, reporter):
        stays = Customer.objects.create(name="Rui", source="crm", external_id="7")
        Customer.objects.create(
            name="R. Tavares", source="crm", external_id="8", merged_into=stays
        )
        known = a_customer(email="", source="crm", external_id="8")
        report(reporter, a_report(customers=(known,)))
        assert CustomerCase.objects.get().customer == stays
