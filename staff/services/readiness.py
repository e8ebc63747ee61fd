"""The open half: did skill, authority, tool or staffing let this happen, and what is done about it.

It is about roles, tools and rules, never about a person, so every member may read it.
"""

from datetime import date, datetime

from django.db import transaction

from recovery.events.services import record
from recovery.failures.models import Failure
from recovery.failures.selectors import reference_of
from recovery.failures.services import lock_failure
from recovery.failures.states import TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require
from staff.models import EnablementAction, Readiness
from staff.policy import MOST_WORDS
from staff.selectors import GONE, track_of
from staff.services.care import report
from staff.states import ReadinessArea

ACTION_WORDS = 240


@transaction.atomic
def answer_readiness(
    *,
    failure_id: int,
    made_worse: bool,
    area: str = "",
    words: str = "",
    actor: Person,
    now: datetime,
) -> Readiness:
    """Answer the readiness question, once. Yes names an area (ReadinessArea).

    Raises NotAllowed without readiness:answer in the owning department, Conflict when the track
    is not required or the answer is there, Invalid for a yes without an area.
    """
    failure = lock_failure(failure_id)
    require(actor, Permission.READINESS_ANSWER, department_id=failure.owning_department_id)
    track = track_of(failure_id)
    if track is None or track.state == TrackState.NOT_REQUIRED:
        raise Conflict(
            "readiness_not_asked", gettext_noop("Nobody asks this of so small a failure.")
        )
    if Readiness.objects.filter(failure_id=failure_id).exists():
        raise Conflict("answered_already", gettext_noop("This has been answered already."))
    _check_answer(made_worse=made_worse, area=area, words=words)
    answer = Readiness.objects.create(
        failure=failure,
        made_worse=made_worse,
        area=area if made_worse else "",
        words=words.strip(),
        answered_by=actor,
        answered_at=now,
    )
    _record(
        failure,
        "readiness.answered",
        actor=actor,
        now=now,
        made_worse=made_worse,
        area=answer.area,
    )
    report(failure_id=failure_id, at=now, actor_id=actor.pk)
    return answer


def _check_answer(*, made_worse: bool, area: str, words: str) -> None:
    if made_worse and area not in set(ReadinessArea):
        raise Invalid(
            "area_missing",
            gettext_noop("Say which: a skill, authority to act, a tool, or staffing."),
            field="area",
        )
    if len(words) > MOST_WORDS or "\x00" in words:
        raise Invalid(
            "too_long",
            gettext_noop("At most %(most)s characters, and plain text only."),
            field="words",
            most=MOST_WORDS,
        )


@transaction.atomic
def add_enablement(
    *,
    failure_id: int,
    words: str,
    owner_id: int,
    due_on: date,
    actor: Person,
    now: datetime,
) -> EnablementAction:
    """Say what will make people readier, who sees to it and by when; after a yes.

    Raises NotAllowed, Conflict without a yes, Invalid for blank words, an unknown owner or a day
    that is over.
    """
    failure = lock_failure(failure_id)
    require(actor, Permission.READINESS_ANSWER, department_id=failure.owning_department_id)
    answer = Readiness.objects.filter(failure_id=failure_id).first()
    if answer is None or not answer.made_worse:
        raise Conflict("nothing_to_enable", gettext_noop("Answer the question with yes first."))
    _check_action(words=words.strip(), owner_id=owner_id, due_on=due_on, today=now.date())
    action = EnablementAction.objects.create(
        readiness=answer, words=words.strip(), owner_id=owner_id, due_on=due_on, created_at=now
    )
    _record(failure, "enablement.added", actor=actor, now=now, action=action.pk)
    if owner_id != actor.pk:
        tell_owner(action, what="given", subject=_GIVEN, now=now)
    report(failure_id=failure_id, at=now, actor_id=actor.pk)
    return action


def _check_action(*, words: str, owner_id: int, due_on: date, today: date) -> None:
    faults = []
    if not words or len(words) > ACTION_WORDS or "\x00" in words:
        faults.append(
            Invalid(
                "say_what",
                gettext_noop(
                    "Say in one sentence what will be done, in up to %(most)s characters."
                ),
                field="words",
                most=ACTION_WORDS,
            )
        )
    if due_on < today:
        faults.append(
            Invalid(
                "day_over",
                gettext_noop("Choose a day that is still to come."),
                field="due_on",
            )
        )
    people = Person.objects.filter(pk=owner_id, is_active=True, kind=Person.Kind.HUMAN)
    if not people.exists():
        faults.append(
            Invalid("unknown_owner", gettext_noop("Choose a colleague."), field="owner")
        )
    if faults:
        raise Invalid.gather(faults)


@transaction.atomic
def complete_enablement(*, action_id: int, actor: Person, now: datetime) -> EnablementAction:
    """Say that an action is done: by its owner or by whoever may answer the question there."""
    failure_id = (
        EnablementAction.objects.filter(pk=action_id)
        .values_list("readiness__failure_id", flat=True)
        .first()
    )
    if failure_id is None:
        raise NotFound("not_found", GONE)
    failure = lock_failure(failure_id)
    action = EnablementAction.objects.select_for_update(of=("self",)).get(pk=action_id)
    may = can(actor, Permission.READINESS_ANSWER, failure.owning_department_id)
    if actor.pk != action.owner_id and not may:
        raise NotAllowed(
            "owner_only", gettext_noop("Whoever owns this says when it is done. Ask them.")
        )
    if action.done_at is not None:
        raise Conflict("done_already", gettext_noop("This is done already."))
    action.done_at, action.done_by = now, actor
    action.save(update_fields=["done_at", "done_by"])
    _record(failure, "enablement.done", actor=actor, now=now, action=action.pk)
    report(failure_id=failure_id, at=now, actor_id=actor.pk)
    return action


_GIVEN = gettext_noop("Something that makes us readier is yours to do: %(ref)s")


def tell_owner(action: EnablementAction, *, what: str, subject: str, now: datetime) -> None:
    """Tell the owner of an action, once for each `what`; `subject` has a place for %(ref)s."""
    reference = reference_of(action.readiness_id)
    tell(
        person_ids=[action.owner_id],
        kind=f"enablement.{what}",
        subject=subject % {"ref": reference},
        lines=[],
        path=f"/support/readiness/{reference}/",
        dedupe_key=f"enablement:{action.pk}:{what}",
        at=now,
        personal=True,  # it is theirs alone to do
    )


def _record(
    failure: Failure, verb: str, *, actor: Person, now: datetime, **public: str | int | bool
) -> None:
    record(
        stream=f"failure:{failure.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        failure_id=failure.pk,
        public=public,
    )
