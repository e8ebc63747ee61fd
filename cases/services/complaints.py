"""Complaints that reach a case which exists already, open or ended."""

from datetime import datetime

from django.db import transaction

from cases.models import Complaint, CustomerCase
from cases.services.contacts import stop_waiting
from cases.services.holding import Held, hold, keep, move, note, say, words_of
from cases.services.opening import ComplaintFacts
from cases.states import CASE, CaseState
from recovery.clocks import services as clocks
from recovery.clocks.states import Begins, ClockKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


@transaction.atomic
def receive_complaint(
    *,
    case_id: int,
    complaint: ComplaintFacts,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> Complaint:
    """Attach a complaint on the same facts to its case, also years later.

    The first complaint of a silent customer ends the outreach clock and starts those of a
    complaint. On an ended case it opens the case again as a new instance: never a new failure.
    Raises Invalid for blank words or a time still to come.
    """
    held = hold(
        case_id=case_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    if held.state == CaseState.MERGED:
        raise Conflict(
            "merged",
            gettext_noop("This case is part of another one now. Write it down there."),
        )
    written = _write(held, complaint)
    _react(held, complaint.received_at)
    clocks.start_laws(
        item_id=held.item.pk,
        begins=Begins.COMPLAINT,
        at=complaint.received_at,
        actor_id=actor.pk,
    )
    say(held, "complaint.attached", complaint=written.pk, channel=written.channel)
    keep(held)
    return written


def _write(held: Held, complaint: ComplaintFacts) -> Complaint:
    if complaint.received_at > held.now:
        raise Invalid(
            "time_to_come",
            gettext_noop("It cannot have been received later than now. Correct the time."),
            field="received_at",
        )
    words = words_of(complaint.words, ask=gettext_noop("Write what the customer says."))
    held.set(complained=True, received_at=held.case.received_at or complaint.received_at)
    if complaint.wished_outcome.strip():
        held.set(wished_outcome=words_of(complaint.wished_outcome, name="wished_outcome"))
    return Complaint.objects.create(
        case=held.case,
        channel=complaint.channel,
        received_at=complaint.received_at,
        words=words,
        wish=complaint.wish or "",
        source=complaint.source,
        external_id=complaint.external_id,
        recorded_by=held.actor,
    )


def _react(held: Held, at: datetime) -> None:
    item_id, actor_id = held.item.pk, held.actor.pk
    if held.state == CaseState.DETECTED:
        clocks.cancel(
            item_id=item_id,
            kinds=[ClockKind.OUTREACH],
            at=held.now,
            actor_id=actor_id,
            reason="complaint",
        )
        move(held, "receive")
        start_clocks(held, at, ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE)
    elif CASE.is_end(held.state):
        move(held, "complain_again")
        say(held, "case.reopened", count=held.case.reopened_count)
        start_clocks(held, at, ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE)
    elif held.state != CaseState.RECEIVED:
        if held.state == CaseState.AWAITING_CUSTOMER:
            stop_waiting(held)
        start_clocks(held, at, ClockKind.ACKNOWLEDGE)


def start_clocks(held: Held, at: datetime, *kinds: ClockKind) -> None:
    """Start clocks of the held case from `at`; one that runs already runs on."""
    for kind in kinds:
        clocks.start(item_id=held.item.pk, kind=kind, at=at, actor_id=held.actor.pk)


@transaction.atomic
def reopen(
    *,
    case_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Take an ended case up again because of new words or facts: same case, new clock."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    why = words_of(words, ask=gettext_noop("Write what is new."))
    move(held, "reopen")
    note(held, why)
    start_clocks(held, now, ClockKind.RESOLVE)
    say(held, "case.reopened", count=held.case.reopened_count)
    return keep(held)
