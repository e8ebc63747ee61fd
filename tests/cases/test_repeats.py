"""The same customer meeting the same failure again, however that becomes known."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import CustomerCase
from cases.services.recognising import CustomerFacts
from cases.states import ContactMark
from recovery.coordination.services import report_failures
from recovery.events.services import pump
from recovery.failures.models import Failure
from recovery.failures.selectors import item_reference
from recovery.failures.services import edit_failure, hand_over
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.cases.paging import url_of
from tests.coordination.reporting import a_complaint, a_report, make_desk
from tests.factories import NOON, make_department, make_mode, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lead():
    return make_person(Role.LEAD, make_desk(), lead=True)


@pytest.fixture
def mode():
    return make_mode()


def logged(lead, mode, at, **facts):
    said = a_complaint(received_at=at)
    (found,) = report_failures(
        [a_report(mode_id=mode.pk if mode else None, complaint=said, **facts)],
        actor=lead, now=at,
    )  # fmt: skip
    pump(at)
    return CustomerCase.objects.select_related("item", "failure").get(pk=found.case_id)


def test_the_second_time_is_a_double_deviation_at_once_and_the_lead_is_told(lead, mode):
    first = logged(lead, mode, NOON)
    again = logged(lead, mode, NOON + 40 * DAY)
    assert (again.double_deviation, again.repeat_of_id) == (True, first.pk)
    assert (again.item.level, again.item.priority) == (1, 2)
    assert again.failure.double_deviation
    first.refresh_from_db()
    assert not first.double_deviation
    told = Message.objects.filter(channel="inbox", subject__contains="same failure again")
    assert [each.recipient for each in told] == [lead]
    assert item_reference("customer", again.pk) in told.get().subject


@pytest.mark.parametrize(
    ("days", "facts"),
    [
        (366, {}),
        (40, {"customers": (CustomerFacts(name="Ana", email="ana@example.org"),)}),
        (0, {"service_reference": "HA 418"}),
    ],
    ids=["long ago", "somebody else", "logged twice"],
)
def test_what_is_no_repeat_raises_no_alarm(lead, mode, days, facts):
    logged(lead, mode, NOON, service_reference="ha 418")
    again = logged(lead, mode, NOON + days * DAY, **facts)
    assert (again.double_deviation, again.repeat_of_id, again.item.level) == (False, None, 0)


def test_another_kind_of_failure_is_no_repeat_until_it_turns_out_to_be_the_same(lead, mode):
    first = logged(lead, mode, NOON)
    again = logged(lead, make_mode(), NOON + DAY)
    assert not again.double_deviation
    edit_failure(failure_id=again.failure_id, changes={"mode_id": mode.pk}, actor=lead,
        now=NOON + 2 * DAY,
    )  # fmt: skip
    pump(NOON + 2 * DAY)
    again.refresh_from_db()
    assert again.repeat_of_id == first.pk


def test_it_is_one_as_soon_as_somebody_says_who_the_customer_is(lead, mode):
    first = logged(lead, mode, NOON)
    again = logged(lead, mode, NOON + DAY, customers=())
    assert again.customer is None
    services.name_customer(
        case_id=again.pk, facts=CustomerFacts(email="rui@example.org"), actor=lead,
        now=NOON + 2 * DAY,
    )  # fmt: skip
    pump(NOON + 2 * DAY)
    again.refresh_from_db()
    assert (again.customer, again.repeat_of_id) == (first.customer, first.pk)
    assert again.double_deviation


def test_a_log_read_from_its_start_raises_no_old_alarms(lead, mode):
    logged(lead, mode, NOON)
    said = a_complaint(received_at=NOON + DAY)
    report_failures([a_report(mode_id=mode.pk, complaint=said)], actor=lead, now=NOON + DAY)
    pump(NOON + 90 * DAY)
    assert not Failure.objects.filter(double_deviation=True).exists()


def test_the_page_names_the_earlier_case(lead, mode, client):
    first = logged(lead, mode, NOON)
    again = logged(lead, mode, NOON + DAY)
    client.force_login(lead)
    said = client.get(url_of(again)).content.decode()
    assert "The same failure again" in said
    assert url_of(first) in said
    assert f"first in {item_reference('customer', first.pk)}: up a level" in said


def test_desks_and_retellings_are_counted(case, desk):
    services.log_contact(
        case_id=case.pk, direction="in", channel="phone", words="Again: the bag.",
        mark=ContactMark.RETOLD, actor=desk.handler, now=NOON,
    )  # fmt: skip
    hand_over(
        item_id=case.pk, department_id=make_department().pk, words="Yours.",
        actor=desk.handler, now=NOON,
    )  # fmt: skip
    pump(NOON)
    pump(NOON)
    case.refresh_from_db()
    assert case.handover_count == 1
    assert case.contacts.get().retold
