"""One message to many silent customers: chosen, checked, approved if need be, stopped, gone on."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.utils import IntegrityError

from cases.models import AffectedRow, CustomerCase, Outreach, OutreachCase
from cases.selectors import visible_to
from cases.selectors.reach import SILENT
from cases.services.giving_many import may_give_all
from cases.services.holding import MOST_LINE, words_of
from cases.services.outreach_held import expect_outreach, hold_outreach, say_of, tell_of
from cases.services.wording import Wording, check_wording, wording_of
from cases.states import OutreachState
from recovery.failures.models import Failure
from recovery.failures.services import refuse_set_aside
from recovery.kernel import rows
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import people_with
from recovery.org.services import require


def silent_people(
    actor: Person, failure_id: int, case_ids: Collection[int] | None = None
) -> "QuerySet[CustomerCase]":
    """Who may be told by an outreach of `actor`: all silent people not told, or those chosen."""
    found = visible_to(actor).filter(SILENT, failure_id=failure_id)
    return (found if case_ids is None else found.filter(pk__in=case_ids)).order_by("pk")


def amounts_for(wording: Wording, case_ids: Collection[int]) -> dict[int, int]:
    """What each of these is to be offered, in minor units; from their list where that says it.

    Raises Invalid where a list says nothing for somebody.
    """
    gift = wording.gift
    if gift is None:
        return dict.fromkeys(case_ids, 0)
    if gift.amount_minor is not None:
        return dict.fromkeys(case_ids, gift.amount_minor)
    listed = AffectedRow.objects.filter(case__in=case_ids, amount_minor__isnull=False)
    found = {
        case_id: amount
        for case_id, amount in listed.order_by("pk").values_list("case_id", "amount_minor")
        if amount
    }
    missing = len(set(case_ids) - found.keys())
    if missing:
        raise Invalid(
            "amount_missing",
            gettext_noop(
                "The lists name no amount for %(count)s of these people. Give one for everybody, "
                "or choose the others alone."
            ),
            field="amount",
            count=missing,
        )
    return found


@transaction.atomic
def begin_outreach(
    *,
    failure_id: int,
    wording: Wording,
    key: str,
    case_ids: Collection[int] | None = None,
    actor: Person,
    now: datetime,
) -> Outreach:
    """Let all silent people of a failure, or those chosen, be told by one message.

    The worker tells them one by one. What is to be given beyond the actor's limits waits for one
    approval of the whole. The same `key` again is the same outreach. Raises Invalid with all
    that is wrong with the words, or when there is nobody to tell.
    """
    known = Outreach.objects.filter(key=key, made_by=actor, failure_id=failure_id).first()
    if known is not None:
        return known
    failure = _failure(failure_id)
    require(actor, Permission.CASE_WORK, department_id=failure.owning_department_id)
    refuse_set_aside(failure)
    check_wording(wording, now=now)
    people = list(silent_people(actor, failure_id, case_ids).values_list("pk", flat=True))
    if not people:
        raise Invalid("nobody", gettext_noop("Everybody chosen has been told already."))
    amounts = amounts_for(wording, people)
    desk_id = failure.owning_department_id
    waits = not may_give_all(
        wording.gift, amounts.values(), person=actor, desk_id=desk_id, now=now
    )
    try:
        with transaction.atomic():
            made = _create(
                failure_id, wording, key, waits=waits, total=len(people), actor=actor, now=now
            )
    except IntegrityError:
        # Pressed twice at once: the first press has it.
        return Outreach.objects.get(key=key, made_by=actor)
    with connection.cursor() as cursor:
        lines = [
            {"outreach_id": made.pk, "case_id": each, "amount_minor": amounts[each] or None}
            for each in people
        ]
        rows.insert(cursor, OutreachCase, lines)
    _announce(made, desk_id, actor=actor, now=now)
    return made


def _announce(made: Outreach, desk_id: int, *, actor: Person, now: datetime) -> None:
    if made.state == OutreachState.RUNNING:
        say_of(made, "failure.outreach_begun", actor=actor, now=now)
        return
    say_of(made, "failure.outreach_waits", actor=actor, now=now)
    approvers = people_with(Permission.REMEDY_APPROVE, desk_id)
    asked = [each.pk for each in approvers if each.pk != actor.pk]
    tell_of(made, asked, what="approval", now=now)


def _create(
    failure_id: int,
    wording: Wording,
    key: str,
    *,
    waits: bool,
    total: int,
    actor: Person,
    now: datetime,
) -> Outreach:
    gift = wording.gift
    return Outreach.objects.create(
        failure_id=failure_id,
        key=key,
        made_by=actor,
        made_at=now,
        words=wording.words.strip(),
        what_happened=wording.what_happened.strip(),
        next_step=wording.next_step.strip(),
        when=wording.when,
        remedy_line=gift.line if gift else "",
        remedy_kind=gift.kind if gift else "",
        remedy_words=gift.words.strip() if gift else "",
        remedy_minor=gift.amount_minor if gift else None,
        state=OutreachState.WAITING if waits else OutreachState.RUNNING,
        total=total,
    )


@transaction.atomic
def approve_outreach(*, outreach_id: int, actor: Person, now: datetime) -> Outreach:
    """Approve what everybody of an outreach is to get, at once; it is charged to the approver.

    Raises NotAllowed to whoever wrote it, and when the whole is above the approver's limits.
    """
    held = _hold_to_decide(outreach_id, actor)
    amounts = [each or 0 for each in held.people.values_list("amount_minor", flat=True)]
    if not may_give_all(
        wording_of(held).gift,
        amounts,
        person=actor,
        desk_id=held.failure.owning_department_id,
        now=now,
        approving=True,
    ):
        raise NotAllowed(
            "above_your_limit",
            gettext_noop(
                "The whole is above your own limit, or the budget, as well. Somebody higher must "
                "decide."
            ),
        )
    held.state, held.decided_by, held.decided_at = OutreachState.RUNNING, actor, now
    held.save(update_fields=["state", "decided_by", "decided_at"])
    say_of(held, "failure.outreach_begun", actor=actor, now=now)
    tell_of(held, [held.made_by_id], what="approved", now=now)
    return held


@transaction.atomic
def refuse_outreach(*, outreach_id: int, words: str, actor: Person, now: datetime) -> Outreach:
    """Do not approve an outreach, and say why; nobody is told anything by it."""
    held = _hold_to_decide(outreach_id, actor)
    held.refusal = words_of(words, most=MOST_LINE, ask=gettext_noop("Say why not."))
    held.state, held.decided_by, held.decided_at = OutreachState.REFUSED, actor, now
    held.ended_at, held.ended_by = now, actor
    held.save()
    say_of(held, "failure.outreach_refused", actor=actor, now=now)
    tell_of(held, [held.made_by_id], what="refused", now=now)
    return held


@transaction.atomic
def stop_outreach(*, outreach_id: int, actor: Person, now: datetime) -> Outreach:
    """Tell nobody more; those told stay told, and it can go on later. Pressing twice is once."""
    held = hold_outreach(outreach_id, actor)
    if held.state == OutreachState.STOPPED:
        return held
    expect_outreach(held, OutreachState.RUNNING, OutreachState.WAITING)
    held.state, held.ended_at, held.ended_by = OutreachState.STOPPED, now, actor
    held.save(update_fields=["state", "ended_at", "ended_by"])
    say_of(held, "failure.outreach_stopped", actor=actor, now=now)
    return held


@transaction.atomic
def go_on_with_outreach(*, outreach_id: int, actor: Person, now: datetime) -> Outreach:
    """Tell the rest. What waited for approval, or says a time gone by, does not go on so."""
    held = hold_outreach(outreach_id, actor)
    if held.state == OutreachState.RUNNING:
        return held
    expect_outreach(held, OutreachState.STOPPED)
    if held.when is not None and held.when <= now:
        raise Conflict(
            "time_gone_by",
            gettext_noop("The time its message names has gone by. Write a new message."),
        )
    left = held.people.filter(result="").values_list("amount_minor", flat=True)
    amounts = [each or 0 for each in left]
    is_approved = held.decided_by_id is not None or may_give_all(
        wording_of(held).gift,
        amounts,
        person=held.made_by,
        desk_id=held.failure.owning_department_id,
        now=now,
    )
    held.state = OutreachState.RUNNING if is_approved else OutreachState.WAITING
    held.ended_at = held.ended_by = None
    held.save(update_fields=["state", "ended_at", "ended_by"])
    say_of(held, "failure.outreach_begun", actor=actor, now=now)
    return held


def _failure(failure_id: int) -> Failure:
    found = Failure.objects.filter(pk=failure_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such failure."))
    return found


def _hold_to_decide(outreach_id: int, actor: Person) -> Outreach:
    held = hold_outreach(outreach_id, actor, Permission.REMEDY_APPROVE)
    if held.made_by_id == actor.pk:
        raise NotAllowed(
            "decided_by_another",
            gettext_noop("You asked for this yourself, so somebody else must decide."),
        )
    expect_outreach(held, OutreachState.WAITING)
    return held
