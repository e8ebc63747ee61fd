"""Customer cases for tests: rows as intake leaves them, a desk with its people and limits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Complaint, Customer, CustomerCase, Remedy
from cases.services import tracks
from cases.services.opening import ComplaintFacts
from cases.states import LineKind, RemedyKind
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.failures.models import Failure, Track
from recovery.failures.states import Channel
from recovery.org.models import Department, Person
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_limit,
    make_person,
)

WORDS = "I stood there for forty minutes and nobody came."


@dataclass(frozen=True)
class Desk:
    """A desk that is open on weekdays from 8 to 16: two handlers, a lead, a manager above."""

    department: Department
    handler: Person
    colleague: Person
    lead: Person
    manager: Person


def make_desk(*, handler_limit: int = 10_000, lead_limit: int = 50_000, **limits: int) -> Desk:
    """`limits` may hold week=..., the handlers' limit per week."""
    house = make_department(calendar=make_calendar())
    department = make_department(parent=house)
    make_limit(Role.HANDLER, case=handler_limit, **limits)
    make_limit(Role.LEAD, case=lead_limit)
    return Desk(
        department=department,
        handler=make_person(Role.HANDLER, department, name="Ines Moreau"),
        colleague=make_person(Role.HANDLER, department, name="Tomasz Wilk"),
        lead=make_person(Role.LEAD, department, name="Marta Nunes", lead=True),
        manager=make_person(Role.MANAGER, house, name="Jonas Lindqvist"),
    )


def make_customer(name: str = "Kwame Osei", **facts: str) -> Customer:
    return Customer.objects.create(name=name, **facts)


def make_case(
    desk: Desk,
    *,
    failure: Failure | None = None,
    customer: Customer | None = None,
    complained: bool = True,
    at: datetime = NOON,
    words: str = WORDS,
    **item: Any,
) -> CustomerCase:
    """A case as intake leaves it: received with its complaint, or detected; clocks running."""
    failure = failure or make_failure(department=desk.department, at=at)
    state = "received" if complained else "detected"
    header = make_item(failure, state=state, at=at, **({"department": desk.department} | item))
    case = CustomerCase.objects.create(
        item=header,
        failure=failure,
        customer=customer or make_customer(),
        complained=complained,
        received_at=at if complained else None,
    )
    kinds = [ClockKind.OUTREACH]
    if complained:
        Complaint.objects.create(
            case=case,
            channel=Channel.PHONE,
            received_at=at,
            words=words,
            recorded_by=desk.handler,
        )
        kinds = [ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE]
    for kind in kinds:
        clocks.start(item_id=case.pk, kind=kind, at=at, actor_id=system_person().pk)
    return case


def owe(
    case: CustomerCase, desk: Desk, amount_minor: int = 25_000, at: datetime = NOON
) -> Remedy:
    """A right of the customer, written down as owed."""
    return Remedy.objects.create(
        case=case,
        line=LineKind.ENTITLEMENT,
        kind=RemedyKind.PAYMENT,
        words="Cancelled flight, regulation 261",
        amount_minor=amount_minor,
        currency="EUR",
        state="offered",
        offered_by=desk.handler,
        offered_at=at,
    )


def complaint(words: str = WORDS, at: datetime = NOON) -> ComplaintFacts:
    return ComplaintFacts(words=words, channel=Channel.EMAIL, received_at=at)


def state_of(case: CustomerCase) -> str:
    return CustomerCase.objects.values_list("item__state", flat=True).get(pk=case.pk)


def track_of(failure_id: int, kind: str = "customer") -> tuple[str, str]:
    track = Track.objects.get(failure_id=failure_id, kind=kind)
    return track.state, track.end


def status_of(failure_id: int) -> str:
    return Failure.objects.values_list("status", flat=True).get(pk=failure_id)


def begin(failure: Failure) -> None:
    """Report the customer track as intake does when its cases exist."""
    tracks.report(failure.pk, NOON, system_person().pk)
