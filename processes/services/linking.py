"""Failures as evidence of a case: candidates, same cause, other cause."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.policy.triage import ANSWER_DAYS
from processes.selectors import live_links
from processes.services.access import hold, lock_case, move, write_down
from processes.services.reopening import reopen_if_returned
from processes.services.tracks import lock_failures, report
from processes.states import PROCESS, LinkState, ProcessState
from recovery.clocks.services import meet
from recovery.clocks.states import ClockKind
from recovery.failures.models import Failure, Track
from recovery.failures.services import change_item
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import calendar_of, schedule_of, system_person

MOST_REASON = 240
MOST_AT_ONCE = 500
NO_ANSWER = "no_answer"


@transaction.atomic
def link_failure(
    *,
    process_id: int,
    failure_id: int,
    actor: Person,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> ProcessLink:
    """Say that a failure has this case's cause. It leaves any triage it was in."""
    leaving = triage_cases_of([failure_id], but=process_id)
    case = _hold_with(process_id, leaving, actor=actor, expected_version=expected_version)
    if PROCESS.is_end(case.item.state):
        raise Conflict(
            "case_ended",
            gettext_noop("This case has ended. Link the failure to an open one."),
        )
    failure = live_failures([failure_id])[0]
    link = tie(case, failure, LinkState.LINKED, actor_id=actor.pk, now=now, reason=reason)
    leave_triage(leaving, [failure_id], actor_id=actor.pk, now=now)
    change_item(case.item)
    report([failure_id], at=now, actor_id=actor.pk)
    return link


def _hold_with(
    process_id: int, leaving: Collection[int], *, actor: Person, expected_version: int | None
) -> ProcessCase:
    """Lock several cases in the order of their ids and return the one `actor` works on."""
    held = {
        key: hold(process_id, actor, expected_version=expected_version)
        if key == process_id
        else lock_case(key)
        for key in sorted({process_id, *leaving})
    }
    return held[process_id]


