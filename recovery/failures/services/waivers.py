"""Giving up a required track: asked for by one person, decided by another, sometimes for a time."""

from datetime import datetime

from django.db import transaction

from recovery.events.services import record
from recovery.failures.models import Failure, Track, Waiver, WorkItem
from recovery.failures.selectors import reference_of
from recovery.failures.services.items import lock_failure, refuse_set_aside
from recovery.failures.services.tracks import report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import people_with, system_person
from recovery.org.services import require

SAFETY_IS_NEVER_WAIVED = 3


def _refuse_unlawful(failure: Failure, kind: TrackKind, reason: WaiverReason) -> None:
    if kind is TrackKind.PROCESS and failure.safety >= SAFETY_IS_NEVER_WAIVED:
        raise Invalid(
            "safety_not_waivable",
            gettext_noop(
                "Somebody’s safety was at stake, so learning from it cannot be waived. Open a "
                "process case."
            ),
            field="kind",
        )
    if kind is TrackKind.CUSTOMER and reason is WaiverReason.EXTERNAL_BODY:
        raise Invalid(
            "outside_body_does_not_waive",
            gettext_noop(
                "An outside body does not take the customer off our hands. Keep the case and "
                "record what the body decides."
            ),
            field="reason",
        )


def _refuse_idle(failure_id: int, kind: TrackKind) -> None:
    track = Track.objects.get(failure_id=failure_id, kind=kind)
    if track.state not in {TrackState.WAITING, TrackState.ACTIVE}:
        raise Conflict(
            "nothing_to_waive", gettext_noop("This track is not waiting for anything.")
        )


@transaction.atomic
def request_waiver(
    *,
    failure_id: int,
    kind: TrackKind,
    reason: WaiverReason,
    words: str,
    expires_at: datetime | None = None,
    actor: Person,
    now: datetime,
) -> Waiver:
    """Ask that a required track be given up. Takes effect only when somebody else approves."""
    failure = lock_failure(failure_id)
    require(actor, Permission.WAIVER_REQUEST, department_id=failure.owning_department_id)
    refuse_set_aside(failure)
    _refuse_unlawful(failure, kind, reason)
    if not words.strip():
        raise Invalid("say_why", gettext_noop("Say why in a sentence."), field="words")
    if expires_at is not None and expires_at <= now:
        raise Invalid(
            "expiry_in_past",
            gettext_noop("Choose a day that is still to come."),
            field="expires",
        )
    _refuse_idle(failure_id, kind)
    if Waiver.objects.filter(failure_id=failure_id, kind=kind, ended_at__isnull=True).exists():
        raise Conflict(
            "waiver_pending", gettext_noop("A waiver of this track has been asked for already.")
        )
    waiver = Waiver.objects.create(
        failure=failure,
        kind=kind,
        reason=reason,
        words=words.strip(),
        requested_by=actor,
        requested_at=now,
        expires_at=expires_at,
    )
    _record(waiver, "waiver.requested", actor_id=actor.pk, now=now)
    deciders = people_with(Permission.WAIVER_APPROVE, failure.owning_department_id)
    _tell(waiver, [each.pk for each in deciders if each.pk != actor.pk], what="asked", now=now)
    return waiver


def _refuse_the_concerned(waiver: Waiver, actor: Person) -> None:
    owned = WorkItem.objects.filter(
        failure_id=waiver.failure_id, kind=waiver.kind, closed_at__isnull=True, owner=actor
    )
    if actor.pk == waiver.requested_by_id or owned.exists():
        raise NotAllowed(
            "decided_by_another",
            gettext_noop(
                "You asked for this or own the work, so somebody else must decide. Whoever else "
                "may was told of it; ask one of them."
            ),
        )


