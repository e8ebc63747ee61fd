"""Ends without recovery, and bodies outside the house that decide."""

from datetime import datetime

from django.db import transaction

from cases.models import CustomerCase
from cases.policy import TRIES, TRY_CHANNELS, TRY_DAYS, reach_of
from cases.selectors import touches_of
from cases.services.complaints import start_clocks
from cases.services.contacts import told
from cases.services.deliveries import require_rights
from cases.services.holding import MOST_LINE, hold, keep, move, say, words_of
from cases.states import CASE, CaseState
from recovery.clocks import services as clocks
from recovery.clocks.states import Begins, ClockKind, MetBy
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import calendar_of, schedule_of

MOST_BODY = 160


@transaction.atomic
def final_response(
    *,
    case_id: int,
    words: str,
    outside_body: str,
    channel: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Say a final no: the reasons, and where the customer may turn. Counts as not recovered."""
    held = hold(
        case_id=case_id,
        actor=actor,
        now=now,
        permission=Permission.CASE_FINAL_NO,
        expected_version=expected_version,
    )
    reasons = words_of(words, ask=gettext_noop("Write the reasons as the customer reads them."))
    body = words_of(
        outside_body,
        name="outside_body",
        most=MOST_BODY,
        ask=gettext_noop("Name the body the customer may turn to, and by when."),
    )
    # A no with reasons is an answer in full.
    clocks.meet(item_id=case_id, kinds=[ClockKind.RESPOND], at=now, actor_id=actor.pk)
    clocks.meet_laws(item_id=case_id, verbs=[MetBy.FINAL], at=now, actor_id=actor.pk)
    move(held, "final_response")
    told(held, words=reasons, channel=channel)
    held.set(end_words=reasons, outside_body=body)
    say(held, "case.final_response_given")
    return keep(held)


@transaction.atomic
def mark_unreachable(
    *, case_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> CustomerCase:
    """End a case whose customer cannot be reached, by what the contacts show.

    Put right by a route we have: ends unconfirmed. Else it counts as not recovered, and what is
    owed stays owed. Raises Conflict while too little was tried.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    reach = reach_of(
        touches_of(case_id),
        now=now,
        schedule=schedule_of(calendar_of(held.item.department_id)),
    )
    if not reach.is_enough:
        raise Conflict(
            "tried_too_little",
            gettext_noop(
                "So far: %(tries)s tries by %(channels)s channels over %(days)s working days. "
                "It takes %(need_tries)s tries by %(need_channels)s channels over %(need_days)s "
                "working days."
            ),
            tries=reach.tries,
            channels=reach.channels,
            days=reach.days,
            need_tries=TRIES,
            need_channels=TRY_CHANNELS,
            need_days=TRY_DAYS,
        )
    if CASE.resolve(held.state, "mark_unreachable") == CaseState.REMEDIED_UNCONFIRMED:
        require_rights(held)
    move(held, "mark_unreachable")
    say(held, "case.unreachable", tries=reach.tries, channels=reach.channels)
    return keep(held)


@transaction.atomic
def mark_lost(
    *,
    case_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """End a case because the customer has broken with us. Counts as not recovered."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    why = words_of(words, ask=gettext_noop("Write how you know that the customer has left."))
    move(held, "mark_lost")
    held.set(end_words=why)
    say(held, "case.lost")
    return keep(held)


@transaction.atomic
def outside_body_takes_it(
    *,
    case_id: int,
    outside_body: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Write down that an authority or ombudsman has taken the case up; also after its end."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    body = words_of(
        outside_body,
        name="outside_body",
        most=MOST_BODY,
        ask=gettext_noop("Name the body that decides."),
    )
    reopened = CASE.is_end(held.state)
    move(held, "outside_body_takes_it", waiting_for="outside")
    held.set(outside_body=body)
    if reopened:
        start_clocks(held, now, ClockKind.RESOLVE)
        say(held, "case.reopened", count=held.case.reopened_count)
    clocks.start_laws(item_id=case_id, begins=Begins.AUTHORITY, at=now, actor_id=actor.pk)
    say(held, "case.taken_outside")
    return keep(held)


@transaction.atomic
def ruled_for_customer(
    *,
    case_id: int,
    evidence: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """End as recovered by ruling, once what was ruled has been carried out, with evidence.

    Reported apart from recoveries of our own.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    require_rights(held)
    proof = words_of(
        evidence,
        name="evidence",
        most=MOST_LINE,
        ask=gettext_noop("Write what proves that the ruling was carried out."),
    )
    move(held, "ruled_for_customer")
    held.set(remedied_at=now, remedied_by=actor, evidence=proof)
    say(held, "case.ruled_for_customer")
    return keep(held)


@transaction.atomic
def ruled_against_customer(
    *,
    case_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Write down that the outside body found no more is owed: the final no stands."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    reasons = words_of(words, ask=gettext_noop("Write what the body found."))
    move(held, "ruled_against_customer")
    held.set(end_words=reasons)
    say(held, "case.ruled_against_customer")
    return keep(held)
