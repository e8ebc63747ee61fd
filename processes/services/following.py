"""What the cases do when a failure itself changes: merged, void, given up, of another kind."""

from datetime import datetime

from django.db import transaction

from processes.models import PoolEntry, ProcessLink
from processes.services.access import lock_case
from processes.services.linking import close_if_empty, tie, triage_cases_of
from processes.services.tracks import lock_failures, report
from processes.states import LinkState
from recovery.failures.models import Failure
from recovery.failures.services import change_item
from recovery.org.selectors import system_person


@transaction.atomic
def let_go(*, failure_id: int, now: datetime) -> None:
    """End triages that have nothing left to decide on once this failure no longer counts."""
    system = system_person().pk
    for process_id in triage_cases_of([failure_id]):
        close_if_empty(lock_case(process_id), actor_id=system, now=now)


@transaction.atomic
def follow_merge(*, merged_id: int, into_id: int, now: datetime) -> None:
    """Make the failure that remains evidence of every case the merged one was evidence of.

    The links of the merged one stay: it counts nowhere while it is merged, and again if that is
    undone.
    """
    system = system_person().pk
    links = {
        link.process_id: LinkState(link.state)
        for link in ProcessLink.objects.filter(failure_id=merged_id, process__is_open=True)
        if link.state != LinkState.REJECTED
    }
    known = ProcessLink.objects.filter(failure_id=into_id, process_id__in=links)
    missing = sorted(set(links) - set(known.values_list("process_id", flat=True)))
    cases = [lock_case(process_id) for process_id in missing]
    for into in lock_failures([into_id]):
        for case in cases:
            tie(case, into, links[case.pk], actor_id=system, now=now)
            change_item(case.item)
    report([into_id], at=now, actor_id=system)


def follow_kind(*, failure_id: int) -> None:
    """Let a pool entry follow its failure to another mode, where others of its kind wait."""
    mode_id = Failure.objects.values_list("mode_id", flat=True).get(pk=failure_id)
    PoolEntry.objects.filter(pk=failure_id).update(mode_id=mode_id)
