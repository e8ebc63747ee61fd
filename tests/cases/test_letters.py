"""Words to the customer leave by mail; what never arrives was never said."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from structlog.testing import capture_logs

from cases import services
from cases.models import Contact
from cases.selectors import touches_of
from cases.services.links import status_url
from cases.states import CaseState
from recovery.clocks.models import Clock
from recovery.clocks.states import ClockKind
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid
from recovery.messages.channels import email
from recovery.messages.models import Attempt, Message
from recovery.messages.services import deliver, send_again
from recovery.org.roles import Role
from recovery.org.selectors import organisation
from tests.cases.casting import make_case, make_customer
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
SECONDS, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEFT = NOON + 16 * SECONDS
ADDRESS = "amara@example.org"


@pytest.fixture
def case(desk):
    return make_case(desk, customer=make_customer("Amara Boateng", email=ADDRESS))


@pytest.fixture
def tell(case, desk):
    def tell(words="Your bag is in Porto. I call you at four.", **facts):
        facts = {"channel": "email", "send": True, "now": NOON} | facts
        return services.acknowledge(case_id=case.pk, words=words, actor=desk.handler, **facts)

    return tell


class Server:
    """A mail server that says no in its own words."""

    def __init__(self, error):
        self.error = error

    def open(self): ...
    def close(self): ...
    def send_messages(self, letters):
        raise self.error


def refusing(monkeypatch, code):
    error = smtplib.SMTPRecipientsRefused(
        {ADDRESS: (code, b"no such person " + ADDRESS.encode())}
    )
    only = type("Only", (), {"default": Server(error)})
    monkeypatch.setattr(email.mail, "mailers", only)


def clock(case, kind):
    return Clock.objects.filter(item_id=case.pk, kind=kind).latest("pk")


def reference(case):
    return item_reference("customer", case.pk)


def state_of(case):
    case.item.refresh_from_db()
    return case.item.state


def test_leaves_after_fifteen_seconds_as_written_in_one_thread(case, tell, desk):
    tell()
    assert deliver(NOON + 14 * SECONDS) == 0
    assert deliver(LEFT) == 1
    assert deliver(LEFT + MINUTE) == 0
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert letter.from_email.startswith(organisation().name)
    assert "Your bag is in Porto. I call you at four." in letter.body
    assert desk.handler.name in letter.body
    assert "told you on" not in letter.body
    assert status_url(case.pk) in letter.body
    assert letter.extra_headers["References"].startswith("<case-C-")
    assert clock(case, ClockKind.ACKNOWLEDGE).state == "met"


def test_what_was_said_aloud_follows_as_a_recap_that_can_be_disputed(tell):
    tell(channel="phone")
    deliver(LEFT)
    (letter,) = mail.outbox
    assert "told you on" in letter.body
    assert "You were not told this?" in letter.body
    assert Contact.objects.get().channel == "phone"


def test_refuses_to_send_where_no_address_is_known_and_says_so(desk):
    case = make_case(desk, customer=make_customer(email="nobody"))
    with pytest.raises(Invalid, match="No e-mail address") as refusal:
        services.acknowledge(
            case_id=case.pk, words="We know.", channel="email", send=True,
            actor=desk.handler, now=NOON,
        )  # fmt: skip
    assert refusal.value.field == "send"
    assert not Contact.objects.exists()


def test_what_is_taken_back_in_time_was_never_said(case, tell, desk):
    tell()
    contact = Contact.objects.get()
    services.take_back_letter(contact_id=contact.pk, actor=desk.handler, now=NOON + SECONDS)
    assert deliver(LEFT) == 0
    assert mail.outbox == []
    assert state_of(case) == CaseState.RECEIVED
    assert clock(case, ClockKind.ACKNOWLEDGE).state == "running"
    assert touches_of(case.pk) == [], "no try to reach them either"


def test_of_a_call_only_the_recap_is_taken_back(case, tell, desk):
    tell(channel="phone")
    contact = Contact.objects.get()
    services.take_back_letter(contact_id=contact.pk, actor=desk.handler, now=NOON + SECONDS)
    assert deliver(LEFT) == 0
    assert state_of(case) == CaseState.ACKNOWLEDGED


def test_refuses_to_take_back_what_has_left(tell, desk):
    tell()
    deliver(LEFT)
    with pytest.raises(Conflict, match="It has left already"):
        services.take_back_letter(
            contact_id=Contact.objects.get().pk, actor=desk.handler, now=LEFT
        )


def test_an_address_refused_for_good_undoes_the_answer_at_once(case, tell, desk, monkeypatch):
    refusing(monkeypatch, 550)
    tell()
    deliver(LEFT)
    pump(LEFT)
    assert state_of(case) == CaseState.RECEIVED
    assert not Contact.objects.get().delivered
    assert clock(case, ClockKind.ACKNOWLEDGE).state == "running"
    told = Message.objects.filter(channel="inbox", kind="case.undelivered")
    assert [each.recipient for each in told] == [desk.handler]


def test_a_server_that_is_busy_is_tried_again_before_it_is_given_up(case, tell, monkeypatch):
    refusing(monkeypatch, 450)
    tell()
    deliver(LEFT)
    assert state_of(case) == CaseState.ACKNOWLEDGED
    now = LEFT
    for _ in range(7):
        now = Message.objects.get(channel="letter").next_try_at
        deliver(now)
    pump(now)
    assert state_of(case) == CaseState.RECEIVED


def test_a_question_that_never_arrived_is_no_reason_to_wait(case, tell, desk, monkeypatch):
    tell(send=False)
    given = {"case_id": case.pk, "actor": desk.handler, "now": NOON}
    services.wait_for_customer(words="Which colour?", channel="email", send=True, **given)
    assert clock(case, ClockKind.RESOLVE).state == "paused"
    refusing(monkeypatch, 550)
    deliver(LEFT)
    pump(LEFT)
    assert state_of(case) == CaseState.INVESTIGATING
    assert clock(case, ClockKind.RESOLVE).state == "running"


def test_a_letter_that_arrived_before_still_counts_as_the_answer(case, tell, desk, monkeypatch):
    tell(send=False)
    services.write_to_customer(
        case_id=case.pk, words="More tomorrow.", actor=desk.handler, now=NOON
    )
    refusing(monkeypatch, 550)
    deliver(LEFT)
    pump(LEFT)
    assert state_of(case) == CaseState.ACKNOWLEDGED


def test_says_nothing_of_the_customer_in_the_log_the_events_and_the_delivery(
    case, tell, monkeypatch
):
    refusing(monkeypatch, 550)
    with capture_logs() as lines:
        tell(words="Dear Amara, about your wheelchair")
        deliver(LEFT)
        pump(LEFT)
    public = [event.public for event in Event.objects.all()]
    attempts = list(Attempt.objects.values("error", "error_class"))
    messages = list(Message.objects.values("subject", "lines", "error", "body", "path"))
    for found in (lines, public, attempts, messages):
        assert "amara" not in repr(found).casefold()
        assert "wheelchair" not in repr(found)


def test_operators_do_not_send_a_given_up_letter_again(tell, monkeypatch):
    refusing(monkeypatch, 550)
    tell()
    deliver(LEFT)
    message = Message.objects.get(channel="letter")
    with pytest.raises(Conflict, match="Whoever wrote it was told"):
        send_again(message_id=message.pk, actor=make_person(Role.OPERATOR), now=LEFT)


class TestPage:
    def test_the_letter_can_be_taken_back_and_its_words_are_kept(self, agent, case):
        url = f"/cases/{reference(case)}/acknowledge/"
        assert ADDRESS in agent.get(url).content.decode()
        facts = {"words": "Dear Ms Boating,", "channel": "email", "send": "on"}
        page = agent.post(url, facts, follow=True).content.decode()
        assert "leaves in a moment" in page
        contact = Contact.objects.get()
        back = f"/cases/{reference(case)}/take-back/"
        agent.post(back, {"contact": contact.pk})
        assert "Dear Ms Boating," in agent.get(url).content.decode()

    def test_asks_for_no_mail_where_there_is_no_address(self, agent, desk):
        case = make_case(desk, customer=make_customer())
        page = agent.get(f"/cases/{reference(case)}/acknowledge/").content.decode()
        assert 'name="send"' not in page
