"""Rules at work: failures that join a case, wait in the pool or open a proposal, by system."""

from datetime import datetime

from django.db import IntegrityError, transaction

from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.policy.triage import Choice, advise
from processes.selectors import looks_due, told_apart, triage_facts
from processes.services.access import lock_case, write_down
from processes.services.linking import close_if_empty, tie
from processes.services.pooling import pool_by_rule
from processes.services.telling import tell_holders
from processes.services.tracks import report
from processes.states import PROCESS, Because, LinkState, ProcessState
from recovery.clocks.services import start
from recovery.clocks.states import ClockKind
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.policy import title_of
from recovery.failures.services import change_item, lock_failure
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.kernel.refusals import Busy
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import system_person

_CANDIDATE = gettext_noop("Same cause? A failure like it was reported: %(ref)s")
_LOOK_DUE = gettext_noop("Time to look whether it worked: %(ref)s")
_FIXED = (ProcessState.PROVEN, ProcessState.IMPROVED, ProcessState.RISK_ACCEPTED)
_TRIES = 3


def consider(*, failure_id: int, now: datetime) -> ProcessCase | None:
    """Decide by rule what becomes of a newly known failure; for a consumer of reports.

    It joins the case of its mode if there is one, also after the fix (a possible recurrence);
    never one it was taken out of, so what has another cause is decided anew.
    Otherwise a proposal is opened when its process track waits, or when the mode shows more than
    chance explains; what was pooled by rule gets its pool entry. Safe to repeat.
    """
    facts = triage_facts(failure_id, now)
    track = Track.objects.filter(failure_id=failure_id, kind=TrackKind.PROCESS).first()
    if facts is None or track is None:
        return None
    if track.end == TrackEnd.POOLED:
        pool_by_rule(failure_id=failure_id, now=now)
    advice = advise(facts)
    waits = track.state == TrackState.WAITING
    stands_out = track.end == TrackEnd.POOLED and advice.choice is Choice.OPEN
    if not (waits or stands_out or facts.has_case):
        return None
    low = advice.because is Because.LOW_SEVERITY
    because = Because.SEVERITY if low else advice.because
    return propose(failure_id=failure_id, because=because, now=now)


@transaction.atomic
def propose(*, failure_id: int, because: str, now: datetime) -> ProcessCase | None:
    """Bring a failure to the case of its mode, or open a proposal in triage.

    An open case takes it as evidence in triage, later as a candidate; so does an ended case whose
    fix it may call into question. One open case per mode, also when two proposals race. None if
    the failure is merged or void. `because` is a code of states.Because.
    """
    seen = Failure.objects.select_related("mode", "category").get(pk=failure_id)
    if not _counts(seen):
        return None
    case = _lock_home(seen) or _create(seen, because, now)
    failure = lock_failure(failure_id)
    system = system_person().pk
    if not _counts(failure):
        close_if_empty(case, actor_id=system, now=now)
        return None
    if ProcessLink.objects.filter(process=case, failure=failure).exists():
        return case
    _take_out_of_pool(failure, now)
    triage = case.item.state == ProcessState.TRIAGE
    state = LinkState.LINKED if triage else LinkState.CANDIDATE
    tie(case, failure, state, actor_id=system, now=now)
    change_item(case.item)
    if PROCESS.is_end(case.item.state) and not failure.history:
        tell_holders(
            case, "process.candidate", _CANDIDATE, occasion=f"candidate:{failure_id}", now=now
        )
    report([failure_id], at=now, actor_id=system)
    return case


def _counts(failure: Failure) -> bool:
    return failure.merged_into_id is None and failure.voided_at is None


def _lock_home(failure: Failure) -> ProcessCase | None:
    """Lock the case this failure belongs to: one it is in already, the open one of its mode, or
    the last one of its mode that ended with a fix."""
    linked = ProcessLink.objects.filter(failure=failure, process__is_open=True)
    known = (
        linked.exclude(state=LinkState.REJECTED).values_list("process_id", flat=True).first()
    )
    if known is not None:
        return lock_case(known)
    if failure.mode_id is None:
        return None
    of_mode = ProcessCase.objects.filter(mode_id=failure.mode_id).exclude(
        pk__in=told_apart(failure.pk)
    )
    for _ in range(_TRIES):
        found = of_mode.filter(is_open=True).values_list("pk", flat=True).first()
        if found is None:
            break
        case = lock_case(found)
        if case.is_open:
            return case
    fixed = of_mode.filter(is_open=False, item__state__in=_FIXED).order_by("-closed_at")
    last = fixed.values_list("pk", flat=True).first()
    return lock_case(last) if last is not None else None


def _create(failure: Failure, because: str, now: datetime) -> ProcessCase:
    """Open a proposal; whoever is second in a race finds the first one's."""
    try:
        with transaction.atomic():
            return _new_proposal(failure, because, now)
    except IntegrityError:
        case = _lock_home(failure)
        if case is None:
            raise Busy(
                "proposal_raced", gettext_noop("Somebody is opening this case. Try again.")
            ) from None
        return case


def _new_proposal(failure: Failure, because: str, now: datetime) -> ProcessCase:
    mode = failure.mode
    # Told apart from the open case of its kind: it is decided by itself, and a kind has one case.
    kept = ProcessCase.objects.filter(mode=mode, is_open=True, pk__in=told_apart(failure.pk))
    title = title_of(
        mode=mode.name if mode else "",
        category=failure.category.name if failure.category else "",
        channel=failure.channel,
    )
    item = WorkItem.objects.create(
        kind=TrackKind.PROCESS,
        headline=title,
        department_id=(mode and mode.department_id) or failure.owning_department_id,
        priority=failure.priority,
        state=ProcessState.TRIAGE,
        opened_at=now,
    )
    case = ProcessCase.objects.create(
        item=item,
        mode=None if kept.exists() else mode,
        title=title,
        proposed_because=because,
        opened_at=now,
    )
    system = system_person().pk
    if not failure.history:
        start(item_id=item.pk, kind=ClockKind.TRIAGE, at=now, actor_id=system)
    write_down(case, "process.proposed", actor_id=system, now=now, public={"because": because})
    return case


def _take_out_of_pool(failure: Failure, now: datetime) -> None:
    """End a pool entry whose track is required again; one still pooled only gets company."""
    pooled = Track.objects.filter(failure=failure, kind=TrackKind.PROCESS, end=TrackEnd.POOLED)
    entry = PoolEntry.objects.filter(pk=failure.pk, taken_out_at__isnull=True)
    if entry.exists() and not pooled.exists():
        entry.update(taken_out_at=now)


def remind_of_looks(*, now: datetime, limit: int = 500) -> int:
    """Tell holders of cases whose next look is due; a daily job. Returns how many cases.

    From its day on the look is owed by a clock.
    """
    due = looks_due(now)[:limit]
    for case, number, day in due:
        _owe_look(case.pk, day)
        tell_holders(
            case, "process.look_due", _LOOK_DUE, occasion=f"look:{case.round}:{number}", now=now
        )
    return len(due)


@transaction.atomic
def _owe_look(process_id: int, day: datetime) -> None:
    if lock_case(process_id).item.state == ProcessState.VERIFYING:
        start(item_id=process_id, kind=ClockKind.VERIFY, at=day, actor_id=system_person().pk)
