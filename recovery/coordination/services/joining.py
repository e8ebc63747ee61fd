"""The same thing happened to somebody else: their case joins the failure that is known already."""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from django.db import connection, transaction
from django.db.utils import IntegrityError

from cases.selectors.joining import case_ids_among
from cases.services import receive_complaint
from cases.services.opening import ComplaintFacts, first_state, plan_case
from cases.services.recognising import NEW_CUSTOMERS, CustomerFacts, recognise
from cases.services.tracks import report
from recovery.clocks.services import start, start_laws
from recovery.clocks.states import Begins, ClockKind
from recovery.coordination.models import Submission
from recovery.coordination.services.affected import (
    MOST_AT_ONCE,
    add_affected,
    lock_standing,
)
from recovery.coordination.services.report import Answer, Submitted, answered_before
from recovery.events.services import record
from recovery.failures.models import Failure, WorkItem
from recovery.failures.selectors import reference_of
from recovery.failures.services import require_track
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Invalid
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
    failure = lock_standing(failure_id)
    items: list[int] = []
    if complaint is not None:
        items.append(_complains(failure, customers[:1], complaint, actor=actor, now=now))
    silent = customers if complaint is None else customers[1:]
    for chunk in batched(silent, MOST_AT_ONCE):
        found = add_affected(failure_id=failure.pk, customers=chunk, actor=actor, now=now)
        items += [each.case_id for each in found]
    return list(dict.fromkeys(items))


def _complains(
    failure: Failure,
    who: Sequence[CustomerFacts],
    complaint: ComplaintFacts,
    *,
    actor: Person,
    now: datetime,
) -> int:
    """Write down the complaint of one of the customers, or of nobody known; returns the case."""
    customer_id = _recognised(who)
    case_id = (
        case_ids_among(failure.pk, [customer_id]).get(customer_id) if customer_id else None
    )
    if case_id is None:
        segment = who[0].segment if who else ""
        case_id = _open(failure, customer_id, complaint, segment=segment, actor=actor, now=now)
    else:
        able = can(actor, Permission.CASE_WORK, failure.owning_department_id)
        receive_complaint(
            case_id=case_id,
            complaint=complaint,
            actor=actor if able else system_person(),
            now=now,
        )
    if failure.received_at is None:
        Failure.objects.filter(pk=failure.pk).update(received_at=complaint.received_at)
    require_track(
        failure_id=failure.pk,
        kind=TrackKind.CUSTOMER,
        reason="complaint",
        at=now,
        actor_id=actor.pk,
    )
    report(failure.pk, now, actor.pk)
    return case_id


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


def _recognised(who: Sequence[CustomerFacts]) -> int | None:
    """The one customer there is, whom we know or get to know; None when there is nobody."""
    if not who:
        return None
    batch = Batch()
    with connection.cursor() as cursor:
        fresh = next_ids(cursor, {NEW_CUSTOMERS: 1})[NEW_CUSTOMERS]
        (found,) = recognise(cursor, batch, who, fresh_ids=fresh)
        batch.flush(cursor)
    return found


def _open(
    failure: Failure,
    customer_id: int | None,
    complaint: ComplaintFacts,
    *,
    segment: str,
    actor: Person,
    now: datetime,
) -> int:
    since = complaint.received_at
    item = WorkItem.objects.create(
        kind=TrackKind.CUSTOMER,
        failure=failure,
        headline=failure.title,
        department_id=failure.owning_department_id,
        priority=failure.priority,
        state=first_state(complained=True),
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
    for kind in (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE):
        start(item_id=item.pk, kind=kind, at=since, actor_id=actor.pk)
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
