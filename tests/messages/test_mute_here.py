"""Muting a record on its own page: where it is offered, where it leads, and what it refuses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recovery.messages.models import Mute
from recovery.messages.selectors import mute_of
from recovery.messages.services import mute_record
from tests.factories import NOON
from tests.matrix.house import make_house

pytestmark = pytest.mark.django_db
PAGES = [("console:failure", "failure"), ("cases:case", "case"), ("processes:case", "process")]
HERE = reverse("messages:mute_record")


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def lead(house):
    return house.people["lead"]


@pytest.fixture
def reader(client, lead):
    client.force_login(lead)
    return client


def words(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("name", "sample"), PAGES)
def test_a_record_is_muted_on_its_page_and_heard_of_again(house, reader, lead, name, sample):
    url = reverse(name, args=[house.samples[sample]])
    assert "No mail about this" in words(reader.get(url))
    answer = reader.post(HERE, {"record": url})
    assert (answer.status_code, answer["Location"]) == (303, url)
    muted = words(reader.get(url))
    assert "unless you are named" in muted
    assert "Mail again" in muted
    again = reverse("messages:unmute", args=[mute_of(lead, url)])
    assert again in muted
    answer = reader.post(again, {"record": url})
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert not Mute.objects.exists()
    assert "No mail about this" in words(reader.get(url))


def test_somebody_else_s_mute_is_not_mine(house, reader, lead):
    url = reverse("cases:case", args=[house.samples["case"]])
    mute_record(record=url, person=house.people["handler"], now=NOON)
    assert "No mail about this" in words(reader.get(url))
    assert mute_of(lead, url) is None


def test_is_not_offered_where_support_is_given(house, client):
    client.force_login(house.people["supporter"])
    said = words(client.get(reverse("staff:case", args=[house.samples["support"]])))
    assert HERE not in said


@pytest.mark.parametrize(
    "record", ["", "/", "/support/", "//evil.example/cases/C-7K3Q9X/", "/cases/C-7K3Q9X/?x=1"]
)
def test_refuses_what_is_no_record_s_own_address(reader, record):
    assert reader.post(HERE, {"record": record}).status_code == 422
    assert not Mute.objects.exists()


def test_leads_back_to_the_muted_record_whatever_was_posted(reader, lead):
    mute_record(record="/cases/C-7K3Q9X/", person=lead, now=NOON)
    again = reverse("messages:unmute", args=[mute_of(lead, "/cases/C-7K3Q9X/")])
    answer = reader.post(again, {"record": "https://evil.example/"})
    assert answer["Location"] == "/cases/C-7K3Q9X/"


@pytest.mark.parametrize(("name", "sample"), PAGES)
def test_a_page_asks_once_whether_it_is_muted(house, reader, name, sample):
    url = reverse(name, args=[house.samples[sample]])
    reader.get(url)
    with CaptureQueriesContext(connection) as asked:
        reader.get(url)
    assert sum(f'"{Mute._meta.db_table}"' in each["sql"] for each in asked) == 1
