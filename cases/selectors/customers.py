"""Reads of customers: whose page one may open, what stands on it, how one of them is found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from cases.models import (
    ContactWay,
    Customer,
    CustomerCase,
    CustomerMerge,
    Remedy,
    RestrictedFacts,
)
from cases.selectors.files import OPEN_FIRST, within
from cases.states import CaseState, ContactDirection, RemedyState
from recovery.kernel.references import decode, encode
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

PREFIX = "K"
_GONE = gettext_noop("There is nobody here under this reference, or they are not yours to see.")


def customer_reference(customer_id: int) -> str:
    """The public reference of a customer: K-…."""
    return encode(PREFIX, customer_id)


def customer_id_of(reference: str) -> int:
    """The key behind K-…; raises NotFound for anything else."""
    found = decode(reference)
    if found is None or found[0] != PREFIX:
        raise NotFound("not_found", _GONE)
    return found[1]


def customers_of(
    person: Person, permission: Permission = Permission.CUSTOMER_READ
) -> QuerySet[Customer]:
    """The customers of whom a case lies where `person` holds the permission, or is their own."""
    mine = CustomerCase.objects.filter(within(grants(person), permission))
    return Customer.objects.filter(Exists(mine.filter(customer=OuterRef("pk"))))


def may_with_customer(person: Person, customer_id: int, permission: Permission) -> bool:
    """Say whether `person` holds the permission where a case of the customer lies; one query."""
    held = grants(person)
    if not held.allows(permission):
        return False
    reach = Q(item__department_id__in=held.departments_for(permission))
    if permission in {Permission.CUSTOMER_READ, Permission.CASE_WORK}:
        reach |= Q(item__owner_id=person.pk)
    return CustomerCase.objects.filter(reach, customer_id=customer_id).exists()


def stands_for(customer_id: int) -> int:
    """The record that stands for this one now: itself, unless it was merged. One query."""
    found = Customer.objects.filter(pk=customer_id).values_list("merged_into_id", flat=True)
    return found.first() or customer_id


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer with what stands on the page; the cases are those the viewer may read.

    `same` are the records merged into this one; `elsewhere` counts cases out of scope; `given`
    sums what was delivered on the cases shown, in minor units by kind of line.
    """

    customer: Customer
    ways: Sequence[ContactWay]
    same: Sequence[CustomerMerge]
    cases: Sequence[CustomerCase]
    elsewhere: int
    given: Mapping[str, int]

    @property
    def open_cases(self) -> list[CustomerCase]:
        """The cases that have not ended."""
        return [each for each in self.cases if each.ended_at is None]

    def total(self, name: str) -> int:
        """Sum one of the counts over the cases shown."""
        return sum(getattr(each, name) for each in self.cases)


def customer_file(person: Person, customer_id: int) -> CustomerFile:
    """A customer as their page shows them; six queries. Raises NotFound out of scope."""
    customer = customers_of(person).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound("not_found", _GONE)
    same = list(
        CustomerMerge.objects.filter(into=customer_id, undone_at__isnull=True)
        .select_related("merged", "by")
        .order_by("pk")
    )
    keys = [customer_id, *(each.merged_id for each in same)]
    ways = list(ContactWay.objects.filter(customer_id__in=keys).order_by("pk"))
    cases = list(cases_of(person, customer_id))
    lines = Remedy.objects.filter(
        case__in=[each.pk for each in cases], state=RemedyState.DELIVERED
    )
    summed = lines.values_list("line").annotate(total=Sum("amount_minor")).order_by("line")
    all_of_them = CustomerCase.objects.filter(customer_id=customer_id)
    return CustomerFile(
        customer=customer,
        ways=ways,
        same=same,
        cases=cases,
        elsewhere=all_of_them.exclude(item__state=CaseState.MERGED).count() - len(cases),
        given=dict(summed),
    )


def cases_of(person: Person, customer_id: int) -> QuerySet[CustomerCase]:
    """The cases of a customer that `person` may read, open ones first, then the newest.

    Each counts how often the customer came to us with it and had to tell it all again.
    """
    return (
        CustomerCase.objects.filter(
            within(grants(person), Permission.CUSTOMER_READ), customer_id=customer_id
        )
        .exclude(item__state=CaseState.MERGED)
        .select_related("item__owner", "item__department", "failure")
        .annotate(
            complaint_count=Count("complaints", distinct=True),
            incoming_count=Count(
                "contacts",
                filter=Q(contacts__direction=ContactDirection.INCOMING),
                distinct=True,
            ),
            retold_count=Count("contacts", filter=Q(contacts__retold=True), distinct=True),
        )
        .order_by(OPEN_FIRST, "-failure__detected_at", "-pk")
    )


def open_cases_by_customer(
    person: Person, customer_ids: Collection[int]
) -> dict[int, list[CustomerCase]]:
    """The open cases of these customers that `person` may read; one query, none for nobody."""
    found: dict[int, list[CustomerCase]] = {}
    if not customer_ids:
        return found
    cases = CustomerCase.objects.filter(
        within(grants(person), Permission.CUSTOMER_READ),
        customer__in=list(customer_ids),
        ended_at__isnull=True,
    )
    for each in cases.select_related("item", "failure").order_by(
        "-failure__detected_at", "-pk"
    ):
        if each.customer_id is not None:
            found.setdefault(each.customer_id, []).append(each)
    return found


def restricted_of(customer_ids: Collection[int]) -> dict[int, RestrictedFacts]:
    """The restricted facts of these records, by key; whoever reads them must be recorded."""
    return RestrictedFacts.objects.in_bulk(list(customer_ids))
