"""The inbox page: one's own notices, where they lead, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from recovery.messages import services
from recovery.messages.models import Message
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


@pytest.fixture
def ana():
    return make_person()


@pytest.fixture
def reader(client, ana):
    client.force_login(ana)
    return client


def tell(*people, key="case:1", **facts):
    defaults = {"kind": "test", "subject": "C-7K3Q9X: time is short", "lines": ["Due <soon>"]}
    defaults |= {"path": "/cases/C-7K3Q9X/", "dedupe_key": key, "at": NOON}
    services.tell(person_ids=[each.pk for each in people], **(defaults | facts))


def page(client, url=INBOX):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_shows_nobody_without_a_login(client):
    answer = client.get(INBOX)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_teaches_what_it_is_for_while_empty(reader):
    assert "No notices yet" in page(reader)


def test_shows_one_s_own_notices_and_escapes_them(reader, ana):
    tell(ana)
    tell(make_person(), subject="Somebody else's", key="case:2")
    said = page(reader)
    assert reverse("messages:inbox") == INBOX
    assert re.search(r"C-7K3Q9X(<[^>]+>)?: time is short", said)
    assert "Due &lt;soon&gt;" in said
    assert "1 is new" in said
    assert "Somebody else" not in said


def test_costs_the_same_few_queries_however_many_there_are(
    reader, ana, django_assert_max_num_queries
):
    for number in range(40):
        tell(ana, key=f"case:{number}")
    with django_assert_max_num_queries(10):
        page(reader)


def test_leads_where_the_notice_points_and_marks_it_read(reader, ana):
    tell(ana)
    message = Message.objects.get(recipient=ana, channel="inbox")
    answer = reader.post(reverse("messages:open", args=[message.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/C-7K3Q9X/")
    message.refresh_from_db()
    assert message.read_at is not None


def test_a_notice_that_leads_nowhere_comes_back_here(reader, ana):
    tell(ana, path="")
    message = Message.objects.get(recipient=ana, channel="inbox")
    answer = reader.post(reverse("messages:open", args=[message.pk]))
    assert answer.headers["Location"] == INBOX


@pytest.mark.parametrize("whose", ["another", "nobody"])
def test_answers_not_found_for_what_is_not_one_s_own(reader, whose):
    other = make_person()
    tell(other)
    theirs = Message.objects.get(recipient=other, channel="inbox").pk
    key = theirs if whose == "another" else 2**62
    assert reader.post(reverse("messages:open", args=[key])).status_code == 404
    assert not Message.objects.filter(read_at__isnull=False).exists()


def test_marks_all_as_read(reader, ana):
    tell(ana)
    tell(ana, key="case:2")
    answer = reader.post(reverse("messages:read_all"), follow=True)
    assert "2 notices marked as read" in answer.content.decode()
    again = reader.post(reverse("messages:read_all"), follow=True)
    assert "There was nothing new" in again.content.decode()


def test_pages_back_and_forgives_a_foreign_cursor(reader, ana):
    for number in range(33):
        tell(ana, key=f"case:{number}", subject=f"No {number} here")
    first = page(reader)
    assert "No 32 here" in first
    assert "No 1 here" not in first
    oldest = Message.objects.filter(recipient=ana, channel="inbox").order_by("pk")[3]
    assert "No 1 here" in page(reader, f"{INBOX}?before={oldest.pk}")
    for odd in ("-1", "x", "9" * 30, "٣", "%00"):
        assert page(reader, f"{INBOX}?before={odd}")


@pytest.mark.parametrize("name", ["read_all", "open"])
def test_changes_nothing_by_merely_being_looked_at(reader, name):
    args = [1] if name == "open" else []
    assert reader.get(reverse(f"messages:{name}", args=args)).status_code == 405


def test_an_old_notice_stays_readable_when_its_mail_is_stale(reader, ana):
    tell(ana, at=NOON - timedelta(days=400))
    services.deliver(NOON)
    assert "time is short" in page(reader)


def test_shows_only_what_is_new_and_pages_in_it(reader, ana):
    for number in range(40):
        tell(ana, key=f"case:{number}", subject=f"No {number} here")
    read = Message.objects.get(dedupe_key=f"case:39:{ana.pk}:inbox")
    services.mark_read(message_id=read.pk, person=ana, now=NOON)
    said = page(reader, f"{INBOX}?show=new")
    assert "No 39 here" not in said
    assert "No 38 here" in said
    later = re.search(r'href="([^"]+)" rel="next"', said).group(1).replace("&amp;", "&")
    assert "No 0 here" in page(reader, later)
    assert "show=new" in later


def test_says_when_all_is_read(reader):
    assert "You have read everything" in page(reader, f"{INBOX}?show=new")


def test_mutes_and_unmutes_a_record_from_its_notice(reader, ana):
    tell(ana)
    message = Message.objects.get(recipient=ana, channel="inbox")
    answer = reader.post(reverse("messages:mute", args=[message.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (303, INBOX)
    muted = ana.mutes.get()
    assert muted.record == "/cases/C-7K3Q9X/"
    assert reverse("messages:unmute", args=[muted.pk]) in page(reader)
    assert "C-7K3Q9X" in page(reader, "/inbox/preferences/")
    reader.post(reverse("messages:unmute", args=[muted.pk]))
    assert not ana.mutes.exists()


def test_offers_no_mute_for_what_is_about_no_record(reader, ana):
    tell(ana, path="/support/")
    message = Message.objects.get(recipient=ana, channel="inbox")
    address = reverse("messages:mute", args=[message.pk])
    assert address not in page(reader)
    assert reader.post(address).status_code == 422
