"""Customers in a line: those found, those who may be the same person, and what a merge moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Customer, CustomerCase
from cases.selectors import CaseFile
from cases.selectors.customers import CustomerFile, customer_reference, open_cases_by_customer
from cases.selectors.finding import Alike, Wanted, find_customers
from cases.selectors.twins import Twin
from cases.services.recognising import (
    FEWEST_DIGITS,
    CustomerFacts,
    identity_of,
    normal_email,
    normal_phone,
)
from cases.states import CaseState, ContactKind
from recovery.failures.selectors import item_reference, reference_of
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can

MOST_OPEN: Final = 3


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another open case of the same customer."""

    url: str
    reference: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Who:
    """A customer in a line: their page, name and what tells them from others."""

    url: str
    reference: str
    name: str
    known_by: str
    why: str = ""
    merge_url: str = ""
    open_cases: Sequence[OtherCase] = ()


def url_of(customer_id: int) -> str:
    """The page of a customer."""
    return reverse("cases:customer", args=[customer_reference(customer_id)])


def name_of(customer: Customer) -> str:
    """What a customer is called, though nobody may have written a name down."""
    return (
        customer.name
        or customer.external_id
        or customer.email
        or customer.phone
        or _("Customer without a name")
    )


def other_case(case: CustomerCase) -> OtherCase:
    """A case in a line, with a link to it."""
    reference = item_reference("customer", case.pk)
    return OtherCase(
        reverse("cases:case", args=[reference]),
        reference,
        case.failure.title,
        _(CaseState(case.item.state).word),
    )


def elsewhere_of(file: CaseFile, viewer: Person) -> list[OtherCase]:
    """The other open cases of whoever this case is about; one query."""
    key = file.case.customer_id
    if key is None:
        return []
    found = open_cases_by_customer(viewer, [key]).get(key, [])
    return [other_case(each) for each in found if each.pk != file.case.pk][:5]


def person_row(customer: Customer) -> Who:
    """A customer in a line."""
    ways = [each for each in (customer.email, customer.phone, customer.external_id) if each]
    return Who(
        url=url_of(customer.pk),
        reference=customer_reference(customer.pk),
        name=name_of(customer),
        known_by=" · ".join(ways),
    )


def found_row(customer: Customer, cases: Sequence[CustomerCase]) -> Who:
    """A customer found, with their open cases."""
    return replace(person_row(customer), open_cases=[other_case(each) for each in cases[:3]])


def alike_row(found: Alike, *, of: int) -> Who:
    """A record that may be the same person, with why, and where the two are compared."""
    why = {
        ContactKind.EMAIL: _("Same e-mail address"),
        ContactKind.PHONE: _("Same telephone number"),
    }
    row = person_row(found.customer)
    compare = reverse("cases:merge_customers", args=[customer_reference(of)])
    words = next((said for kind, said in why.items() if kind == found.why), _("Similar name"))
    return Who(
        row.url, row.reference, row.name, row.known_by, words,
        f"{compare}?other={row.reference}",
    )  # fmt: skip


def moves_of(goes: CustomerFile, twins: Sequence[Twin]) -> list[OtherCase]:
    """The cases that a merge would give to the record that stays, as they are."""
    taken = {each.case_id for each in twins}
    return [other_case(each) for each in goes.cases if each.pk not in taken]


def taken_in(twins: Sequence[Twin]) -> list[tuple[str, str, str]]:
    """Where both have a case of one failure: (failure, the case taken in, the one that stays)."""
    return [
        (
            reference_of(each.failure_id),
            item_reference("customer", each.case_id),
            item_reference("customer", each.twin_id),
        )
        for each in twins
    ]


def log_url(given: Mapping[str, str], *, flight: str) -> str:
    """The log page with what a caller is known by filled in."""
    people = " ".join(
        given[name] for name in ("name", "booking", "email", "phone") if given[name]
    )
    known = {"people": people, "service_reference": flight}
    filled = urlencode({name: value for name, value in known.items() if value})
    return f"{reverse('intake:log')}?{filled}" if filled else reverse("intake:log")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case of whoever is being written about: what they say may belong to it."""

    name: str
    case: OtherCase
    failure_reference: str


def open_cases_of(viewer: Person, facts: CustomerFacts) -> list[OpenCase]:
    """The open cases of the one whom an address, a telephone or a booking names; two queries.

    None for those who may not know whose cases they are, nor for a name alone.
    """
    known = identity_of(facts)
    wanted = Wanted(known.email, known.phone, known.number[1] if known.number else "")
    if not wanted or not can(viewer, Permission.CUSTOMER_READ):
        return []
    found = {each.pk: each for each in find_customers(viewer, wanted)}
    return [
        OpenCase(name_of(found[key]), other_case(each), reference_of(each.failure_id))
        for key, cases in open_cases_by_customer(viewer, list(found)).items()
        for each in cases
    ][:MOST_OPEN]


def way_of(words: str) -> dict[str, str]:
    """The e-mail address or telephone number that words are, if they are one of the two."""
    if " " not in words and normal_email(words):
        return {"email": words}
    digits = sum(map(str.isdecimal, words))
    is_number = not words.strip("+0123456789 ()/.-") and digits >= FEWEST_DIGITS
    return {"phone": words} if is_number and normal_phone(words) else {}
