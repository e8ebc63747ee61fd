"""Two records that turned out to be two people, taken apart again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from cases.models import Customer, CustomerCase, CustomerMerge, CustomerMergeEntry
from cases.services.moving import Moved, move_back
from cases.services.pairs import (
    BEHIND,
    CASE,
    SURVEYS,
    lock_both,
    permit_merge,
    tell_both,
    tell_cases,
)
from cases.states import CaseState
from recovery.events.models import Event
from recovery.failures.selectors import item_reference
from recovery.failures.services import lock_failure
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


@transaction.atomic
def part_customers(*, merged_id: int, actor: Person, now: datetime) -> list[str]:
    """Take a merge apart: what is still where it was put goes back; names the cases that are not.

    What came in since stays with the record that stood for both.
    """
    merge = CustomerMerge.objects.filter(merged=merged_id, undone_at__isnull=True).first()
    if merge is None:
        raise Conflict("not_merged", gettext_noop("No other record stands for this customer."))
    stands = Customer.objects.values_list("merged_into_id", flat=True).get(pk=merged_id)
    permit_merge(actor, stands or merge.into_id)
    if stands != merge.into_id:
        raise Conflict(
            "merged_further",
            gettext_noop("The record it went into was itself merged since. Part that first."),
        )
    entries = list(merge.entries.order_by("pk"))
    twins = _by_twin(entries)
    for failure_id in _failures_of(twins):
        lock_failure(failure_id)
    merged, into = lock_both(merged_id, merge.into_id)
    left = [
        *_give_back(entries, merged, into),
        *_part_twins(twins, actor=actor, now=now),
    ]
    _unpoint(entries, merged, into)
    merge.undone_at, merge.undone_by = now, actor
    merge.save(update_fields=["undone_at", "undone_by"])
    _calm(merged, into)
    tell_both(merge, "customer.unmerged", actor=actor, now=now)
    tell_cases(merged, "case.customer_parted", actor=actor, now=now)
    return [item_reference("customer", key) for key in left]


def _by_twin(entries: Sequence[CustomerMergeEntry]) -> dict[tuple[int, int], list[Moved]]:
    """What moved where both had a case of one failure, by (absorbed case, the one it went to)."""
    found: dict[tuple[int, int], list[Moved]] = defaultdict(list)
    for each in entries:
        if "of" in each.before:
            key = each.before["of"], each.before["into"]
            found[key].append(Moved(each.child, each.child_id, each.before))
    return found


def _failures_of(twins: Iterable[tuple[int, int]]) -> list[int]:
    keys = [key for pair in twins for key in pair]
    rows = CustomerCase.objects.filter(pk__in=keys).values_list("failure_id", flat=True)
    return sorted(set(rows))


def _give_back(
    entries: Sequence[CustomerMergeEntry], merged: Customer, into: Customer
) -> list[int]:
    """Give the merged record its own cases back; returns those that went elsewhere since."""
    keys = [each.child_id for each in entries if each.child == CASE]
    taken = CustomerCase.objects.filter(customer=merged).values("failure_id")
    still = list(
        CustomerCase.objects.filter(pk__in=keys, customer=into)
        .exclude(item__state=CaseState.MERGED)
        .exclude(failure__in=taken)
        .values_list("pk", flat=True)
    )
    CustomerCase.objects.filter(pk__in=still).update(customer=merged)
    return [key for key in keys if key not in still]


def _part_twins(
    twins: Mapping[tuple[int, int], Sequence[Moved]], *, actor: Person, now: datetime
) -> list[int]:
    """Revive the cases that were taken in; returns those of which something had moved on."""
    left = []
    cases = CustomerCase.objects.select_related("failure").in_bulk(
        [key for pair in twins for key in pair]
    )
    for (case_id, twin_id), moved in twins.items():
        case, twin = cases[case_id], cases[twin_id]
        gone = case.end != CaseState.MERGED or case.failure.merged_into_id is not None
        if gone or move_back(
            moved=moved,
            from_id=twin.failure_id,
            to_id=case.failure_id,
            actor_id=actor.pk,
            at=now,
        ):
            left.append(case_id)
    return left


def _unpoint(entries: Sequence[CustomerMergeEntry], merged: Customer, into: Customer) -> None:
    """Let the record stand for itself again, and for those that it stood for."""
    behind = [each.child_id for each in entries if each.child == BEHIND]
    Customer.objects.filter(pk__in=behind, merged_into=into).update(merged_into=merged)
    if any(each.child == SURVEYS for each in entries):
        into.no_surveys = False
    merged.merged_into = None
    for each in (merged, into):
        each.version += 1
        each.save(update_fields=["merged_into", "no_surveys", "version"])


def _calm(merged: Customer, into: Customer) -> None:
    """Take back that a case is the repeat of one that is somebody else's again.

    Its level stays: whoever holds it steps it down.
    """
    wrong = CustomerCase.objects.filter(customer__in=[merged, into], repeat_of__isnull=False)
    wrong = wrong.exclude(repeat_of__customer=F("customer"))
    keys = list(wrong.values_list("pk", flat=True))
    by_repeat = Event.objects.filter(
        stream__in=[f"customer:{key}" for key in keys],
        verb="case.double_deviation",
        public__has_key="earlier",
    )
    CustomerCase.objects.filter(
        pk__in=list(by_repeat.values_list("item_id", flat=True))
    ).update(double_deviation=False)
    CustomerCase.objects.filter(pk__in=keys).update(repeat_of=None)
