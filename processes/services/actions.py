"""Actions on a process case: who does what by when, and how it is known to be done."""

from datetime import date, datetime

from django.db import transaction

from processes.models import Action, ProcessCase
from processes.policy.learning import Step, check_action, check_choice
from processes.services.access import GONE, hold, is_before_change, move, steps_of, touch
from processes.states import ActionKind, ActionStrength
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

LENGTH = 240
LONGEST_DAYS = 730


@transaction.atomic
def add_action(
    *,
    process_id: int,
    kind: ActionKind,
    strength: ActionStrength,
    words: str,
    due_on: date,
    actor: Person,
    now: datetime,
    owner_id: int | None = None,
    justification: str = "",
    expected_version: int | None = None,
) -> Action:
    """Add something to do; its owner is `actor` unless another is named.

    One that only asks people to remember needs a stronger one beside it, or reasons.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    if not is_before_change(case):
        raise Conflict(
            "not_now",
            gettext_noop("Actions are planned between opening the case and changing anything."),
        )
    _check_words(words, due_on, now)
    step = Step(kind=kind, strength=strength, justified=bool(justification.strip()))
    check_action(step, steps_of(case))
    action = Action.objects.create(
        process=case,
        kind=kind,
        strength=strength,
        round=case.round,
        words=words.strip()[:LENGTH],
        justification=justification.strip()[:LENGTH],
        owner=_owner(owner_id, actor),
        due_on=due_on,
        created_at=now,
    )
    touch(
        case,
        "process.action_added",
        actor_id=actor.pk,
        now=now,
        kind=kind.value,
        strength=strength.value,
    )
    return action


@transaction.atomic
def complete_action(
    *,
    action_id: int,
    evidence: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Action:
    """Say that an action is done, with the evidence."""
    process_id = (
        Action.objects.filter(pk=action_id).values_list("process_id", flat=True).first()
    )
    if process_id is None:
        raise NotFound("not_found", GONE)
    case = hold(process_id, actor, expected_version=expected_version)
    action = Action.objects.get(pk=action_id)
    if action.done_at is not None:
        raise Conflict("done_already", gettext_noop("This is done already."))
    if not evidence.strip():
        raise Invalid(
            "evidence_needed",
            gettext_noop("Say how you know that it is done."),
            field="evidence",
        )
    action.done_at, action.done_by = now, actor
    action.evidence = evidence.strip()[:LENGTH]
    action.save(update_fields=["done_at", "done_by", "evidence"])
    touch(case, "process.action_done", actor_id=actor.pk, now=now, kind=action.kind)
    return action


@transaction.atomic
def choose_action(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> ProcessCase:
    """Settle on the actions: at least one against the cause, weak ones with reasons."""
    case = hold(process_id, actor, expected_version=expected_version)
    check_choice(steps_of(case))
    move(case, "choose_action", actor_id=actor.pk, now=now)
    return case


def _check_words(words: str, due_on: date, now: datetime) -> None:
    refusals = []
    if not words.strip():
        refusals.append(
            Invalid("blank", gettext_noop("Say what is to be done."), field="words")
        )
    if not 0 <= (due_on - now.date()).days <= LONGEST_DAYS:
        refusals.append(
            Invalid(
                "due_date",
                gettext_noop("Choose a day that is still to come, within two years."),
                field="due_on",
            )
        )
    if refusals:
        raise Invalid.gather(refusals)


def _owner(owner_id: int | None, actor: Person) -> Person:
    if owner_id is None or owner_id == actor.pk:
        return actor
    owner = Person.objects.filter(pk=owner_id, is_active=True, kind=Person.Kind.HUMAN).first()
    if owner is None:
        raise Invalid(
            "unknown_person",
            gettext_noop("Choose somebody who works here."),
            field="owner",
        )
    return owner