@transaction.atomic
def decide_waiver(
    *, waiver_id: int, approve: bool, words: str = "", actor: Person, now: datetime
) -> Waiver:
    """Approve or refuse a waiver; never by whoever asked for it or owns the work."""
    failure_id = (
        Waiver.objects.filter(pk=waiver_id).values_list("failure_id", flat=True).first()
    )
    if failure_id is None:
        raise NotFound("not_found", gettext_noop("There is no such waiver."))
    failure = lock_failure(failure_id)
    waiver = Waiver.objects.select_for_update().get(pk=waiver_id)
    require(actor, Permission.WAIVER_APPROVE, department_id=failure.owning_department_id)
    _refuse_the_concerned(waiver, actor)
    if waiver.decided_at is not None:
        raise Conflict("decided_already", gettext_noop("This has been decided already."))
    if not approve and not words.strip():
        raise Invalid("say_why", gettext_noop("Say why not in a sentence."), field="words")
    kind = TrackKind(waiver.kind)
    if approve:  # since it was asked for, the track may have ended or safety come in
        refuse_set_aside(failure)
        _refuse_idle(failure_id, kind)
        _refuse_unlawful(failure, kind, WaiverReason(waiver.reason))
    waiver.decided_by, waiver.decided_at, waiver.approved = actor, now, approve
    waiver.refusal = "" if approve else words.strip()
    waiver.ended_at = None if approve else now
    waiver.save()
    verb = "waiver.approved" if approve else "waiver.refused"
    _record(waiver, verb, actor_id=actor.pk, now=now)
    _tell(waiver, [waiver.requested_by_id], what="approved" if approve else "refused", now=now)
    if approve:
        report_track(
            failure_id=failure_id,
            kind=kind,
            state=TrackState.ENDED,
            end=TrackEnd.WAIVED,
            at=now,
            actor_id=actor.pk,
        )
    return waiver


def expire_waivers(*, now: datetime) -> int:
    """End waivers whose time is over; their tracks wait again. Returns how many."""
    due = Waiver.objects.filter(approved=True, ended_at__isnull=True, expires_at__lte=now)
    return sum(_expire(waiver_id, now) for waiver_id in due.values_list("pk", flat=True)[:500])


@transaction.atomic
def _expire(waiver_id: int, now: datetime) -> bool:
    failure_id = Waiver.objects.values_list("failure_id", flat=True).get(pk=waiver_id)
    lock_failure(failure_id)
    waiver = Waiver.objects.select_for_update().get(pk=waiver_id)
    if waiver.ended_at is not None:
        return False
    _tell(waiver, [waiver.requested_by_id], what="expired", now=now)
    _end(waiver, "waiver.expired", actor_id=system_person().pk, now=now)
    return True


def lift_unlawful(failure: Failure, *, actor_id: int, now: datetime) -> None:
    """End what no longer may be waived, now that somebody's safety was at stake; failure locked."""
    if failure.safety < SAFETY_IS_NEVER_WAIVED:
        return
    waivers = Waiver.objects.filter(
        failure=failure, kind=TrackKind.PROCESS, approved=True, ended_at__isnull=True
    )
    for waiver in waivers.select_for_update():
        concerned = (waiver.requested_by_id, waiver.decided_by_id)
        told = [each for each in concerned if each and each != actor_id]
        _tell(waiver, told, what="lifted", now=now)
        _end(waiver, "waiver.lifted", actor_id=actor_id, now=now)


def _end(waiver: Waiver, verb: str, *, actor_id: int, now: datetime) -> None:
    """End a waiver in force; its track waits again."""
    waiver.ended_at = now
    waiver.save(update_fields=["ended_at"])
    _record(waiver, verb, actor_id=actor_id, now=now)
    report_track(
        failure_id=waiver.failure_id,
        kind=TrackKind(waiver.kind),
        state=TrackState.WAITING,
        at=now,
        actor_id=actor_id,
    )


def _record(waiver: Waiver, verb: str, *, actor_id: int, now: datetime) -> None:
    record(
        stream=f"failure:{waiver.failure_id}",
        verb=verb,
        actor_id=actor_id,
        at=now,
        failure_id=waiver.failure_id,
        public={"waiver": waiver.pk, "track": waiver.kind, "reason": waiver.reason},
    )


_SUBJECTS = {
    "asked": gettext_noop("A waiver waits for your decision: %(ref)s"),
    "approved": gettext_noop("Waiver approved: %(ref)s"),
    "refused": gettext_noop("Waiver refused: %(ref)s"),
    "lifted": gettext_noop("Waiver lifted, somebody’s safety was at stake: %(ref)s"),
    "expired": gettext_noop("Waiver has ended, work goes on: %(ref)s"),
}


def _tell(waiver: Waiver, person_ids: list[int], *, what: str, now: datetime) -> None:
    reference = reference_of(waiver.failure_id)
    tell(
        person_ids=person_ids,
        kind=f"waiver.{what}",
        subject=_SUBJECTS[what] % {"ref": reference},
        lines=[],
        path=f"/failures/{reference}/",
        dedupe_key=f"waiver:{waiver.pk}:{what}",
        at=now,
        urgent=what == "lifted",  # somebody's safety is at stake
        personal=what != "asked",  # the others go to whoever asked for it or decided it
    )
