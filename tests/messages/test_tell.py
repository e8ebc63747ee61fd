"""People are told once, by inbox and mail, and can put what they read behind them."""

from datetime import timedelta

import pytest

from recovery.messages import selectors, services
from recovery.messages.models import Message
from recovery.org.selectors import organisation
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


def tell(*people, key="case:1", **facts):
    defaults = {"kind": "escalation.fired", "subject": "Time is short", "lines": ["One", "Two"]}
    facts = defaults | {"path": "/cases/C-1/", "dedupe_key": key, "at": NOON} | facts
    return services.tell(person_ids=[each.pk for each in people], **facts)


def test_reads_all_wishes_at_once_and_writes_all_rows_at_once(django_assert_num_queries):
    ana, rui = make_person(), make_person()
    with django_assert_num_queries(2):
        assert tell(ana, rui, ana) == 4
    inbox = Message.objects.get(recipient=ana, channel="inbox")
    mail = Message.objects.get(recipient=ana, channel="email")
    assert (inbox.state, inbox.sent_at, inbox.lines) == ("sent", NOON, ["One", "Two"])
    assert (mail.state, mail.next_try_at) == ("queued", NOON)
    assert mail.expires_at == NOON + timedelta(days=2)
    assert mail.dedupe_key == f"case:1:{ana.pk}:email"


def test_tells_nobody_twice_about_one_occasion():
    ana, rui = make_person(), make_person()
    tell(ana)
    assert tell(ana, rui) == 2
    assert tell(ana, rui) == 0
    assert Message.objects.filter(recipient=ana).count() == 2


def test_tells_nobody_when_there_is_nobody():
    assert tell() == 0


def test_counts_and_clears_what_is_new_for_each_person_alone():
    ana, rui = make_person(), make_person()
    tell(ana, rui)
    tell(ana, rui, key="case:2")
    newest = selectors.inbox(ana).messages[0]
    assert services.mark_read(message_id=newest.pk, person=ana, now=NOON) == "/cases/C-1/"
    assert services.mark_read(message_id=newest.pk, person=rui, now=NOON) is None
    assert (selectors.unread_count(ana), selectors.unread_count(rui)) == (1, 2)
    assert services.mark_all_read(person=ana, now=NOON) == 1
    assert selectors.unread_count(ana) == 0


def test_pages_through_the_inbox_newest_first(django_assert_num_queries):
    ana = make_person()
    for number in range(5):
        tell(ana, key=f"case:{number}", subject=f"No {number}")
    with django_assert_num_queries(1):
        first = selectors.inbox(ana, limit=3)
    rest = selectors.inbox(ana, before=first.before, limit=3)
    said = [each.subject for each in first.messages + rest.messages]
    assert said == [f"No {number}" for number in (4, 3, 2, 1, 0)]
    assert rest.before is None


def test_many_occasions_at_once_keep_to_each_ones_mutes(django_assert_num_queries):
    ana, rui = make_person(), make_person()
    tell(ana, path="/cases/C-7K3Q9X/", key="before")
    first = Message.objects.get(recipient=ana, channel="inbox")
    services.mute(message_id=first.pk, person=ana, now=NOON)
    shared = {"kind": "escalation.fired", "subject": "Late", "lines": [], "at": NOON}
    notices = [
        services.Notice(
            person_ids=[ana.pk, rui.pk], path=path, dedupe_key=f"at:{path}", **shared
        )
        for path in ("/cases/C-7K3Q9X/", "/cases/C-000004/", "/")
    ]
    organisation()
    with django_assert_num_queries(2):
        assert services.tell_many(notices) == 12
    mail = Message.objects.filter(channel="email", dedupe_key__startswith="at:")
    kept = mail.filter(state="kept").values_list("recipient", "record")
    assert list(kept) == [(ana.pk, "/cases/C-7K3Q9X/")]
    assert services.tell_many(notices) == 0
