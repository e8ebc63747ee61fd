"""Steps of the work between the first answer and the offer."""

from datetime import datetime

from django.db import transaction

from cases.models import CustomerCase
from cases.policy import AT_RISK_PRIORITY
from cases.selectors import is_repeat
from cases.services.answers import mark_double_deviation
from cases.services.contacts import heard, stop_waiting, told
from cases.services.holding import hold, keep, move, note, say, words_of
from cases.services.pace import HELD_MEANWHILE
from cases.states import CaseState
from recovery.clocks import services as clocks
from recovery.failures.states import Channel
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import system_person


@transaction.atomic
def assess(
    *,
    case_id: int,
    words: str = "",
    at_risk: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Write down that severity, risk and repeats were looked at; `words` become a note.

    Somebody at risk now makes it P1. The same customer meeting the same failure again within a
    year is a double deviation.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    move(held, "assess")
    if words.strip():
        note(held, words_of(words))
    repeat = is_repeat(held.case, now)
    if repeat:
        mark_double_deviation(held)
    if at_risk:
        held.turn(priority=AT_RISK_PRIORITY)
    say(held, "case.assessed", at_risk=at_risk, repeat=repeat)
    return keep(held)


@transaction.atomic
def fail_by_promise(*, case_id: int, now: datetime) -> CustomerCase:
    """A promise on the case was broken: the recovery failed as well; doing it twice is once.

    A case set aside meanwhile is left alone.
    """
    held = hold(case_id=case_id, actor=system_person(), now=now)
    if held.state != CaseState.MERGED:
        mark_double_deviation(held)
    return keep(held)


@transaction.atomic
def investigate(
    *, case_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> CustomerCase:
    """Begin to find out what happened to this customer."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    move(held, "investigate")
    say(held, "case.investigating")
    return keep(held)


@transaction.atomic
def wait_for_customer(
    *,
    case_id: int,
    words: str,
    channel: str,
    send: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Ask the customer something and wait: the time to put it right stands still meanwhile.

    It does so as long as its standard lets pauses last; after that it runs on while we wait.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    move(held, "wait_for_customer", waiting_for="customer")
    told(
        held,
        words=words_of(words, ask=gettext_noop("Write what you ask the customer.")),
        channel=channel,
        verb="wait_for_customer",
        send=send,
    )
    clocks.pause(
        item_id=case_id,
        kinds=HELD_MEANWHILE,
        at=now,
        actor_id=actor.pk,
        reason="customer",
    )
    say(held, "case.awaiting_customer")
    return keep(held)


@transaction.atomic
def customer_answered(
    *,
    case_id: int,
    words: str,
    channel: str = Channel.PHONE,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Write down the answer we waited for; our time runs on."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    stop_waiting(held)
    heard(
        held,
        words=words_of(words, ask=gettext_noop("Write what the customer answered.")),
        channel=channel,
    )
    return keep(held)
