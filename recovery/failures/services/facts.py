"""Correcting what is known of a failure, making it more urgent, setting a mistake aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from recovery.events.services import record
from recovery.failures.models import (
    BlueprintStep,
    Category,
    Failure,
    FailureMode,
    PriorityRaise,
    SearchDoc,
    ServicePromise,
    WorkItem,
)
from recovery.failures.policy import priority_of, required_tracks
from recovery.failures.services.items import lock_failure, refuse_set_aside
from recovery.failures.services.tracks import recompute, require_track
from recovery.failures.services.waivers import SAFETY_IS_NEVER_WAIVED, lift_unlawful
from recovery.failures.states import SEVERITIES, TrackKind, TrackState, Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

_TEXTS = {"title": 160, "account": 20_000, "service_reference": 80}
_LINKS: Mapping[str, type[Category | FailureMode | BlueprintStep | ServicePromise]] = {
    "category_id": Category,
    "mode_id": FailureMode,
    "step_id": BlueprintStep,
    "promise_id": ServicePromise,
}
EDITABLE = frozenset(_TEXTS) | frozenset(_LINKS) | frozenset(SEVERITIES)


@transaction.atomic
def edit_failure(
    *,
    failure_id: int,
    changes: Mapping[str, Any],
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Failure:
    """Correct facts of a failure. A higher severity may make tracks required, never fewer.

    Raises Invalid for a field that is not EDITABLE or a grade outside 0 to 4.
    """
    failure = lock_failure(failure_id)
    require(actor, Permission.FAILURE_EDIT, department_id=failure.owning_department_id)
    refuse_set_aside(failure)
    if expected_version is not None and failure.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            gettext_noop("Somebody changed this failure meanwhile. Look again, then save."),
        )
    _check(changes)
    changed = {
        name: value for name, value in changes.items() if getattr(failure, name) != value
    }
    if not changed:
        return failure
    worst_before, safety_before = failure.severity, failure.safety
    for name, value in changed.items():
        setattr(failure, name, value)
    _reprioritise(failure)
    failure.version += 1
    failure.save(update_fields=[*changed, "priority", "priority_reason", "version"])
    failure.refresh_from_db()
    _carry_over(failure, set(changed))
    record(
        stream=f"failure:{failure.pk}",
        verb="failure.edited",
        actor_id=actor.pk,
        at=now,
        failure_id=failure.pk,
        public={"fields": sorted(changed), "priority": failure.priority},
    )
    lift_unlawful(failure, actor_id=actor.pk, now=now)
    # Only worse grades widen: other corrections leave decisions such as pooling as they are.
    unsafe = safety_before < SAFETY_IS_NEVER_WAIVED <= failure.safety
    if (failure.severity > worst_before or unsafe) and not failure.history:
        _widen(failure, actor_id=actor.pk, at=now)
    return failure


def _carry_over(failure: Failure, changed: set[str]) -> None:
    """Bring what is derived from a failure into line: its work items and its search words."""
    WorkItem.objects.filter(failure=failure, closed_at__isnull=True).update(
        priority=failure.priority
    )
    if "title" in changed:
        WorkItem.objects.filter(failure=failure, kind=TrackKind.CUSTOMER).update(
            headline=failure.title
        )
    if {"title", "account", "service_reference"} & changed:
        words = " ".join((failure.title, failure.service_reference, failure.account))
        SearchDoc.objects.filter(pk=failure.pk).update(words=words)


def _check(changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name not in EDITABLE:
            raise Invalid("not_editable", gettext_noop("This cannot be changed."), field=name)
        if name in SEVERITIES and value not in range(5):
            raise Invalid("grade_0_to_4", gettext_noop("Give a grade from 0 to 4."), field=name)
        if name in _TEXTS and (len(value) > _TEXTS[name] or "\x00" in value):
            raise Invalid(
                "too_long",
                gettext_noop("At most %(most)s characters, and plain text only."),
                field=name,
                most=_TEXTS[name],
            )
        if name == "title" and not value.strip():
            raise Invalid("blank", gettext_noop("Give it a title."), field=name)
        link = _LINKS.get(name)
        if link and value is not None and not link.objects.filter(pk=value).exists():
            raise Invalid("unknown", gettext_noop("Choose one of the list."), field=name)


def _severity(failure: Failure) -> dict[str, int]:
    return {name: getattr(failure, name) for name in SEVERITIES}


def _reprioritise(failure: Failure) -> None:
    priority, reason = priority_of(
        _severity(failure),
        at_risk_now=failure.at_risk_now,
        double_deviation=failure.double_deviation,
    )
    raised = failure.raises.order_by("priority").values_list("priority", flat=True).first()
    if raised is not None and raised < priority:
        failure.priority, failure.priority_reason = raised, "raised"
    else:
        failure.priority, failure.priority_reason = priority, reason


def _widen(failure: Failure, *, actor_id: int, at: datetime) -> None:
    plans = required_tracks(
        _severity(failure),
        affected=failure.affected_count,
        complained=failure.received_at is not None,
        no_reach=bool(failure.no_reach),
        flags=failure.flags,
        at_risk_now=failure.at_risk_now,
    )
    for kind, plan in plans.items():
        if plan.state is TrackState.WAITING:
            for reason in plan.reasons:
                require_track(
                    failure_id=failure.pk, kind=kind, reason=reason, at=at, actor_id=actor_id
                )


@transaction.atomic
def raise_priority(
    *, failure_id: int, priority: int, reason: str, actor: Person, now: datetime
) -> Failure:
    """Make a failure more urgent than its severity says, with the reason. Never less urgent."""
    failure = lock_failure(failure_id)
    require(actor, Permission.CASE_WORK, department_id=failure.owning_department_id)
    refuse_set_aside(failure)
    if not reason.strip():
        raise Invalid("say_why", gettext_noop("Say why in a sentence."), field="reason")
    if priority not in range(1, failure.priority):
        raise Invalid(
            "only_raises",
            gettext_noop("A priority can only be raised; it is P%(now)s."),
            field="priority",
            now=failure.priority,
        )
    PriorityRaise.objects.create(
        failure=failure, priority=priority, reason=reason.strip()[:240], by=actor, at=now
    )
    failure.priority, failure.priority_reason = priority, "raised"
    failure.version += 1
    failure.save(update_fields=["priority", "priority_reason", "version"])
    WorkItem.objects.filter(failure=failure, closed_at__isnull=True).update(priority=priority)
    record(
        stream=f"failure:{failure.pk}",
        verb="failure.priority_raised",
        actor_id=actor.pk,
        at=now,
        failure_id=failure.pk,
        public={"priority": priority},
    )
    return failure


@transaction.atomic
def void_failure(*, failure_id: int, reason: str, actor: Person, now: datetime) -> Failure:
    """Set a mistaken record aside: it stays readable and leaves every count.

    Refused to whoever reported it, and while a case of it is open.
    """
    failure = lock_failure(failure_id)
    require(actor, Permission.FAILURE_MERGE, department_id=failure.owning_department_id)
    if actor.pk == failure.reported_by_id:
        raise NotAllowed(
            "decided_by_another",
            gettext_noop("You reported this, so somebody else must set it aside."),
        )
    refuse_set_aside(failure)
    if not reason.strip():
        raise Invalid("say_why", gettext_noop("Say why in a sentence."), field="reason")
    if WorkItem.objects.filter(failure=failure, closed_at__isnull=True).exists():
        raise Conflict(
            "work_open",
            gettext_noop("Work on this failure is still open. End or move its cases first."),
        )
    failure.status, failure.voided_at, failure.voided_by = Whole.VOID, now, actor
    failure.void_reason = reason.strip()[:240]
    failure.version += 1
    failure.save(update_fields=["status", "voided_at", "voided_by", "void_reason", "version"])
    SearchDoc.objects.filter(pk=failure.pk).update(is_open=False)
    record(
        stream=f"failure:{failure.pk}",
        verb="failure.voided",
        actor_id=actor.pk,
        at=now,
        failure_id=failure.pk,
    )
    return failure


def mark_merged(*, failure_id: int, into_id: int | None, actor_id: int, at: datetime) -> None:
    """Make a locked failure part of another, or its own again with None. Leaves every count."""
    failure = Failure.objects.get(pk=failure_id)
    failure.merged_into_id = into_id
    failure.status = Whole.MERGED if into_id else Whole.OPEN
    failure.version += 1
    failure.save(update_fields=["merged_into", "status", "version"])
    SearchDoc.objects.filter(pk=failure_id).update(is_open=into_id is None)
    record(
        stream=f"failure:{failure_id}",
        verb="failure.merged" if into_id else "failure.unmerged",
        actor_id=actor_id,
        at=at,
        failure_id=failure_id,
        public={"into": into_id},
    )
    if into_id is None:
        recompute(failure_id=failure_id, at=at, actor_id=actor_id)
