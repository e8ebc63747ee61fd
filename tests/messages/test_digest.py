"""Digests: one mail for all that waited, grouped, once for a person and a time, nothing lost."""

from datetime import timedelta

import pytest
from django.core import mail

from recovery.messages import services
from recovery.messages.models import Message
from recovery.messages.services import digests
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
AT_FOUR = NOON + 4 * HOUR


def bundling(**facts):
    person = make_person(zone="UTC")
    wishes = {"ways": {"work": "digest"}, "digest_hours": [16], "now": NOON} | facts
    services.wish(person=person, zone="UTC", **wishes)
    return person


def tell(person, key, path="/cases/C-7K3Q9X/", at=NOON, **facts):
    defaults = {"kind": "test", "subject": f"About {key}", "lines": ["Line"]} | facts
    services.tell(person_ids=[person.pk], path=path, dedupe_key=key, at=at, **defaults)


def states(person):
    mine = Message.objects.filter(recipient=person, channel="email").order_by("pk")
    return list(mine.values_list("state", flat=True))


def test_bundles_all_that_waited_by_record(settings):
    settings.PUBLIC_URL = "https://recovery.example.org"
    ana = bundling()
    tell(ana, "one")
    tell(ana, "two", path="/failures/F-7K3Q9X/")
    tell(ana, "three")
    tell(ana, "loose", path="/")
    assert services.deliver(AT_FOUR - HOUR) == 0
    assert services.deliver(AT_FOUR) == 1
    (letter,) = mail.outbox
    assert letter.subject == "4 notices"
    order = ["C-7K3Q9X", "About one", "About three", "F-7K3Q9X", "About two", "About loose"]
    for text in (letter.body, letter.alternatives[0].content):
        places = [text.index(each) for each in order]
        assert places == sorted(places)
    assert states(ana) == ["bundled"] * 4 + ["sent"]
    assert services.deliver(AT_FOUR + HOUR) == 0


def test_sends_no_empty_digest():
    bundling()
    assert services.deliver(AT_FOUR) == 0
    assert mail.outbox == []


def test_makes_one_digest_for_one_person_and_time(monkeypatch):
    ana = bundling()
    tell(ana, "one")
    assert services.compose_digests(AT_FOUR) == 1
    assert services.compose_digests(AT_FOUR) == 0
    assert states(ana) == ["bundled", "queued"]


def test_what_came_too_late_for_its_digest_goes_into_the_next():
    ana = bundling()
    tell(ana, "one")
    tell(ana, "late")
    late = Message.objects.get(dedupe_key__startswith="late", channel="email")
    Message.objects.filter(pk=late.pk).update(state="kept")
    services.compose_digests(AT_FOUR)
    Message.objects.filter(pk=late.pk).update(state="waiting")
    assert services.compose_digests(AT_FOUR) == 0
    late.refresh_from_db()
    assert (late.state, late.due_at) == ("waiting", AT_FOUR + 24 * HOUR)
    assert services.deliver(AT_FOUR + 24 * HOUR) == 2


def test_a_worker_that_dies_in_between_loses_nothing(monkeypatch):
    ana = bundling()
    tell(ana, "one")

    def die(*_, **__):
        raise KeyboardInterrupt

    written = digests._write
    monkeypatch.setattr(digests, "_write", lambda *a, **k: (written(*a, **k), die()))
    with pytest.raises(KeyboardInterrupt):
        services.compose_digests(AT_FOUR)
    assert states(ana) == ["waiting"]
    monkeypatch.undo()
    assert services.deliver(AT_FOUR) == 1
    assert "About one" in mail.outbox[0].body


def test_a_digest_missed_for_days_still_comes_and_as_one():
    ana = bundling()
    tell(ana, "one")
    tell(ana, "two", at=NOON + 24 * HOUR)
    assert services.deliver(AT_FOUR + 96 * HOUR) == 1
    assert "About one" in mail.outbox[0].body
    assert "About two" in mail.outbox[0].body


def test_what_waited_still_comes_after_digests_were_given_up():
    ana = bundling()
    tell(ana, "one")
    services.wish(person=ana, ways={}, zone="UTC", now=NOON)
    assert services.deliver(AT_FOUR) == 1


def test_a_digest_due_in_quiet_hours_waits_for_their_end():
    night = NOON.replace(hour=15).time(), NOON.replace(hour=18).time()
    ana = bundling(quiet_from=night[0], quiet_until=night[1])
    tell(ana, "one")
    assert services.deliver(AT_FOUR) == 0
    assert services.deliver(NOON + 6 * HOUR) == 1


def test_what_is_urgent_does_not_wait_for_the_digest():
    ana = bundling()
    tell(ana, "one", urgent=True)
    assert services.deliver(NOON) == 1
    assert mail.outbox[0].subject == "About one"