@transaction.atomic
def unlink_failure(
    *,
    process_id: int,
    failure_id: int,
    actor: Person,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> ProcessLink:
    """Take a failure out again: it has another cause. Its own track waits for triage."""
    return _judge_other(
        hold(process_id, actor, expected_version=expected_version),
        failure_id,
        actor=actor,
        now=now,
        reason=reason,
    )


@transaction.atomic
def judge_candidate(
    *,
    process_id: int,
    failure_id: int,
    same: bool,
    actor: Person,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> ProcessLink:
    """Say whether a candidate has the same cause. Too many of the same reopen an ended case."""
    case = hold(process_id, actor, expected_version=expected_version)
    if same:
        return judge_same(case, failure_id, actor=actor, now=now, reason=reason)
    return _judge_other(case, failure_id, actor=actor, now=now, reason=reason)


def judge_same(
    case: ProcessCase, failure_id: int, *, actor: Person, now: datetime, reason: str
) -> ProcessLink:
    """Confirm a candidate of a locked case."""
    failure = live_failures([failure_id])[0]
    link = _link_of(case, failure_id)
    if link.state != LinkState.CANDIDATE:
        raise _judged_already()
    _write_judgement(link, LinkState.LINKED, actor_id=actor.pk, now=now, reason=reason)
    adopt([failure_id], case)
    change_item(case.item)
    _record_link(case, link, actor_id=actor.pk, now=now)
    reopen_if_returned(case, failure, actor_id=actor.pk, now=now)
    report([failure_id], at=now, actor_id=actor.pk)
    return link


def _judge_other(
    case: ProcessCase, failure_id: int, *, actor: Person, now: datetime, reason: str
) -> ProcessLink:
    lock_failures([failure_id])
    link = _link_of(case, failure_id)
    if link.state == LinkState.REJECTED:
        raise _judged_already()
    _write_judgement(link, LinkState.REJECTED, actor_id=actor.pk, now=now, reason=reason)
    PoolEntry.objects.filter(pk=failure_id, adopted_by=case).update(adopted_by=None)
    change_item(case.item)
    _record_link(case, link, actor_id=actor.pk, now=now)
    close_if_empty(case, actor_id=actor.pk, now=now)
    report([failure_id], at=now, actor_id=actor.pk, untied=TrackState.WAITING)
    return link


def _judged_already() -> Conflict:
    return Conflict(
        "judged_already", gettext_noop("Somebody has answered this already. Look again.")
    )


def _write_judgement(
    link: ProcessLink, state: LinkState, *, actor_id: int, now: datetime, reason: str
) -> None:
    link.state, link.reason = state, reason.strip()[:MOST_REASON] or link.reason
    link.judged_by_id, link.judged_at = actor_id, now
    link.save(update_fields=["state", "reason", "judged_by", "judged_at"])


def _link_of(case: ProcessCase, failure_id: int) -> ProcessLink:
    link = ProcessLink.objects.filter(process=case, failure_id=failure_id).first()
    if link is None:
        raise NotFound("not_linked", gettext_noop("This failure is not part of this case."))
    return link


def tie(
    case: ProcessCase,
    failure: Failure,
    state: LinkState,
    *,
    actor_id: int,
    now: datetime,
    reason: str = "",
) -> ProcessLink:
    """Link a locked failure to a locked case, or change how it is linked, and write it down."""
    found = ProcessLink.objects.filter(process=case, failure=failure, state=state).first()
    if found is not None and state is LinkState.LINKED:
        return found
    facts = {
        "state": state,
        "reason": reason.strip()[:MOST_REASON],
        "answer_by": _answer_by(case, now) if state is LinkState.CANDIDATE else None,
        "judged_at": None,
        "judged_by_id": None,
    }
    link, _ = ProcessLink.objects.update_or_create(
        process=case,
        failure=failure,
        defaults=facts,
        create_defaults={**facts, "linked_at": now, "linked_by_id": actor_id},
    )
    if state is LinkState.LINKED:
        adopt([failure.pk], case)
    _record_link(case, link, actor_id=actor_id, now=now)
    return link


def _answer_by(case: ProcessCase, now: datetime) -> datetime:
    schedule = schedule_of(calendar_of(case.item.department_id))
    return schedule.add_days(now, ANSWER_DAYS)


def _record_link(case: ProcessCase, link: ProcessLink, *, actor_id: int, now: datetime) -> None:
    write_down(
        case,
        f"process.{_LINK_EVENTS[LinkState(link.state)]}",
        actor_id=actor_id,
        now=now,
        failure_id=link.failure_id,
        public={"failure": link.failure_id, "state": link.state},
    )


_LINK_EVENTS = {
    LinkState.LINKED: "linked",
    LinkState.CANDIDATE: "candidate_found",
    LinkState.REJECTED: "unlinked",
}


def adopt(failure_ids: Iterable[int], case: ProcessCase) -> None:
    """Let a case look after pooled failures: they stay pooled, their review is its work."""
    PoolEntry.objects.filter(pk__in=list(failure_ids), taken_out_at__isnull=True).update(
        adopted_by=case
    )


def live_failures(ids: Collection[int]) -> list[Failure]:
    """Lock failures in order; refuse when one is unknown, merged away or void."""
    if not ids or len(ids) > MOST_AT_ONCE:
        raise Invalid(
            "how_many",
            gettext_noop("Choose at least one failure and at most %(most)s."),
            field="failures",
            most=MOST_AT_ONCE,
        )
    found = lock_failures(ids)
    live = [row for row in found if row.merged_into_id is None and row.voided_at is None]
    if len(live) != len(set(ids)):
        raise NotFound(
            "failure_gone",
            gettext_noop("A failure you chose is unknown, merged or void. Choose again."),
            field="failures",
        )
    return live


def triage_cases_of(failure_ids: Collection[int], *, but: int | None = None) -> list[int]:
    """Cases still in triage that these failures are evidence of, by id."""
    rows = ProcessLink.objects.filter(
        failure_id__in=failure_ids,
        process__item__state=ProcessState.TRIAGE,
    ).exclude(state=LinkState.REJECTED)
    return sorted(set(rows.exclude(process_id=but).values_list("process_id", flat=True)))


def leave_triage(
    process_ids: Collection[int],
    failure_ids: Collection[int],
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Take failures out of locked triage cases that they go on elsewhere from; end empty ones."""
    for process_id in sorted(process_ids):
        rows = ProcessLink.objects.filter(process_id=process_id, failure_id__in=failure_ids)
        rows.exclude(state=LinkState.REJECTED).update(
            state=LinkState.REJECTED, judged_by=actor_id, judged_at=now
        )
        close_if_empty(lock_case(process_id), actor_id=actor_id, now=now)


def close_if_empty(case: ProcessCase, *, actor_id: int, now: datetime) -> None:
    """End a triage that has nothing left to decide on: failures gone, or given up by waiver."""
    given_up = Track.objects.filter(kind=TrackKind.PROCESS, end=TrackEnd.WAIVED)
    left = (
        live_links(case)
        .exclude(state=LinkState.REJECTED)
        .exclude(failure_id__in=given_up.values("failure_id"))
    )
    if case.item.state == ProcessState.TRIAGE and not left.exists():
        meet(item_id=case.pk, kinds={ClockKind.TRIAGE}, at=now, actor_id=actor_id)
        move(case, "pool", actor_id=actor_id, now=now)


def answer_for_the_silent(*, now: datetime, limit: int = 500) -> int:
    """Count candidates that nobody judged in time as the same cause; a daily job. Returns how many."""
    due = ProcessLink.objects.filter(state=LinkState.CANDIDATE, answer_by__lte=now)
    found = list(due.order_by("answer_by").values_list("process_id", "failure_id")[:limit])
    return sum(_answer(process_id, failure_id, now) for process_id, failure_id in found)


@transaction.atomic
def _answer(process_id: int, failure_id: int, now: datetime) -> bool:
    case = lock_case(process_id)
    due = ProcessLink.objects.filter(
        process=case, failure_id=failure_id, state=LinkState.CANDIDATE, answer_by__lte=now
    )
    gone = Failure.objects.filter(
        pk=failure_id, merged_into__isnull=True, voided_at__isnull=True
    )
    if not due.exists() or not gone.exists():
        return False
    judge_same(case, failure_id, actor=system_person(), now=now, reason=NO_ANSWER)
    return True
