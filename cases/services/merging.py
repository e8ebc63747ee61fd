"""Two records that are one person, made one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from cases.models import Customer, CustomerCase, CustomerMerge, CustomerMergeEntry, Remedy
from cases.selectors.twins import Twin, twins_of
from cases.services.moving import absorb_case
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
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.services import lock_failure
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


@transaction.atomic
def merge_customers(
    *, merged_id: int, into_id: int, actor: Person, now: datetime
) -> CustomerMerge:
    """Let one record of a customer stand for another: its cases move, it is recognised as that.

    Who had a case of one failure in both keeps the one of `into_id`, which takes in the other.
    Refused when either was merged, or when money would have to move with such a case.
    """
    if merged_id == into_id:
        raise Invalid(
            "same_customer",
            gettext_noop("This is the same record. Choose the other one."),
            field="other",
        )
    permit_merge(actor, merged_id, into_id)
    twins = twins_of(merged_id, into_id)
    for failure_id in sorted({each.failure_id for each in twins}):
        lock_failure(failure_id)
    merged, into = lock_both(merged_id, into_id)
    if merged.merged_into_id or into.merged_into_id:
        raise Conflict(
            "merged_already",
            gettext_noop("One of the two was made one with another record meanwhile."),
        )
    if twins_of(merged_id, into_id) != twins:
        raise Conflict(
            "changed_meanwhile",
            gettext_noop("A case of theirs changed just now. Look at both again."),
        )
    _refuse(twins)
    merge = CustomerMerge.objects.create(merged=merged, into=into, by=actor, at=now)
    entries = [
        *_absorb(twins, actor=actor, now=now),
        *_move(merged, into),
        *_point(merged, into),
    ]
    for each in entries:
        each.merge = merge
    CustomerMergeEntry.objects.bulk_create(entries)
    tell_both(merge, "customer.merged", actor=actor, now=now)
    # All of whoever stays: they may have met before what the other met.
    tell_cases(into, "case.customer_merged", actor=actor, now=now)
    return merge


def _refuse(twins: Sequence[Twin]) -> None:
    """What was given or is owed stays where it was decided, so a case with money stays whole."""
    held = set(
        Remedy.objects.filter(case__in=[each.case_id for each in twins]).values_list(
            "case_id", flat=True
        )
    )
    for each in twins:
        if each.twin_is_set_aside:
            raise Conflict(
                "twin_set_aside",
                gettext_noop("Their case of %(failure)s was set aside. Part that first."),
                failure=reference_of(each.failure_id),
            )
        if each.case_id in held:
            raise Conflict(
                "money_on_both_sides",
                gettext_noop(
                    "Both have a case of %(failure)s, and %(case)s holds remedies, which would "
                    "lose their case. Keep that record instead, if its twin holds none."
                ),
                failure=reference_of(each.failure_id),
                case=item_reference("customer", each.case_id),
            )


def _absorb(twins: Sequence[Twin], *, actor: Person, now: datetime) -> list[CustomerMergeEntry]:
    return [
        CustomerMergeEntry(
            child=moved.child,
            child_id=moved.child_id,
            before={**moved.before, "of": each.case_id, "into": each.twin_id},
        )
        for each in twins
        for moved in absorb_case(
            case_id=each.case_id, into_id=each.twin_id, actor_id=actor.pk, at=now
        )
    ]


def _move(merged: Customer, into: Customer) -> list[CustomerMergeEntry]:
    """Give the cases that are still the merged record's own to the one that stays."""
    own = CustomerCase.objects.filter(customer=merged).exclude(item__state=CaseState.MERGED)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    CustomerCase.objects.filter(pk__in=keys).update(customer=into)
    return [CustomerMergeEntry(child=CASE, child_id=key) for key in keys]


def _point(merged: Customer, into: Customer) -> list[CustomerMergeEntry]:
    """Let the record and all behind it point at the one that stays; a wish not to be asked stays."""
    behind = Customer.objects.filter(merged_into=merged)
    keys = list(behind.order_by("pk").values_list("pk", flat=True))
    behind.update(merged_into=into)
    merged.merged_into = into
    merged.version += 1
    merged.save(update_fields=["merged_into", "version"])
    entries = [CustomerMergeEntry(child=BEHIND, child_id=key) for key in keys]
    if merged.no_surveys and not into.no_surveys:
        into.no_surveys = True
        entries.append(CustomerMergeEntry(child=SURVEYS, child_id=into.pk))
    into.version += 1
    into.save(update_fields=["no_surveys", "version"])
    return entries


def follow_merges(*, case_ids: Collection[int]) -> int:
    """Give cases opened while their customer was being merged to whoever stands for them.

    Says how many; one query when there is none. Where that one has a case of the same failure,
    it is left to people.
    """
    late = CustomerCase.objects.filter(
        pk__in=list(case_ids), customer__merged_into__isnull=False
    ).exclude(item__state=CaseState.MERGED)
    return sum(_follow(*row) for row in late.values_list("pk", "failure_id", "customer_id"))


@transaction.atomic
def _follow(case_id: int, failure_id: int, customer_id: int) -> bool:
    merge = CustomerMerge.objects.filter(merged=customer_id, undone_at__isnull=True).first()
    if merge is None:
        return False
    _merged, into = lock_both(customer_id, merge.into_id)
    if into.merged_into_id or CustomerCase.objects.filter(customer=into, failure_id=failure_id):
        return False
    CustomerCase.objects.filter(pk=case_id, customer=customer_id).update(customer=into)
    CustomerMergeEntry.objects.create(merge=merge, child=CASE, child_id=case_id)
    return True
