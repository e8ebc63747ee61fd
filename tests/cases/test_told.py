"""Whom a mute holds back and whom quiet hours let through, by what the notice is to them."""

from types import SimpleNamespace

import pytest

from cases.services.holding import Held
from cases.services.telling import tell_approvers, tell_offerer, tell_owner_and_leads
from processes.services.telling import tell_holders
from recovery.failures.models import Waiver
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.services import waivers
from recovery.messages.models import Message, Mute, Preference
from recovery.org.roles import Role
from staff.services.cases import tell_privately
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
REMEDY = {"pk": 5}


@pytest.fixture
def desk():
    return make_department()


def muting(record, *people):
    """These want no mail about the record, and none at this hour."""
    for person in people:
        Preference.objects.create(person=person, quiet_from="11:00", quiet_until="13:00")
        Mute.objects.create(person=person, record=record, since=NOON)


def mail_of(person):
    """Whether it goes at all, and at once."""
    mail = Message.objects.get(recipient=person, channel="email")
    return mail.state, mail.due_at == NOON


def held(desk, owner, **facts):
    item = make_item(make_failure(department=desk, **facts), owner=owner)
    record = f"/cases/{item_reference('customer', item.pk)}/"
    return Held(None, item, actor=make_person(), now=NOON), record


def test_an_answer_reaches_who_asked_and_a_question_only_who_listens(desk):
    offerer, approver = make_person(Role.HANDLER, desk), make_person(Role.LEAD, desk, lead=True)
    work, record = held(desk, offerer)
    muting(record, offerer, approver)
    remedy = SimpleNamespace(**REMEDY, offered_by_id=offerer.pk)
    tell_offerer(work, remedy, what="approved")
    tell_approvers(work, remedy)
    assert mail_of(offerer) == ("queued", False)
    assert mail_of(approver) == ("kept", False)


def test_a_double_deviation_reaches_the_owner_and_in_the_night_where_safety_is_at_stake(desk):
    owner, lead = make_person(Role.HANDLER, desk), make_person(Role.LEAD, desk, lead=True)
    work, record = held(desk, owner, safety=4)
    muting(record, owner)
    muting("/cases/C-000004/", lead)
    tell_owner_and_leads(work, [lead.pk, owner.pk])
    assert mail_of(owner) == ("queued", True)
    assert mail_of(lead) == ("queued", True)


def test_a_process_case_reaches_its_owner(desk):
    owner = make_person(Role.PROCESS_OWNER, desk)
    item = make_item(make_failure(department=desk), kind="process", owner=owner)
    muting(f"/processes/{item_reference('process', item.pk)}/", owner)
    case = SimpleNamespace(pk=item.pk, item=item)
    tell_holders(case, "process.reopened", "Back: %(ref)s", occasion="once", now=NOON)
    assert mail_of(owner) == ("queued", False)


@pytest.mark.parametrize(
    ("what", "mail"),
    [("asked", ("kept", False)), ("refused", ("queued", False)), ("lifted", ("queued", True))],
)
def test_a_waiver_answers_who_asked_and_is_lifted_at_once(desk, what, mail):
    asker = make_person(Role.PROCESS_OWNER, desk)
    failure = make_failure(department=desk)
    muting(f"/failures/{reference_of(failure.pk)}/", asker)
    waiver = Waiver(pk=3, failure_id=failure.pk)
    waivers._tell(waiver, [asker.pk], what=what, now=NOON)
    assert mail_of(asker) == mail


def test_a_private_task_reaches_its_reader_and_never_in_the_night():
    reader = make_person(Role.SUPPORTER)
    item = make_item(kind="employee", owner=reader)
    muting(f"/support/{item_reference('employee', item.pk)}/", reader)
    tell_privately(SimpleNamespace(pk=item.pk), reader.pk, what="task", now=NOON)
    assert mail_of(reader) == ("queued", False)
