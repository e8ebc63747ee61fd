"""The same thing happened to somebody else: their case joins the failure that is known already."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.utils import IntegrityError

from cases.selectors.joining import case_ids_by_customer
from cases.services import receive_complaint
from cases.services.opening import ComplaintFacts, first_state, plan_case
from cases.services.recognising import NEW_CUSTOMERS, CustomerFacts, recognise
from cases.services.tracks import report
from recovery.clocks.services import start, start_laws
from recovery.clocks.states import Begins, ClockKind
from recovery.coordination.models import Submission
from recovery.coordination.services.report import Answer, Submitted, answered_before
from recovery.events.services import record
from recovery.failures.models import Failure, WorkItem
from recovery.failures.selectors import reference_of
from recovery.failures.services import lock_failure, require_track
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.rows import Batch, next_ids
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, system_person
from recovery.org.services import require


@transaction.atomic
def add_customers(
    *,
    failure_id: int,
    customers: Sequence[CustomerFacts],
    complaint: ComplaintFacts | None,
    actor: Person,
    now: datetime,
) -> list[int]:
    """Add people to a failure, each with a case of their own; returns the items in order.

    The complaint is the first one's, or an anonymous person's when there is nobody. Whoever has
    a case here keeps it and the complaint is attached to that. Follows a merge; refused on a
    record that was set aside.
    """
    require(actor, Permission.FAILURE_REPORT)
    if not customers and complaint is None:
        raise Invalid(
            "nobody",
            gettext_noop("Say who is affected, or what they complain of."),
            field="people",
        )
    failure = _locked(failure_id)
    who = _recognised(customers)
    known = case_ids_by_customer(failure.pk)
    items = []
    for place, customer_id in enumerate([*who] or [None]):
        said = complaint if place == 0 else None
        case_id = known.get(customer_id) if customer_id else None
        if case_id is None:
            segment = who.get(customer_id or 0, "")
            case_id = _open(failure, customer_id, said, segment=segment, actor=actor, now=now)
        elif said is not None:
            able = can(actor, Permission.CASE_WORK, failure.owning_department_id)
            receive_complaint(
                case_id=case_id,
                complaint=said,
                actor=actor if able else system_person(),
                now=now,
            )
        items.append(case_id)
    if complaint is not None and failure.received_at is None:
        Failure.objects.filter(pk=failure.pk).update(received_at=complaint.received_at)
    require_track(
        failure_id=failure.pk,
        kind=TrackKind.CUSTOMER,
        reason="complaint" if complaint else "customers_affected",
        at=now,
        actor_id=actor.pk,
    )
    report(failure.pk, now, actor.pk)
    return items


def submit_customers(
    *,
    failure_id: int,
    customers: Sequence[CustomerFacts],
    complaint: ComplaintFacts | None,
    submitted: Submitted,
    actor: Person,
    now: datetime,
) -> Answer:
    """Add people to a failure once for each idempotency key; the answer is its reference.

    The same key and body again: the first answer. Refuses as add_customers does.
    """
    answer = Answer(303, reference_of(failure_id))
    try:
        with transaction.atomic():
            Submission.objects.create(
                principal=actor,
                key=submitted.key,
                route=submitted.route,
                body_sha256=submitted.body_sha256,
                status=answer.status,
                answer=answer.text,
                at=now,
            )
            add_customers(
                failure_id=failure_id,
                customers=customers,
                complaint=complaint,
                actor=actor,
                now=now,
            )
    except IntegrityError:
        known = answered_before(submitted, actor)
        if known is None:
            raise
        return known
    return answer


def _locked(failure_id: int) -> Failure:
    """The failure, or what it was merged into. Raises Conflict when it was set aside."""
    failure = lock_failure(failure_id)
    while failure.merged_into_id:
        failure = lock_failure(failure.merged_into_id)
    if failure.status == Whole.VOID:
        raise Conflict(
            "set_aside",
            gettext_noop("This record was set aside as a mistake. Log a new failure."),
        )
    return failure


def _recognised(customers: Sequence[CustomerFacts]) -> dict[int, str]:
    """Who they are, each once and in order, with the segment the sender names."""
    if not customers:
        return {}
    batch = Batch()
    with connection.cursor() as cursor:
        fresh = next_ids(cursor, {NEW_CUSTOMERS: len(customers)})[NEW_CUSTOMERS]
        found = recognise(cursor, batch, customers, fresh_ids=fresh)
        batch.flush(cursor)
    return {key: each.segment for key, each in zip(found, customers, strict=True)}


def _open(
    failure: Failure,
    customer_id: int | None,
    complaint: ComplaintFacts | None,
    *,
    segment: str,
    actor: Person,
    now: datetime,
) -> int:
    since = complaint.received_at if complaint else now
    item = WorkItem.objects.create(
        kind=TrackKind.CUSTOMER,
        failure=failure,
        headline=failure.title,
        department_id=failure.owning_department_id,
        priority=failure.priority,
        state=first_state(complained=complaint is not None),
        segment=segment,
        opened_at=since,
    )
    batch = Batch()
    plan_case(
        batch,
        item_id=item.pk,
        failure_id=failure.pk,
        customer_id=customer_id,
        actor_id=actor.pk,
        complaint=complaint,
    )
    with connection.cursor() as cursor:
        batch.flush(cursor)
    kinds = (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE) if complaint else (ClockKind.OUTREACH,)
    for kind in kinds:
        start(item_id=item.pk, kind=kind, at=since, actor_id=actor.pk)
    if complaint:
        start_laws(item_id=item.pk, begins=Begins.COMPLAINT, at=since, actor_id=actor.pk)
    record(
        stream=f"customer:{item.pk}",
        verb="case.opened",
        actor_id=actor.pk,
        at=now,
        failure_id=failure.pk,
        item_id=item.pk,
        public={"state": item.state, "history": False},
    )
    return item.pk
