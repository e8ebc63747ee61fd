"""Stopping the spread, and why: chains of causes with evidence for each why."""

from datetime import datetime

from django.db import transaction

from processes.models import Action, Cause, ProcessCase
from processes.policy.learning import Why, check_chains, check_contained, check_why
from processes.services.access import hold, is_before_change, move, new_round, steps_of, touch
from processes.states import ActionKind, ActionStrength, CauseKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

LENGTH = 240
MOST_WHYS = 10


@transaction.atomic
def contain(
    *,
    process_id: int,
    actor: Person,
    now: datetime,
    words: str = "",
    evidence: str = "",
    expected_version: int | None = None,
) -> ProcessCase:
    """Say that the spread is stopped; with `words` and `evidence` the action is written as well.

    Refused while no containment action is done.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    if words.strip():
        if not evidence.strip():
            raise Invalid(
                "evidence_needed",
                gettext_noop("Say how you know that it is done."),
                field="evidence",
            )
        Action.objects.create(
            process=case,
            kind=ActionKind.CONTAINMENT,
            strength=ActionStrength.INTERMEDIATE,
            round=case.round,
            words=words.strip()[:LENGTH],
            owner=actor,
            due_on=now.date(),
            created_at=now,
            done_at=now,
            done_by=actor,
            evidence=evidence.strip()[:LENGTH],
        )
    check_contained(steps_of(case))
    move(case, "contain", actor_id=actor.pk, now=now)
    return case


@transaction.atomic
def add_cause(
    *,
    process_id: int,
    kind: CauseKind,
    words: str,
    evidence: str,
    actor: Person,
    now: datetime,
    made_easy_by: str = "",
    expected_version: int | None = None,
) -> Cause:
    """Add the next why to a chain, with its evidence.

    One that points at a person must say what made the slip easy.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    if not is_before_change(case):
        raise Conflict(
            "not_now",
            gettext_noop("Causes are written between opening the case and changing anything."),
        )
    check_why(words, evidence, made_easy_by)
    chain = Cause.objects.filter(process=case, kind=kind)
    order = (chain.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    if order > MOST_WHYS:
        raise Invalid(
            "too_many_whys",
            gettext_noop("Ten whys are enough. Open another case for another chain."),
        )
    cause = Cause.objects.create(
        process=case,
        kind=kind,
        order=order,
        words=words.strip()[:LENGTH],
        evidence=evidence.strip()[:LENGTH],
        made_easy_by=made_easy_by.strip()[:LENGTH],
        by=actor,
        at=now,
    )
    touch(case, "process.cause_added", actor_id=actor.pk, now=now, kind=kind.value)
    return cause


@transaction.atomic
def find_cause(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> ProcessCase:
    """Say that the cause is found: an occurrence and an escape chain, neither ending at a person."""
    case = hold(process_id, actor, expected_version=expected_version)
    whys = Cause.objects.filter(process=case).order_by("kind", "order")
    check_chains([Why(each.kind, each.words, each.made_easy_by) for each in whys])
    move(case, "find_cause", actor_id=actor.pk, now=now)
    return case


@transaction.atomic
def rethink(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> ProcessCase:
    """Go back to the cause after an effect that could not be shown: a new round of action."""
    case = hold(process_id, actor, expected_version=expected_version)
    move(case, "rethink", actor_id=actor.pk, now=now)
    new_round(case)
    return case
