"""The pool: failures whose learning waits with others of their kind until a date."""

from datetime import datetime

from django.db import transaction

from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.policy.triage import POOL_REVIEW, check_pool
from processes.services.access import hold, lock_case, move
from processes.services.linking import MOST_REASON, live_failures, triage_cases_of
from processes.services.tracks import report
from processes.states import PROCESS, Because, LinkState, ProcessState
from recovery.clocks.services import meet
from recovery.clocks.states import ClockKind
from recovery.events.services import EventRow, record_many
from recovery.failures.models import Failure
from recovery.failures.selectors import item_reference
from recovery.failures.services import change_item
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import system_person
from recovery.org.services import require


@transaction.atomic
def pool(
    *,
    failure_id: int,
    reason: str,
    actor: Person,
    now: datetime,
    review_at: datetime | None = None,
) -> PoolEntry:
    """Let the learning from one failure wait until `review_at` (90 days); a legitimate end.

    By the system's rule for low severity, or by a process owner from triage; a triage with
    nothing else in it ends. Refused where safety was at stake or while a case works on it.
    """
    by_rule = actor.kind == Person.Kind.SYSTEM
    triage = [lock_case(key) for key in triage_cases_of([failure_id])]
    failure = live_failures([failure_id])[0]
    if not by_rule:
        department_id = failure.owning_department_id
        if triage:
            department_id = triage[0].item.department_id or department_id
        require(actor, Permission.PROCESS_WORK, department_id=department_id)
    check_pool(safety=failure.safety, reason=reason)
    _refuse_under_way(failure)
    _enter(
        [failure], reason=reason, review_at=_review_date(review_at, now), actor=actor, now=now
    )
    for case in triage:
        if _all_pooled(case):
            _end_triage(case, actor_id=actor.pk, now=now)
        else:
            change_item(case.item)
    report([failure_id], at=now, actor_id=actor.pk)
    return PoolEntry.objects.get(pk=failure_id)


@transaction.atomic
def pool_case(
    *,
    process_id: int,
    reason: str,
    actor: Person,
    now: datetime,
    review_at: datetime | None = None,
    expected_version: int | None = None,
) -> ProcessCase:
    """Decide in triage that everything a proposal gathered may wait."""
    case = hold(process_id, actor, expected_version=expected_version)
    PROCESS.resolve(case.item.state, "pool")
    ids = list(
        ProcessLink.objects.filter(process=case)
        .exclude(state=LinkState.REJECTED)
        .values_list("failure_id", flat=True)
    )
    failures = Failure.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=ids, merged_into__isnull=True, voided_at__isnull=True
    )
    found = list(failures.order_by("pk"))
    check_pool(safety=max((each.safety for each in found), default=0), reason=reason)
    pooled = set(
        PoolEntry.objects.filter(pk__in=ids, taken_out_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    fresh = [each for each in found if each.pk not in pooled]
    _enter(fresh, reason=reason, review_at=_review_date(review_at, now), actor=actor, now=now)
    _end_triage(case, actor_id=actor.pk, now=now)
    report([each.pk for each in found], at=now, actor_id=actor.pk)
    return case


def pool_by_rule(*, failure_id: int, now: datetime) -> None:
    """Write down that a failure's track was born pooled; a repeat changes nothing."""
    PoolEntry.objects.get_or_create(
        failure_id=failure_id,
        defaults={
            "mode_id": Failure.objects.values_list("mode_id", flat=True).get(pk=failure_id),
            "reason": Because.LOW_SEVERITY.value,
            "pooled_at": now,
            "pooled_by": system_person(),
            "review_at": now + POOL_REVIEW,
        },
    )


@transaction.atomic
def review_pool(
    *, mode_id: int | None, review_at: datetime, actor: Person, now: datetime
) -> int:
    """Say that the pool of one mode was looked through; its next date. Returns how many entries.

    Only entries of departments in which `actor` works on processes.
    """
    require(actor, Permission.PROCESS_WORK)
    entries = PoolEntry.objects.for_worker(actor).waiting().filter(mode_id=mode_id)
    changed = entries.update(review_at=_review_date(review_at, now))
    record_many(
        [
            EventRow(
                f"pool:{mode_id or 0}",
                "pool.reviewed",
                actor.pk,
                now,
                public={"mode": mode_id, "entries": changed},
            )
        ]
    )
    return changed


def _review_date(review_at: datetime | None, now: datetime) -> datetime:
    if review_at is None:
        return now + POOL_REVIEW
    if not now < review_at <= now + 4 * POOL_REVIEW:
        raise Invalid(
            "review_date",
            gettext_noop("Choose a day to look again, within a year from now."),
            field="review_at",
        )
    return review_at


def _refuse_under_way(failure: Failure) -> None:
    linked = ProcessLink.objects.filter(
        failure=failure, state=LinkState.LINKED, process__is_open=True
    ).exclude(process__item__state=ProcessState.TRIAGE)
    process_id = linked.values_list("process_id", flat=True).first()
    if process_id is not None:
        raise Conflict(
            "learning_under_way",
            gettext_noop("%(ref)s works on this already. Say there that the cause is another."),
            ref=item_reference("process", process_id),
        )


def _enter(
    failures: list[Failure],
    *,
    reason: str,
    review_at: datetime,
    actor: Person,
    now: datetime,
) -> None:
    """Write pool entries, or revive those taken out before, each on its failure's timeline."""
    entries = [
        PoolEntry(
            failure=failure,
            mode_id=failure.mode_id,
            reason=reason.strip()[:MOST_REASON],
            pooled_at=now,
            pooled_by=actor,
            review_at=review_at,
        )
        for failure in failures
    ]
    PoolEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["failure"],
        update_fields=[
            "mode", "reason", "pooled_at", "pooled_by", "review_at", "taken_out_at", "adopted_by",
        ],
    )  # fmt: skip
    record_many(
        [
            EventRow(
                f"failure:{failure.pk}",
                "failure.pooled",
                actor.pk,
                now,
                failure_id=failure.pk,
                public={"review_at": review_at.isoformat()},
            )
            for failure in failures
        ]
    )


def _all_pooled(case: ProcessCase) -> bool:
    live = ProcessLink.objects.filter(process=case).exclude(state=LinkState.REJECTED)
    return not live.exclude(
        failure__in=PoolEntry.objects.filter(taken_out_at__isnull=True).values("pk")
    ).exists()


def _end_triage(case: ProcessCase, *, actor_id: int, now: datetime) -> None:
    meet(item_id=case.pk, kinds={ClockKind.TRIAGE}, at=now, actor_id=actor_id)
    move(case, "pool", actor_id=actor_id, now=now)
