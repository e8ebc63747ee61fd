"""A case is raised and stepped down by hand, with a reason, and each tier hears it once."""

from datetime import timedelta

import pytest

from recovery.escalation.models import LevelChange
from recovery.escalation.services import escalate, step_down
from recovery.escalation.states import LowerReason, RaiseReason
from recovery.events.models import Event
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return make_department("Customer care")


@pytest.fixture
def desk(head):
    return make_department("Baggage", parent=head)


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk), owner=handler)


def up(item, actor, level=1, **facts):
    facts = {"reason": RaiseReason.SAFETY, "words": "He may be hurt.", "now": NOON} | facts
    return escalate(item_id=item.pk, to_level=level, actor=actor, **facts)


def down(item, actor, level=0, **facts):
    facts = {"reason": LowerReason.CALM, "words": "He is well.", "now": NOON} | facts
    return step_down(item_id=item.pk, to_level=level, actor=actor, **facts)


def told(person):
    mine = Message.objects.filter(recipient=person, channel="inbox").order_by("id")
    return list(mine.values_list("kind", flat=True))


def test_raises_the_level_tells_the_tier_and_writes_it_down(item, handler, lead):
    change = up(item, handler)
    item.refresh_from_db()
    assert (item.level, item.version) == (1, 2)
    assert (told(lead), told(handler)) == (["escalation.raised"], [])
    assert (change.told, change.words) == ([lead.pk], "He may be hurt.")
    event = Event.objects.get(item_id=item.pk)
    assert (event.verb, event.audience) == ("escalation.raised", "scope")
    assert event.public == {"from": 0, "to": 1, "reason": "safety", "change": change.pk}


def test_what_was_written_stays_in_the_house(item, handler, lead):
    up(item, handler)
    for message in Message.objects.all():
        assert "hurt" not in message.subject + "".join(message.lines)


def test_each_tier_has_its_people(item, desk, head, handler, lead):
    upper = make_person(Role.LEAD, head, lead=True)
    manager = make_person(Role.MANAGER, head)
    elsewhere = make_person(Role.MANAGER, make_department())
    for level in (1, 2, 3, 4):
        up(item, handler, level)
    assert [len(told(each)) for each in (lead, upper, manager, elsewhere)] == [1, 1, 2, 0]


def test_a_lead_who_raises_it_does_not_tell_herself(item, head, lead):
    upper = make_person(Role.LEAD, head, lead=True)
    up(item, lead)
    assert (told(lead), told(upper)) == ([], ["escalation.raised"])


def test_refuses_where_nobody_else_would_hear_of_it(item, handler):
    with pytest.raises(Invalid) as refusal:
        up(item, handler)
    assert (refusal.value.code, refusal.value.field) == ("nobody_there", "to_level")
    assert not LevelChange.objects.exists()


@pytest.mark.parametrize("level", [-1, 0, 1, 5])
def test_refuses_a_tier_that_is_not_above(item, handler, lead, level):
    up(item, handler)
    with pytest.raises(Invalid) as refusal:
        up(item, handler, level)
    assert refusal.value.code == "not_above"


@pytest.mark.parametrize("level", [-1, 1, 2])
def test_refuses_to_step_down_to_a_tier_that_is_not_below(item, handler, lead, level):
    up(item, handler)
    with pytest.raises(Invalid) as refusal:
        down(item, handler, level)
    assert refusal.value.code == "not_below"


@pytest.mark.parametrize("verb", [up, down])
def test_asks_for_a_sentence(item, handler, lead, verb):
    with pytest.raises(Invalid) as refusal:
        verb(item, handler, words="  ")
    assert refusal.value.field == "words"


def test_steps_down_and_tells_who_holds_it(item, handler, lead):
    up(item, handler)
    down(item, lead)
    item.refresh_from_db()
    assert item.level == 0
    assert told(handler) == ["escalation.stepped_down"]
    change = LevelChange.objects.latest("pk")
    assert (change.from_level, change.to_level, change.told) == (1, 0, [handler.pk])


def test_leaves_a_case_alone_that_has_ended(item, handler, lead):
    item.closed_at = NOON
    item.save()
    with pytest.raises(Conflict):
        up(item, handler)


def test_notices_that_somebody_was_faster(item, handler, lead):
    up(item, handler, expected_version=1)
    with pytest.raises(Conflict, match="changed this"):
        up(item, handler, 2, expected_version=1)


def test_is_for_those_who_work_the_case(item, desk, lead):
    with pytest.raises(NotAllowed):
        up(item, make_person(Role.AUDITOR, desk))
    with pytest.raises(NotFound):
        up(item, make_person(Role.HANDLER, make_department()))


def test_nobody_raises_a_support_case(lead):
    support = make_item(kind="employee", owner=lead)
    with pytest.raises(NotFound):
        up(support, lead, now=NOON + timedelta(days=1))


class TestTheRisen:
    """Those a case has risen to step it down, whatever else they may do with it."""

    def at(self, item, level):
        item.level = level
        item.save(update_fields=["level"])

    def test_a_manager_steps_down_what_has_risen_to_managers(self, item, head, handler):
        manager = make_person(Role.MANAGER, head)
        self.at(item, 3)
        down(item, manager, 1)
        item.refresh_from_db()
        assert item.level == 1

    def test_a_lead_steps_a_process_case_down(self, desk, lead):
        case = make_item(make_failure(department=desk), kind="process", level=1)
        down(case, lead)
        case.refresh_from_db()
        assert case.level == 0

    def test_not_before_it_has_risen_to_them(self, item, head):
        manager = make_person(Role.MANAGER, head)
        self.at(item, 1)
        with pytest.raises(NotAllowed):
            down(item, manager)

    def test_nor_those_of_the_tier_elsewhere(self, item):
        self.at(item, 3)
        with pytest.raises((NotAllowed, NotFound)):
            down(item, make_person(Role.MANAGER, make_department()))

    def test_they_raise_it_no_further_by_that(self, item, head):
        make_person(Role.MANAGER, head)
        manager = make_person(Role.MANAGER, head)
        self.at(item, 3)
        with pytest.raises(NotAllowed):
            up(item, manager, 4)

    def test_operators_who_stand_in_for_nobody_read_no_case_by_that(self, item, head):
        operator = make_person(Role.OPERATOR, head)
        self.at(item, 1)
        with pytest.raises(NotAllowed):
            down(item, operator)

    def test_the_page_offers_them_that_alone(self, client, item, head, lead):
        manager = make_person(Role.MANAGER, head)
        self.at(item, 3)
        client.force_login(manager)
        said = client.get(f"/escalation/{item.pk}/").content.decode()
        assert "Step down</summary>" in said
        assert "Raise it</summary>" not in said
        given = {"down-to_level": "1", "down-reason": "decided", "down-words": "Paid."}
        answer = client.post(f"/escalation/{item.pk}/lower/", given)
        assert answer.status_code == 303
