"""The form of a ladder takes conditions and deeds of rungs, and keeps what was typed."""

import pytest
from django.utils import timezone

from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation.models import LadderVersion
from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from tests.escalation.test_ladders import ROW, posted
from tests.factories import make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
K = ClockKind


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


MORE = {
    "c0_fact": "safety", "c0_op": "at_least", "c0_values": "3",
    "c2_fact": "channel", "c2_op": "is", "c2_values": "phone, letter",
    "tells": "operator", "task_kind": "call_back", "task_words": "Call her", "task_days": "2",
}  # fmt: skip


def newest_rungs():
    newest = LadderVersion.objects.filter(ladder__clock_kind=K.RESOLVE).order_by("-number")[0]
    return newest.rungs.order_by("order")


def test_writes_conditions_and_deeds_and_shows_them_in_words(client, admin):
    make_person(Role.LEAD, lead=True)
    client.force_login(admin)
    gives = ROW | {"amount": "80", "tells": "desk_lead", "assigns": "on"}
    answer = client.post("/settings/ladders/resolve/new/", posted(ROW | MORE, gives))
    assert answer.status_code == 303
    said = client.get(answer.url).content.decode()
    assert "only if harm to safety is at least 3, and channel is " in said
    assert "opens a task, due within 2 working days: Call her" in said
    assert "gives the case to whoever of them holds the fewest" in said
    first, second = newest_rungs()
    assert [each["fact"] for each in first.when] == ["safety", "channel"]
    assert (first.task_kind, first.task_days, first.assigns) == ("call_back", 2, False)
    assert (second.when, second.assigns) == ([], True)
    prefilled = client.get("/settings/ladders/resolve/new/").content.decode()
    assert '<option value="safety" selected>' in prefilled
    assert 'value="phone, letter"' in prefilled
    assert 'value="Call her"' in prefilled


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"c0_values": "high"}, "is a number"),
        ({"c0_values": ""}, "must be"),
        ({"c0_values": "9"}, "is never 9"),
        ({"c2_values": "pigeon"}, "There is no pigeon"),
        ({"task_words": ""}, "Say what is to be done."),
        ({"tells": "owner", "assigns": "on"}, "go round in a circle"),
        ({"every": "10", "most": "2"}, "cannot repeat"),
    ],
)
def test_refuses_bad_conditions_and_deeds_and_keeps_what_was_typed(client, admin, wrong, said):
    client.force_login(admin)
    answer = client.post("/settings/ladders/resolve/new/", posted(ROW | MORE | wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert '<option value="channel" selected>' in text
    assert 'value="2"' in text
    assert LadderVersion.objects.filter(ladder__clock_kind=K.RESOLVE).count() == 1


def test_a_trial_says_which_condition_does_not_hold_today(client, admin):
    item = make_item(make_failure(priority=1), owner=admin)
    clocks.start(item_id=item.pk, kind=K.RESOLVE, at=timezone.now(), actor_id=admin.pk)
    client.force_login(admin)
    case = item_reference("customer", item.pk)
    given = posted(ROW | MORE, case=case, **{"try": "1"})
    said = client.post("/settings/ladders/resolve/new/", given).content.decode()
    assert "would be passed over" in said
    assert "only if harm to safety is at least 3" in said
    assert "would be told" not in said
