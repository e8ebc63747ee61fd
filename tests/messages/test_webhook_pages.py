"""Webhooks on their pages: added with a secret shown once, tried, paused, looked into."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from recovery.messages import services
from recovery.messages.models import Endpoint, Message
from recovery.org.roles import Role
from tests.factories import make_person
from tests.messages.receiving import receiving

pytestmark = pytest.mark.django_db
# Session, person, their right, what is unread, the address, deliveries, tries.
QUERIES = 7
NEW = {"name": "Data house", "url": "https://hooks.example.org/in", "topics": ["time"]}


@pytest.fixture
def browse(client):
    client.force_login(make_person(Role.ADMIN))
    return client


def add(browse, **facts):
    return browse.post(reverse("messages:new_webhook"), NEW | facts)


def test_the_secret_is_shown_once(browse):
    answer = add(browse)
    (secret,) = re.findall(r"whsec_[\w+/=]+", answer.text)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (201, True)
    endpoint = Endpoint.objects.get()
    for name, args in (("webhooks", []), ("webhook", [endpoint.pk])):
        page = browse.get(reverse(f"messages:{name}", args=args)).text
        assert secret not in page
        assert "Data house" in page


def test_what_was_typed_stays_when_it_is_refused(browse):
    answer = add(browse, url="http://10.0.0.1/inside", topics=[])
    assert answer.status_code == 422
    assert "http://10.0.0.1/inside" in answer.text
    assert "Choose at least one thing it hears of." in answer.text
    answer = add(browse, url="http://10.0.0.1/inside")
    assert "Give a whole address like" in answer.text
    assert not Endpoint.objects.exists()


def test_a_trial_shows_what_became_of_it(browse, settings):
    settings.WEBHOOKS_PRIVATE = True
    with receiving(status=500) as receiver:
        add(browse, url=receiver.url)
        endpoint = Endpoint.objects.get()
        page = reverse("messages:webhook", args=[endpoint.pk])
        answer = browse.post(reverse("messages:try_webhook", args=[endpoint.pk]))
        assert (answer.status_code, answer["Location"]) == (303, page)
        services.call_endpoints(timezone.now())
    assert len(receiver.got) == 1
    shown = browse.get(page).text
    assert "answered 500" in shown
    assert "does not answer, tried again by itself" in shown


def test_a_paused_one_can_be_resumed_and_not_tried(browse):
    add(browse)
    key = [Endpoint.objects.get().pk]
    assert browse.post(reverse("messages:pause_webhook", args=key)).status_code == 303
    assert browse.post(reverse("messages:try_webhook", args=key)).status_code == 409
    shown = browse.get(reverse("messages:webhook", args=key)).text
    assert "Resume it" in shown
    assert reverse("messages:try_webhook", args=key) not in shown
    browse.post(reverse("messages:resume_webhook", args=key))
    assert Endpoint.objects.get().active


def test_costs_the_same_for_many_deliveries(browse, django_assert_num_queries):
    add(browse)
    endpoint = Endpoint.objects.get()
    page = reverse("messages:webhook", args=[endpoint.pk])
    browse.get(page)
    for _ in range(2):
        for _ in range(5):
            services.try_endpoint(
                endpoint_id=endpoint.pk, actor=endpoint.made_by, now=timezone.now()
            )
        with django_assert_num_queries(QUERIES):
            browse.get(page)
    assert Message.objects.count() == 10
