"""What the customer says in the end, and what silence means."""

from datetime import datetime

from django.db import transaction

from cases.models import CustomerCase
from cases.policy import has_open_right, quiet_since, silent_until
from cases.selectors import silent_cases, touches_of
from cases.services.answers import count_rejection
from cases.services.complaints import start_clocks
from cases.services.contacts import heard, told
from cases.services.deliveries import require_rights
from cases.services.holding import Held, hold, keep, lines_of, move, say, words_of
from cases.states import CaseState
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import calendar_of, schedule_of, system_person


@transaction.atomic
def ask_if_solved(
    *,
    case_id: int,
    words: str,
    channel: str,
    send: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Ask the customer whether it is solved; meets the follow-up clock."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    move(held, "ask_if_solved", waiting_for="customer")
    told(
        held,
        words=words_of(words, ask=gettext_noop("Write how you ask.")),
        channel=channel,
        verb="ask_if_solved",
        send=send,
    )
    _followed_up(held)
    say(held, "case.asked_if_solved")
    return keep(held)


def _followed_up(held: Held) -> None:
    clocks.meet(
        item_id=held.item.pk,
        kinds=[ClockKind.FOLLOW_UP],
        at=held.now,
        actor_id=held.actor.pk,
    )


@transaction.atomic
def confirm_solved(
    *,
    case_id: int,
    words: str,
    channel: str = Channel.PHONE,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> CustomerCase:
    """End the case as recovered on the customer's own word, which is kept.

    Raises Conflict while the law owes the customer something, whatever they say.
    """
    held = hold(
        case_id=case_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    require_rights(held)
    said = words_of(words, ask=gettext_noop("Write what the customer said: their own word."))
    _followed_up(held)
    move(held, "confirm_solved")
    heard(held, words=said, channel=channel)
    held.set(confirmed_at=now)
    say(held, "case.recovered")
    return keep(held)


@transaction.atomic
def confirm_not_solved(
    *,
    case_id: int,
    words: str,
    channel: str = Channel.PHONE,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> CustomerCase:
    """Take the case back to work because the customer says that it is not solved."""
    held = hold(
        case_id=case_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    said = words_of(words, ask=gettext_noop("Write what is still wrong, as the customer says."))
    _followed_up(held)
    move(held, "confirm_not_solved")
    heard(held, words=said, channel=channel)
    held.set(remedied_at=None, remedied_by=None, evidence="")
    say(held, "case.not_solved")
    count_rejection(held)
    keep(held)
    start_clocks(held, now, ClockKind.RESOLVE)
    return held.case


@transaction.atomic
def end_unconfirmed(*, case_id: int, now: datetime) -> CustomerCase:
    """By rule, end a case whose customer has been silent for ten working days.

    Raises Conflict before that day, after any word, and while the law owes something.
    """
    held = hold(case_id=case_id, actor=system_person(), now=now)
    require_rights(held)
    if not _is_silent(held):
        raise Conflict(
            "not_silent",
            gettext_noop("The customer has not been silent for ten working days yet."),
        )
    _end_silent(held)
    return held.case


def _is_silent(held: Held) -> bool:
    if held.case.remedied_at is None:
        return False
    schedule = schedule_of(calendar_of(held.item.department_id))
    since = quiet_since(held.case.remedied_at, touches_of(held.item.pk))
    return held.now >= silent_until(since, schedule=schedule)


def _end_silent(held: Held) -> None:
    move(held, "end_unconfirmed")
    say(held, "case.ended_unconfirmed")
    keep(held)


def end_silent(*, now: datetime) -> int:
    """End every case that has been silent long enough; says how many. Twice changes nothing."""
    found, after = silent_cases(now)
    ended = sum(_sweep(case_id, now) for case_id in found)
    while after:
        found, after = silent_cases(now, after=after)
        ended += sum(_sweep(case_id, now) for case_id in found)
    return ended


@transaction.atomic
def _sweep(case_id: int, now: datetime) -> bool:
    held = hold(case_id=case_id, actor=system_person(), now=now)
    at_rest = held.state in {CaseState.REMEDIED, CaseState.CONFIRMING}
    if not at_rest or has_open_right(lines_of(held)) or not _is_silent(held):
        return False
    _end_silent(held)
    return True
