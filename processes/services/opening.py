"""Opening a process case: from triage, or straight from failures somebody sees together."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.services.access import hold, in_scope, lock_case, move, write_down
from processes.services.linking import (
    adopt,
    leave_triage,
    live_failures,
    tie,
    triage_cases_of,
)
from processes.services.tracks import report
from processes.states import Because, LinkState, ProcessState
from recovery.clocks.services import meet
from recovery.clocks.states import ClockKind
from recovery.events.services import EventRow, record_many
from recovery.failures.models import Failure, FailureMode, WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

TITLE_LENGTH = 160
STATEMENT_LENGTH = 20_000
# Older pool entries are history, not part of what made somebody open a case now.
ADOPTS_WITHIN = timedelta(days=365)


@transaction.atomic
def open_case(
    *,
    process_id: int,
    statement: str,
    actor: Person,
    now: datetime,
    title: str = "",
    expected_version: int | None = None,
) -> ProcessCase:
    """Decide in triage to work on it. Pooled failures of its mode become its evidence.

    Whoever opens it owns it, unless somebody does already. Raises Invalid without a statement.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    _check_statement(statement)
    _open(case, title=title, statement=statement, actor=actor, now=now)
    return case


@transaction.atomic
def open_from_failures(
    *,
    failure_ids: Collection[int],
    statement: str,
    actor: Person,
    now: datetime,
    title: str = "",
) -> ProcessCase:
    """Open a case from failures that seem to have one cause, or open the proposal of their mode.

    They leave whatever triage they were in. Raises Conflict when their mode has a case at work.
    """
    require(actor, Permission.PROCESS_WORK)
    _check_statement(statement)
    first, mode = _common(failure_ids)
    open_id = _open_id(mode) or _sole_triage(failure_ids)
    leaving = triage_cases_of(failure_ids, but=open_id)
    held = {key: lock_case(key) for key in sorted({*leaving, *([open_id] if open_id else [])})}
    case = held[open_id] if open_id else _new(first, mode, title=title, actor=actor, now=now)
    _refuse_taken(case, actor)
    failures = live_failures(failure_ids)
    for failure in failures:
        tie(case, failure, LinkState.LINKED, actor_id=actor.pk, now=now)
    leave_triage(leaving, failure_ids, actor_id=actor.pk, now=now)
    if case.item.state == ProcessState.TRIAGE:
        _open(case, title=title, statement=statement, actor=actor, now=now)
    report([failure.pk for failure in failures], at=now, actor_id=actor.pk)
    return case


def _check_statement(statement: str) -> None:
    if not statement.strip() or len(statement) > STATEMENT_LENGTH:
        raise Invalid(
            "statement_needed",
            gettext_noop(
                "Say in a few sentences what fails, where, since when and how often: no cause yet."
            ),
            field="statement",
        )


def _open(
    case: ProcessCase, *, title: str, statement: str, actor: Person, now: datetime
) -> None:
    """Move a locked triage to open, with everything pooled of its mode as evidence."""
    case.title = title.strip()[:TITLE_LENGTH] or case.title
    case.statement = statement.strip()
    case.save(update_fields=["title", "statement"])
    meet(item_id=case.pk, kinds={ClockKind.TRIAGE}, at=now, actor_id=actor.pk)
    move(
        case,
        "open",
        actor_id=actor.pk,
        now=now,
        headline=case.title,
        owner_id=case.item.owner_id or actor.pk,
    )
    _adopt_pool(case, actor_id=actor.pk, now=now)


def _adopt_pool(case: ProcessCase, *, actor_id: int, now: datetime) -> None:
    """Make pooled failures of the mode evidence. They stay pooled, so none need be locked."""
    if case.mode_id is None:
        return
    waiting = PoolEntry.objects.waiting().filter(mode_id=case.mode_id)
    ids = list(
        waiting.filter(
            pooled_at__gte=now - ADOPTS_WITHIN,
            failure__merged_into__isnull=True,
            failure__voided_at__isnull=True,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    links = [
        ProcessLink(
            process=case,
            failure_id=failure_id,
            state=LinkState.LINKED,
            linked_at=now,
            linked_by_id=actor_id,
        )
        for failure_id in ids
    ]
    ProcessLink.objects.bulk_create(links, ignore_conflicts=True, batch_size=1000)
    adopt(ids, case)
    record_many(
        [
            EventRow(
                f"process:{case.pk}",
                "process.linked",
                actor_id,
                now,
                failure_id=failure_id,
                item_id=case.pk,
                public={"failure": failure_id, "state": LinkState.LINKED.value},
            )
            for failure_id in ids
        ]
    )


def _common(failure_ids: Collection[int]) -> tuple[Failure, FailureMode | None]:
    """The first of the failures, and the mode they share, if they share one."""
    found = list(
        Failure.objects.select_related("mode").filter(pk__in=failure_ids).order_by("pk")
    )
    if not found:
        raise Invalid(
            "how_many", gettext_noop("Choose at least one failure."), field="failures"
        )
    modes = {failure.mode_id for failure in found}
    return found[0], found[0].mode if len(modes) == 1 else None


def _open_id(mode: FailureMode | None) -> int | None:
    if mode is None:
        return None
    of_mode = ProcessCase.objects.filter(mode=mode, is_open=True)
    return of_mode.values_list("pk", flat=True).first()


def _sole_triage(failure_ids: Collection[int]) -> int | None:
    """The one triage that holds these failures and nothing else."""
    found = triage_cases_of(failure_ids)
    others = ProcessLink.objects.filter(process_id__in=found).exclude(state=LinkState.REJECTED)
    if len(found) != 1 or others.exclude(failure_id__in=failure_ids).exists():
        return None
    return found[0]


def _refuse_taken(case: ProcessCase, actor: Person) -> None:
    """Refuse when the mode's case is at work already, or out of the actor's reach."""
    if case.item.state != ProcessState.TRIAGE:
        raise Conflict(
            "mode_has_case",
            gettext_noop("%(ref)s is at work on this already. Link the failures there."),
            ref=item_reference("process", case.pk),
        )
    if not in_scope(case.item, actor):
        require(actor, Permission.PROCESS_WORK, department_id=case.item.department_id)


def _new(
    failure: Failure, mode: FailureMode | None, *, title: str, actor: Person, now: datetime
) -> ProcessCase:
    department_id = (mode and mode.department_id) or failure.owning_department_id
    require(actor, Permission.PROCESS_WORK, department_id=department_id)
    named = title.strip()[:TITLE_LENGTH] or (mode.name if mode else failure.title)
    item = WorkItem.objects.create(
        kind=TrackKind.PROCESS,
        headline=named,
        department_id=department_id,
        priority=failure.priority,
        state=ProcessState.TRIAGE,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            case = ProcessCase.objects.create(
                item=item,
                mode=mode,
                title=named,
                proposed_because=Because.BY_HAND,
                opened_at=now,
            )
    except IntegrityError:
        raise Conflict(
            "mode_has_case",
            gettext_noop("Somebody opened a case for this just now. Look again."),
        ) from None
    write_down(
        case,
        "process.proposed",
        actor_id=actor.pk,
        now=now,
        public={"because": Because.BY_HAND.value},
    )
    return case
