"""Reads of customer cases: who may see which, what stands on a page, what rules must know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When

from cases.models import Complaint, Contact, CustomerCase, Remedy, Survey
from cases.policy import Line, Touch
from cases.selectors.reach import NO_ADDRESS
from cases.selectors.surveys import survey_of
from cases.states import CaseState
from recovery.clocks.models import Promise
from recovery.clocks.selectors import promises_of
from recovery.failures.models import Note
from recovery.failures.selectors import item_id_of
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.policy import Grants
from recovery.org.roles import Permission
from recovery.org.selectors import (
    grants,
)

_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")
SAID = Contact.objects.filter(taken_back_at__isnull=True)
OPEN_FIRST = Case(When(ended_at__isnull=True, then=0), default=1)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with all that stands on its page, newest contact first; no query is left in it."""

    case: CustomerCase
    complaints: Sequence[Complaint]
    contacts: Sequence[Contact]
    remedies: Sequence[Remedy]
    notes: Sequence[Note] = field(default=())
    promises: Sequence[Promise] = field(default=())
    survey: Survey | None = None

    @property
    def lines(self) -> list[Line]:
        """The remedies as rules read them."""
        return [Line(each.line, each.state, each.amount_minor) for each in self.remedies]

    @property
    def touches(self) -> list[Touch]:
        """The contacts as rules read them."""
        return [touch_of(each) for each in self.contacts]


def touch_of(contact: Contact) -> Touch:
    """One contact as rules read it."""
    return Touch(
        contact.at, contact.direction, contact.channel, contact.automatic, contact.delivered
    )


def within(held: Grants, permission: Permission) -> Q:
    """Narrow cases to those in which the permission holds, and those one's own."""
    return Q(item__department_id__in=held.departments_for(permission)) | Q(
        item__owner_id=held.person_id
    )


def visible_to(person: Person) -> QuerySet[CustomerCase]:
    """The cases `person` may read: of the departments they read, and those they own."""
    return CustomerCase.objects.filter(within(grants(person), Permission.CASE_READ))


def may_see_customer(viewer: Person, department_id: int | None, owner_id: int | None) -> bool:
    """Say whether `viewer` may know who the customer of such a case is."""
    held = grants(viewer)
    if owner_id is not None and owner_id == viewer.pk:
        return True
    return department_id in held.departments_for(Permission.CUSTOMER_READ)


def names_for(item_ids: Collection[int], viewer: Person) -> Mapping[int, str]:
    """Customers' names by work item, only where `viewer` may read customers; one query."""
    found = CustomerCase.objects.filter(
        within(grants(viewer), Permission.CUSTOMER_READ), pk__in=item_ids
    )
    return dict(found.exclude(customer__name="").values_list("pk", "customer__name"))


def case_id_of(reference: str) -> int:
    """The key behind C-…; raises NotFound for anything else."""
    return item_id_of(reference, "customer")


def _whole(cases: QuerySet[CustomerCase]) -> QuerySet[CustomerCase]:
    return cases.select_related(
        "item__owner", "item__department", "failure", "customer", "status_link"
    ).prefetch_related(
        Prefetch("complaints", Complaint.objects.order_by("received_at", "pk")),
        Prefetch("contacts", SAID.select_related("by", "letter").order_by("-at", "-pk")),
        Prefetch(
            "remedies",
            Remedy.objects.select_related(
                "offered_by",
                "approved_by",
                "approved_for",
                "delivered_by",
                "refused_by",
                "refusal_asked_by",
            )
            .prefetch_related("reversals")
            .order_by("pk"),
        ),
    )


def _file(
    case: CustomerCase, notes: Sequence[Note] = (), survey: Survey | None = None
) -> CaseFile:
    """The file of a case; one query, for what was promised on it."""
    return CaseFile(
        case=case,
        complaints=list(case.complaints.all()),
        contacts=list(case.contacts.all()),
        remedies=list(case.remedies.all()),
        notes=notes,
        promises=promises_of(case.pk),
        survey=survey,
    )


def case_file(person: Person, case_id: int) -> CaseFile:
    """One case as its page shows it; seven queries. Raises NotFound out of scope."""
    case = _whole(visible_to(person)).filter(pk=case_id).first()
    if case is None:
        raise NotFound("not_found", _GONE)
    notes = Note.objects.filter(item_id=case_id).select_related("author").order_by("-at", "-pk")
    return _file(case, list(notes[:50]), survey_of(case.pk))


def file_for_customer(case_id: int) -> CaseFile:
    """One case as its customer's page shows it, without colleagues' notes; four queries."""
    case = _whole(CustomerCase.objects.all()).get(pk=case_id)
    return CaseFile(
        case=case,
        complaints=list(case.complaints.all()),
        contacts=list(case.contacts.all()),
        remedies=list(case.remedies.all()),
    )


def first_open(person: Person, failure_id: int) -> CaseFile | None:
    """The case of a failure to show first: open before ended, most urgent first; five queries."""
    cases = _whole(visible_to(person)).filter(failure_id=failure_id)
    case = (
        cases.exclude(item__state=CaseState.MERGED)
        .order_by(OPEN_FIRST, F("item__next_due_at").asc(nulls_last=True), "pk")
        .first()
    )
    return _file(case) if case else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How the customer cases of one failure stand, merged ones left out."""

    cases: int
    open: int
    reached: int
    whole: int
    no_address: int = 0


def counts_of(person: Person, failure_id: int) -> Counts:
    """Count the cases of a failure that `person` may read; one query."""
    found = (
        visible_to(person)
        .filter(failure_id=failure_id)
        .exclude(item__state=CaseState.MERGED)
        .aggregate(
            cases=Count("pk"),
            open=Count("pk", filter=Q(ended_at__isnull=True)),
            reached=Count("acknowledged_at"),
            whole=Count("pk", filter=Q(end="ok")),
            no_address=Count("pk", filter=NO_ADDRESS),
        )
    )
    return Counts(**found)


def has_cases(failure_id: int) -> bool:
    """Say whether a failure has any customer case, readable or not."""
    return (
        CustomerCase.objects.filter(failure_id=failure_id)
        .exclude(item__state=CaseState.MERGED)
        .exists()
    )


def others_of(
    person: Person, failure_id: int, *, but: int, limit: int = 20
) -> list[CustomerCase]:
    """The other cases of a failure, open before ended; one query."""
    found = (
        visible_to(person)
        .filter(failure_id=failure_id)
        .exclude(item__state=CaseState.MERGED)
        .exclude(pk=but)
        .select_related("item__owner", "customer")
    )
    ordered = found.order_by(OPEN_FIRST, F("item__next_due_at").asc(nulls_last=True), "pk")
    return list(ordered[:limit])


def visible_case_ids(person: Person, failure_id: int) -> set[int]:
    """The cases of a failure whose history `person` may read; one query."""
    return set(visible_to(person).filter(failure_id=failure_id).values_list("pk", flat=True))


def touches_of(case_id: int) -> list[Touch]:
    """The contacts of a case as rules read them."""
    return [touch_of(each) for each in SAID.filter(case_id=case_id)]
