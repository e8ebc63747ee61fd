"""Pages of tasks: on the case, on My work, done and taken off the list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recovery.escalation.models import Task
from recovery.escalation.services import open_task
from recovery.escalation.states import TaskKind
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.factories import make_department, make_failure, make_item, make_person
from tests.matrix.house import make_house

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk():
    return make_department("Baggage")


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk, name="Ines Faria")


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk), owner=handler)


@pytest.fixture
def agent(client, handler):
    client.force_login(handler)
    return client


def due(item, actor, *, words="Call her about the bag", hours=4):
    now = timezone.now()
    return open_task(
        item_id=item.pk,
        kind=TaskKind.CALL_BACK,
        words=words,
        due_at=now + hours * HOUR,
        actor=actor,
        now=now,
    )


def test_is_written_down_by_hand_and_stands_on_the_case(client):
    house = make_house()
    client.force_login(house.people["handler"])
    until = timezone.localtime(timezone.now() + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
    given = {"words": "Ask the station", "kind": "other", "due_at": until}
    answer = client.post(f"/items/{house.samples['item']}/tasks/new/", given)
    assert answer.status_code == 303
    said = client.get(f"/cases/{house.samples['case']}/").content.decode()
    assert said.index("To do</h2>") < said.index("Ask the station") < said.index("Write down")


def test_keeps_what_was_typed_when_refused(agent, item):
    given = {"words": "Ask the station", "kind": "other", "due_at": "2020-01-01T10:00"}
    answer = agent.post(f"/items/{item.pk}/tasks/new/", given)
    assert answer.status_code == 422
    assert "Ask the station" in answer.content.decode()
    assert "from now on" in answer.content.decode()


def test_done_and_not_needed_are_one_press_and_a_sentence(agent, item, handler):
    first, second = due(item, handler), due(item, handler, words="Second")
    assert agent.post(f"/tasks/{first.pk}/done/", {"words": "She has it"}).status_code == 303
    assert agent.post(f"/tasks/{second.pk}/cancel/", {"words": "Moot"}).status_code == 303
    assert list(Task.objects.order_by("pk").values_list("state", "outcome")) == [
        ("done", "She has it"),
        ("cancelled", "Moot"),
    ]
    assert "She has it" in agent.get(f"/tasks/{first.pk}/").content.decode()


def test_asks_what_came_of_it(agent, item, handler):
    task = due(item, handler)
    for verb in ("done", "cancel"):
        assert agent.post(f"/tasks/{task.pk}/{verb}/", {"words": ""}).status_code == 422


def test_stands_on_my_work_after_the_case_has_ended(agent, item, handler):
    due(item, handler)
    WorkItem.objects.filter(pk=item.pk).update(closed_at=timezone.now())
    assert "Call her about the bag" in agent.get("/").content.decode()


def test_follows_the_case_to_its_desk_and_its_next_holder(agent, client, item, handler, desk):
    due(item, handler)
    other = make_person(Role.HANDLER, desk)
    WorkItem.objects.filter(pk=item.pk).update(owner=other)
    assert "about the bag" not in agent.get("/").content.decode()
    assert "about the bag" in agent.get("/?view=desk").content.decode()
    client.force_login(other)
    assert "about the bag" in client.get("/").content.decode()


def test_other_desks_see_nothing_of_it(client, item, handler):
    task = due(item, handler)
    client.force_login(make_person(Role.HANDLER, make_department()))
    assert "about the bag" not in client.get("/?view=desk").content.decode()
    assert client.get(f"/tasks/{task.pk}/").status_code == 404


def test_the_list_costs_the_same_for_many(agent, item, handler, desk):
    due(item, handler)
    agent.get("/")
    with CaptureQueriesContext(connection) as few:
        agent.get("/")
    for number in range(5):
        due(make_item(make_failure(department=desk), owner=handler), handler, words=str(number))
    with CaptureQueriesContext(connection) as many:
        agent.get("/")
    assert len(many) == len(few)
