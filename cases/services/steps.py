"""Steps of the work between the first answer and the offer."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cases.models import CustomerCase
from cases.policy import AT_RISK_PRIORITY
from cases.selectors.repeats import earlier_alike, open_cases_of
from cases.services.answers import mark_double_deviation
from cases.services.contacts import heard, stop_waiting, told
from cases.services.holding import hold, keep, move, note, say, words_of
from cases.services.pace import HELD_MEANWHILE
from cases.states import CASE, CaseState
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
    earlier = earlier_alike([case_id]).get(case_id)
    if earlier is not None:
        mark_double_deviation(held, repeat_of=earlier)
    if at_risk:
        held.turn(priority=AT_RISK_PRIORITY)
    say(held, "case.assessed", at_risk=at_risk, repeat=earlier is not None)
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
def fail_by_repeat(*, case_id: int, earlier_id: int, now: datetime) -> CustomerCase:
    """The same customer met the same failure before: our recovery of it kept nothing away.

    An ended case only says of which one it is the repeat.
    """
    held = hold(case_id=case_id, actor=system_person(), now=now)
    if CASE.is_end(held.state):
        held.set(repeat_of_id=earlier_id)
    else:
        mark_double_deviation(held, repeat_of=earlier_id)
    return keep(held)


def fail_repeats(*, opened: Mapping[int, datetime], renamed: Mapping[int, datetime]) -> int:
    """Look whether any case is a repeat and say how many are; two queries if none is.

    `opened` are cases that began or got another customer, `renamed` failures that turned out to
    be of another kind, each with the time it happened at.
    """
    since = dict(opened)
    for case_id, failure_id in open_cases_of(renamed):
        since.setdefault(case_id, renamed[failure_id])
    found = earlier_alike(since)
    for case_id in sorted(found):
        fail_by_repeat(case_id=case_id, earlier_id=found[case_id], now=since[case_id])
    return len(found)


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
