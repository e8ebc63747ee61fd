"""The page of one case's escalation: read by those who read the case, used by those who work it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation.models import LevelChange, Rung
from recovery.escalation.selectors import ladders
from recovery.escalation.services import sweep
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.factories import make_department, make_failure, make_item, make_person
from tests.matrix.house import make_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_department("Baggage", parent=make_department("Customer care"))


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk, name="Ines Faria")


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, name="Rui Lopes", lead=True)


@pytest.fixture
def item(desk, handler):
    found = make_item(make_failure(department=desk, priority=1), owner=handler)
    clocks.start(
        item_id=found.pk, kind=ClockKind.ACKNOWLEDGE, at=timezone.now(), actor_id=handler.pk
    )
    return found


@pytest.fixture
def page_of(client):
    def read(item, person):
        client.force_login(person)
        return client.get(f"/escalation/{item.pk}/")

    return read


GIVEN = {"up-to_level": "1", "up-reason": "stuck", "up-words": "Nobody answers."}


def test_names_who_hears_what_in_order(page_of, item, handler, lead):
    said = page_of(item, handler).content.decode()
    assert said.index("Ines Faria</td>") < said.index("Rui Lopes</td>")
    assert "when 75 % of the time is used" in said
    assert "when its time is over" in said


def test_says_which_condition_does_not_hold_and_what_a_rung_will_do(
    page_of, item, handler, lead
):
    rungs = Rung.objects.filter(version__ladder__clock_kind=ClockKind.ACKNOWLEDGE)
    rungs.filter(percent=100).update(
        when=[{"fact": "safety", "op": "at_least", "values": [3]}],
        task_kind="call_back",
        task_words="Call her",
        task_days=2,
    )
    ladders.forget()
    said = page_of(item, handler).content.decode()
    assert "only if harm to safety is at least 3: does not hold now" in said
    assert "would be passed over" in said
    assert "opens a task, due within 2 working days: Call her" in said
    late = timezone.now() + timedelta(hours=1)
    sweep(late)
    pump(late)
    said = page_of(item, handler).content.decode()
    assert "nobody: its condition did not hold" in said
    assert "passed over" in said


def test_raises_by_hand_and_shows_the_reason(client, page_of, item, handler, lead):
    client.force_login(handler)
    answer = client.post(f"/escalation/{item.pk}/raise/", GIVEN)
    assert (answer.status_code, answer.url) == (303, f"/escalation/{item.pk}/")
    said = page_of(item, handler).content.decode()
    assert "Raised to tier 1: nobody moves it" in said
    assert "Nobody answers." in said
    client.post(
        f"/escalation/{item.pk}/lower/",
        {"down-to_level": "0", "down-reason": "calm", "down-words": "Found."},
    )
    assert list(LevelChange.objects.order_by("id").values_list("to_level", flat=True)) == [1, 0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"up-words": ""}, "Fill this in."), ({"up-to_level": "2"}, "Nobody but you")],
)
def test_keeps_what_was_typed_and_says_what_is_missing(client, item, handler, wrong, said):
    client.force_login(handler)
    answer = client.post(f"/escalation/{item.pk}/raise/", GIVEN | wrong)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert '<option value="stuck" selected>' in text
    assert not LevelChange.objects.exists()


def test_a_reader_who_does_not_work_it_sees_no_form(page_of, item, desk):
    said = page_of(item, make_person(Role.AUDITOR, desk)).content.decode()
    assert "/raise/" not in said


def test_is_not_there_for_others(page_of, item):
    assert page_of(item, make_person(Role.HANDLER, make_department())).status_code == 404
    assert page_of(item, make_person()).status_code == 404


def test_a_support_case_is_not_there_for_its_desk_or_for_operators(page_of, lead):
    support = make_item(kind="employee", owner=make_person(Role.SUPPORTER))
    for person in (lead, make_person(Role.OPERATOR), make_person(Role.SUPPORTER)):
        assert page_of(support, person).status_code == 404


def test_a_support_case_is_read_by_its_supporter_who_can_change_nothing(client):
    house = make_house()
    support = WorkItem.objects.get(kind="employee")
    client.force_login(house.people["supporter"])
    answer = client.get(f"/escalation/{support.pk}/")
    assert answer.status_code == 200
    assert "Make the offer" in answer.content.decode()
    assert "/raise/" not in answer.content.decode()
    assert client.post(f"/escalation/{support.pk}/raise/", GIVEN).status_code == 404
    for name in ("lead", "manager", "people_partner", "admin", "operator"):
        client.force_login(house.people[name])
        assert client.get(f"/escalation/{support.pk}/").status_code == 404


def test_both_case_pages_lead_there_and_the_list_shows_the_tier(client):
    house = make_house()
    client.force_login(house.people["process_owner"])
    process = WorkItem.objects.get(kind="process")
    said = client.get(f"/processes/{house.samples['process']}/").content.decode()
    assert f"/escalation/{process.pk}/" in said
    assert client.get(f"/escalation/{process.pk}/").status_code == 200
    handler = house.people["handler"]
    client.force_login(handler)
    case = house.samples["item"]
    assert (
        f"/escalation/{case}/"
        in client.get(f"/cases/{house.samples['case']}/").content.decode()
    )
    WorkItem.objects.filter(pk=case).update(owner=handler)
    assert "Tier 2" not in client.get("/").content.decode()
    WorkItem.objects.filter(pk=case).update(level=2)
    assert "Tier 2" in client.get("/").content.decode()
