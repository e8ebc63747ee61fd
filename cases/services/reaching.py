"""Telling the people of outreaches one by one, each for good.

A row for each person says what came of them, written in the transaction that told them: whatever
kills the worker, the next one goes on behind the last who was really told.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import OperationalError, transaction
from django.db.models import F

from cases.models import Outreach, OutreachCase
from cases.selectors import letter_address
from cases.services.contacts import acknowledge
from cases.services.giving_many import give_to
from cases.services.outreach_held import end_outreach
from cases.services.wording import filled, wording_of
from cases.states import CaseState, OutreachState, ReachResult
from recovery.escalation.services import open_task
from recovery.escalation.states import TaskKind
from recovery.failures.states import Channel
from recovery.kernel.refusals import Busy, Conflict, Refusal
from recovery.kernel.text import gettext_noop

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100  # people in one task, so that it stays short: the next ring goes on
CALL_WITHIN: Final = timedelta(hours=4)
_CALL = gettext_noop("No e-mail address is known: call them and tell them what happened.")
_FIND = gettext_noop("Neither address nor telephone is known: find out how to reach them.")
_COMPLAINED = gettext_noop("They have complained meanwhile: answer them themselves.")

type Told = tuple[ReachResult, str]


def reach_out(*, now: datetime, most: int = AT_ONCE, outreach_id: int | None = None) -> int:
    """Tell the next people of the outreaches under way; returns how many were looked after.

    Several at once are harmless: each works on another outreach. With `outreach_id` on that
    one alone.
    """
    for count in range(most):
        if not _next(now, outreach_id):
            return count
    return most


@transaction.atomic
def _next(now: datetime, outreach_id: int | None) -> bool:
    """Tell one person; False when nobody waits whom no other worker holds."""
    running = Outreach.objects.select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    ).filter(state=OutreachState.RUNNING)
    if outreach_id is not None:
        running = running.filter(pk=outreach_id)
    held = running.select_related("made_by", "decided_by").order_by("pk").first()
    if held is None:
        return False
    person = (
        held.people.filter(result="")
        .select_related(
            "case__item", "case__customer", "outreach__made_by", "outreach__decided_by"
        )
        .order_by("pk")
        .first()
    )
    if person is None:
        end_outreach(held, now=now)
        return True
    told = _told(held, person, now)
    if told is not None:
        person.result, person.reason, person.at = told[0], told[1][:240], now
        person.save(update_fields=["result", "reason", "at"])
        # The result is the name of its count.
        name = str(told[0])
        Outreach.objects.filter(pk=held.pk).update(**{name: F(name) + 1})
    return True


def _told(held: Outreach, person: OutreachCase, now: datetime) -> Told | None:
    """What came of one person; None when their case was changed this moment: look again."""
    state = person.case.item.state
    if state == CaseState.RECEIVED:
        return ReachResult.REFUSED, _COMPLAINED
    if state != CaseState.DETECTED:
        return ReachResult.ALREADY, ""
    try:
        with transaction.atomic():
            has_address = bool(letter_address(person.case))
            return (_tell if has_address else _to_call)(held, person, now)
    except (OperationalError, Busy):
        raise  # the database is busy or away: no person's fault, and the next ring tries again
    except Refusal as refusal:
        changed = refusal.code == "changed_meanwhile"
        return None if changed else (ReachResult.REFUSED, str(refusal))
    except Exception:
        log.exception("person not told", outreach_id=held.pk, case_id=person.case_id)
        return ReachResult.REFUSED, gettext_noop("Something broke on our side.")


def _to_call(held: Outreach, person: OutreachCase, now: datetime) -> Told:
    """Nobody is lost for want of an address: somebody calls them, by the clock."""
    customer, item = person.case.customer, person.case.item
    words = _CALL if customer and customer.phone else _FIND
    due_at = max(item.next_due_at or now, now + CALL_WITHIN)
    try:
        with transaction.atomic():
            open_task(
                item_id=item.pk,
                kind=TaskKind.CALL_BACK,
                words=words,
                due_at=due_at,
                actor=held.made_by,
                now=now,
            )
    except Conflict as refusal:
        if refusal.code != "twice":
            raise
    return ReachResult.NO_ADDRESS, words


def _tell(held: Outreach, person: OutreachCase, now: datetime) -> Told:
    """Tell them, and offer what there is to offer; both or neither."""
    wording, amount = wording_of(held), person.amount_minor or 0
    acknowledge(
        case_id=person.case_id,
        words=filled(wording, person.case.customer, amount),
        channel=Channel.EMAIL,
        send=True,
        actor=held.made_by,
        now=now,
        expected_version=person.case.item.version,
    )
    if wording.gift is not None:
        give_to(person, wording.gift, now=now)
    return ReachResult.TOLD, ""
