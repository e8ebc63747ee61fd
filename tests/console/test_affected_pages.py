"""From a pasted list to everybody told, by the pages."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import services
from cases.models import AffectedList, Contact, CustomerCase, Outreach
from recovery.console.exports import plain
from recovery.coordination.services import work_lists
from recovery.failures.selectors import reference_of
from tests.cases.casting import make_case, make_customer, make_desk
from tests.factories import make_failure

WHEN = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
MESSAGE = {
    "key": "a" * 32,
    "what_happened": "Your flight HA 418 was cancelled.",
    "next_step": "We pay your fare back.",
    "when": WHEN,
    "words": "Dear {{ first_name }}, {{ what_happened }} {{ next }} Until {{ when }}.",
    "remedy_line": "",
    "remedy_kind": "voucher",
    "amount": "",
    "remedy_words": "",
}


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def failure(desk):
    return make_failure(department=desk.department)


@pytest.fixture
def root(failure):
    return f"/failures/{reference_of(failure.pk)}/"


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.handler)
    return client


def people(desk, failure, count, start=0):
    for k in range(start, start + count):
        customer = make_customer(f"Ana{k} Reis", email=f"ana{k}@example.org")
        make_case(desk, failure=failure, complained=False, customer=customer)


def text(answer):
    return answer.content.decode()


def test_a_pasted_list_is_looked_through_then_added_then_told(agent, root):
    pasted = (
        "Rui Tavares, rui@example.org\nRui Tavares, rui@example.org\nAna, ana@ x\nEva Lund,"
    )
    looked = agent.post(f"{root}affected/add/", {"people": pasted}, follow=True)
    assert "Add 2 people" in text(looked)
    assert "line 3" in text(looked)
    assert not CustomerCase.objects.exists()
    found = AffectedList.objects.get()
    added = agent.post(f"{root}affected/lists/{found.pk}/start/", follow=True)
    assert "2 affected" in text(added)
    assert "1 no address" in text(added)

    tried = agent.post(f"{root}outreach/new/", MESSAGE | {"look": ""})
    assert "Dear Rui, Your flight HA 418 was cancelled." in text(tried)
    assert not Outreach.objects.exists()
    sent = agent.post(f"{root}outreach/new/", MESSAGE | {"tell": ""})
    assert sent.status_code == 303
    services.reach_out(now=timezone.now())
    page = text(agent.get(sent.url))
    assert "1 of 2 told" in page
    file = agent.get(f"{sent.url}results.csv").content.decode("utf-8-sig")
    assert [line[1:3] for line in csv.reader(StringIO(file))][1:] == [
        ["Rui Tavares", "Told"], ["Eva Lund", "No address: call them"],
    ]  # fmt: skip
    assert "2 affected · 1 told · 1 no address" in text(agent.get(root))


def test_a_long_list_goes_on_in_the_background_and_can_be_stopped(agent, root, desk):
    lines = "\n".join(f"Person {k};p{k}@example.org" for k in range(250))
    file = SimpleUploadedFile("list.csv", f"name;email\n{lines}".encode())
    agent.post(f"{root}affected/add/", {"people": "", "file": file})
    found = AffectedList.objects.get()
    page = f"{root}affected/lists/{found.pk}/"
    agent.post(f"{page}start/")
    assert "0 of 250" in text(agent.get(page))
    work_lists(now=timezone.now(), chunks=1)
    part = text(agent.get(page, headers={"HX-Request": "true"}))
    assert "100 of 250" in part
    assert "<html" not in part
    agent.post(f"{page}stop/")
    assert "Go on adding" in text(agent.get(page))


def test_what_was_typed_is_kept_when_it_is_refused(agent, root, desk, failure):
    people(desk, failure, 1)
    for typed, said in (
        ({"words": "Dear {{ surname }}, {{ what_happened }}"}, "There is no {{ surname }}"),
        ({"what_happened": ""}, "so fill it in"),
    ):
        answer = agent.post(f"{root}outreach/new/", MESSAGE | typed | {"tell": ""})
        assert answer.status_code == 422
        assert said in text(answer).replace("&#x27;", "'")
        assert "We pay your fare back." in text(answer)
    answer = agent.post(f"{root}affected/add/", {"people": "Ana,,,7"})
    assert answer.status_code == 422
    assert "Ana,,,7" in text(answer)


def test_those_ticked_alone_are_told_and_a_right_stops_or_goes_on(agent, root, desk, failure):
    people(desk, failure, 3)
    first = CustomerCase.objects.order_by("pk").first()
    assert f'value="{first.pk}"' in text(agent.get(f"{root}affected/"))
    chosen = {"case": [str(first.pk)]}
    assert "1 person you chose" in text(agent.get(f"{root}outreach/new/", chosen))
    sent = agent.post(f"{root}outreach/new/", MESSAGE | chosen | {"tell": ""})
    agent.post(f"{sent.url}stop/")
    assert "Go on telling" in text(agent.get(sent.url))
    agent.post(f"{sent.url}go-on/")
    services.reach_out(now=timezone.now())
    assert Contact.objects.count() == 1
    assert "Ana0 Reis" in text(agent.get(f"{root}affected/?show=told"))


def test_above_the_limit_a_lead_approves_the_whole_on_its_page(client, root, desk, failure):
    people(desk, failure, 1)
    gift = {
        "remedy_line": "goodwill", "amount": "200", "remedy_words": "a night at the hotel",
        "words": MESSAGE["words"] + " {{ remedy }}",
    }  # fmt: skip
    client.force_login(desk.handler)
    tried = client.post(f"{root}outreach/new/", MESSAGE | gift | {"look": ""})
    assert "Above your limit" in text(tried)
    sent = client.post(f"{root}outreach/new/", MESSAGE | gift | {"tell": ""})
    assert "Approve it for all" not in text(client.get(sent.url))
    client.force_login(desk.lead)
    assert "a night at the hotel · €200.00" in text(client.get(sent.url))
    assert client.post(f"{sent.url}refuse/", {"words": ""}).status_code == 422
    client.post(f"{sent.url}approve/")
    assert Outreach.objects.get().state == "running"


def test_pages_cost_the_same_however_many_there_are(agent, root, desk, failure):
    people(desk, failure, 3)
    sent = agent.post(f"{root}outreach/new/", MESSAGE | {"tell": ""})
    services.reach_out(now=timezone.now(), most=1)

    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(address).status_code == 200
        return len(queries)

    addresses = (f"{root}affected/", root, sent.url, f"{root}outreach/new/")
    before = [cost(each) for each in addresses]
    people(desk, failure, 30, start=3)
    assert [cost(each) for each in addresses] == before
    page = text(agent.get(root))
    assert "and 27 more" in page
    assert "Telling 3 people began" in page
    assert "Customer told what we know" not in page
    assert "stands on their own case" in page


def test_no_name_becomes_a_formula_in_a_spreadsheet():
    assert [plain(each) for each in ("=1+1", "@x", "Ana Reis")] == ["'=1+1", "'@x", "Ana Reis"]
