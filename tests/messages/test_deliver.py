"""Mail leaves leased, is tried again with patience, and stale news is not sent at all."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from recovery.messages import services, tasks
from recovery.messages.channels import email
from recovery.messages.models import Attempt, Message
from recovery.messages.services import delivering
from recovery.messages.services.delivering import MOST_TRIES
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Broken:
    """A mail server that answers, and refuses."""

    def open(self): ...
    def close(self): ...
    def send_messages(self, letters):
        raise ValueError("mailbox full")


class Gone(Broken):
    def open(self):
        raise ConnectionRefusedError("nobody there")


@pytest.fixture
def server(monkeypatch):
    def become(backend):
        monkeypatch.setattr(email.mail, "mailers", type("Only", (), {"default": backend()}))

    return become


def queue(person=None, **facts):
    defaults = {"kind": "test", "subject": "Time\nis short", "lines": ["Due at 12:00 <b>"]}
    defaults |= {"path": "/cases/C-1/", "dedupe_key": "case:1", "at": NOON}
    services.tell(person_ids=[(person or make_person()).pk], **(defaults | facts))
    return Message.objects.filter(channel="email").latest("pk")


def test_sends_text_and_html_with_a_link_and_a_stable_id(settings):
    settings.PUBLIC_URL = "https://recovery.example.org"
    ana = make_person()
    message = queue(ana)
    assert services.deliver(NOON) == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([ana.email], "Time is short")
    assert "https://recovery.example.org/cases/C-1/" in letter.body
    assert "Due at 12:00 <b>" in letter.body
    assert "Due at 12:00 &lt;b&gt;" in letter.alternatives[0].content
    assert letter.extra_headers["Message-ID"].startswith(f"<message-{message.pk}@")
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.leased_until) == ("sent", NOON, None)
    assert services.deliver(NOON) == 0


def test_does_not_send_what_is_stale():
    message = queue(expires_at=NOON)
    assert services.deliver(NOON + MINUTE) == 0
    message.refresh_from_db()
    assert message.state == "expired"
    assert mail.outbox == []


def test_does_not_write_to_people_who_have_left():
    message = queue(make_person(is_active=False))
    services.deliver(NOON)
    message.refresh_from_db()
    assert message.state == "expired"


def test_tries_again_later_and_later_and_then_gives_up(server):
    message = queue(expires_at=NOON + timedelta(days=9))
    server(Broken)
    now, pauses = NOON, []
    for _ in range(MOST_TRIES):
        assert services.deliver(now) == 0
        message.refresh_from_db()
        pauses.append(message.next_try_at - now)
        now = message.next_try_at
    assert pauses == [MINUTE * 2**n for n in range(MOST_TRIES)]
    assert (message.state, message.error) == ("dead", "ValueError: mailbox full")
    assert services.deliver(now + timedelta(days=1)) == 0


def test_one_refused_letter_does_not_hold_back_the_next(server):
    gone = make_person()

    class Picky(Broken):
        def send_messages(self, letters):
            if letters[0].to == [gone.email]:
                raise ValueError("no such mailbox")

    queue(gone)
    good = queue(make_person())
    server(Picky)
    assert services.deliver(NOON) == 1
    good.refresh_from_db()
    assert good.state == "sent"


def test_a_server_that_is_gone_costs_no_try(server):
    message = queue()
    server(Gone)
    assert services.deliver(NOON) == 0
    message.refresh_from_db()
    assert (message.tries, message.state) == (0, "queued")
    assert message.next_try_at == NOON + MINUTE
    assert message.leased_until is None


def test_leaves_leased_mail_alone_until_the_lease_ends():
    message = queue()
    Message.objects.filter(pk=message.pk).update(leased_until=NOON + MINUTE)
    assert services.deliver(NOON) == 0
    assert services.deliver(NOON + 2 * MINUTE) == 1


def test_sets_all_waiting_mail_aside_after_a_simulation():
    message = queue()
    assert services.expire_queued() == 1
    message.refresh_from_db()
    assert message.state == "expired"


def test_refuses_a_sent_message_without_its_time():
    message = queue()
    with (
        pytest.raises(Exception, match="sent_message_has_time"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE deliveries_message SET state = 'sent' WHERE id = %s", [message.pk]
        )


def test_the_task_sends_batch_after_batch(monkeypatch):
    monkeypatch.setattr(delivering, "LEASED_AT_ONCE", 2)
    now = timezone.now()
    for number in range(5):
        queue(dedupe_key=f"case:{number}", at=now)
    tasks.deliver(unknown="from a newer version")
    assert len(mail.outbox) == 5


def test_one_record_s_letters_are_one_thread_in_every_mailbox():
    ana = make_person()
    path = "/cases/C-7K3Q9X/"
    for number in range(2):
        queue(ana, path=path, dedupe_key=f"case:{number}")
    queue(ana, path="/support/", dedupe_key="elsewhere")
    services.deliver(NOON)
    first, second, loose = [letter.extra_headers for letter in mail.outbox]
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert "cases.C-7K3Q9X@" in first["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "References" not in loose


def test_answers_go_where_the_settings_say(settings):
    queue()
    settings.MAIL_REPLY_TO = ["desk@example.org"]
    services.deliver(NOON)
    queue(dedupe_key="case:2")
    settings.MAIL_REPLY_TO = []
    services.deliver(NOON)
    kept, none = mail.outbox
    assert kept.reply_to == ["desk@example.org"]
    assert "Answers reach" in kept.body
    assert none.reply_to == []
    assert "Nobody reads answers" in none.body


def test_the_html_twin_calls_nobody_and_follows_light_and_dark(settings):
    settings.PUBLIC_URL = "https://recovery.example.org"
    queue()
    services.deliver(NOON)
    said = mail.outbox[0].alternatives[0].content
    assert 'lang="en"' in said
    assert "prefers-color-scheme: dark" in said
    assert [each for each in ("<img", "<script", "url(", "<link") if each in said] == []
    addresses = [part.split('"')[0] for part in said.split('href="')[1:]]
    assert all(each.startswith("https://recovery.example.org/") for each in addresses)


def test_keeps_every_attempt_with_what_was_answered(server):
    message = queue()
    server(Broken)
    services.deliver(NOON)

    class Mended(Broken):
        def send_messages(self, letters): ...

    server(Mended)
    services.deliver(NOON + MINUTE)
    tries = Attempt.objects.filter(message=message).order_by("pk")
    assert [(each.at, each.sent, each.error_class) for each in tries] == [
        (NOON, False, "ValueError"),
        (NOON + MINUTE, True, ""),
    ]


def test_another_channel_shares_lease_retry_and_dead_letters(monkeypatch):
    class Hook(Broken):
        sent: list = []

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def send(self, message):
            self.sent.append(message.pk)
            raise TimeoutError("slow")

    monkeypatch.setitem(delivering.CARRIERS, "pager", Hook)
    message, letter = queue(), queue(make_person())
    Message.objects.filter(pk=message.pk).update(channel="pager")
    now = NOON
    for _ in range(MOST_TRIES):
        services.deliver(now)
        message.refresh_from_db()
        now = message.next_try_at
    assert (message.state, Hook.sent) == ("dead", [message.pk] * MOST_TRIES)
    letter.refresh_from_db()
    assert letter.state == "sent"
