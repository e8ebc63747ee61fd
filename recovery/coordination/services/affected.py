"""People whom a failure affected and who have said nothing: a case each, many in one go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.utils import IntegrityError

from cases.selectors.joining import case_ids_among, has_cases
from cases.services.opening import first_state, plan_case
from cases.services.recognising import NEW_CUSTOMERS, CustomerFacts, recognise
from cases.services.tracks import report
from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import ClockPlan
from recovery.clocks.services import columns_of as clock_columns
from recovery.clocks.services import laws_beginning_with, plan, start_laws, when_of
from recovery.clocks.states import Begins, ClockKind
from recovery.coordination.models import Submission
from recovery.coordination.services.report import (
    ANSWERED,
    MET,
    TRIES,
    Answer,
    Submitted,
    answered_before,
    broken,
)
from recovery.events.models import Event
from recovery.events.services import EventRow, wake_on_commit
from recovery.events.services import columns_of as event_columns
from recovery.failures.models import Failure, WorkItem
from recovery.failures.selectors import facts_of_item
from recovery.failures.services import lock_failure, require_track
from recovery.failures.services.opening import plan_item
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.refusals import Busy, Conflict, Invalid
from recovery.kernel.rows import Batch, next_ids
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

MOST_AT_ONCE: Final = 100  # so that the failure is not locked for long


@dataclass(frozen=True, slots=True)
class Affected:
    """The case of one of those named, and whether they got it just now."""

    case_id: int
    is_new: bool


@transaction.atomic
def add_affected(
    *, failure_id: int, customers: Sequence[CustomerFacts], actor: Person, now: datetime
) -> list[Affected]:
    """Give each of these people a case without a complaint; answers in their order.

    At most a hundred at once, in as many statements as for one. Whoever has a case here keeps
    it, and whoever is named twice gets one. Follows a merge; raises Conflict on a record that
    was set aside, NotAllowed for a person who may not report.
    """
    if actor.kind == Person.Kind.HUMAN:
        require(actor, Permission.FAILURE_REPORT)
    if len(customers) > MOST_AT_ONCE:
        raise Invalid(
            "too_many",
            gettext_noop("Send at most %(most)s people at once."),
            field="customers",
            most=MOST_AT_ONCE,
        )
    failure = lock_standing(failure_id)
    if not customers:
        return []
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _add(failure, customers, actor=actor, now=now)
        except IntegrityError as error:
            if broken(error) != MET:
                raise
    raise Busy(
        "busy",
        gettext_noop(
            "Others are writing the same records just now. Send it again in a moment."
        ),
    )


def submit_affected(
    *,
    failure_id: int,
    customers: Sequence[CustomerFacts],
    say: Callable[[Sequence[Affected]], tuple[int, str]],
    submitted: Submitted | None,
    actor: Person,
    now: datetime,
) -> Answer:
    """Add people once for each idempotency key of `actor`; `say` makes (HTTP status, text).

    The same key and body again: the first answer. Refuses as add_affected does, and a key that
    came with another body.
    """
    known = answered_before(submitted, actor) if submitted else None
    if known is not None:
        return known
    try:
        with transaction.atomic():
            found = add_affected(
                failure_id=failure_id, customers=customers, actor=actor, now=now
            )
            answer = Answer(*say(found))
            if submitted is not None:
                Submission.objects.create(
                    principal=actor,
                    key=submitted.key,
                    route=submitted.route,
                    body_sha256=submitted.body_sha256,
                    status=answer.status,
                    answer=answer.text,
                    at=now,
                )
    except IntegrityError as error:
        known = answered_before(submitted, actor) if submitted else None
        if known is None or broken(error) != ANSWERED:
            raise
        return known
    return answer


def lock_standing(failure_id: int) -> Failure:
    """Lock the failure, or what it was merged into. Raises Conflict when it was set aside."""
    failure = lock_failure(failure_id)
    while failure.merged_into_id:
        failure = lock_failure(failure.merged_into_id)
    if failure.status == Whole.VOID:
        raise Conflict(
            "set_aside",
            gettext_noop("This record was set aside as a mistake. Log a new failure."),
        )
    return failure


def _add(
    failure: Failure, customers: Sequence[CustomerFacts], *, actor: Person, now: datetime
) -> list[Affected]:
    """Write them all. What a failure itself begins by law is owed once, by its first case."""
    batch, count = Batch(), len(customers)
    is_first = laws_beginning_with([Begins.FAILURE]) > 0 and not has_cases(failure.pk)
    with connection.cursor() as cursor:
        keys = next_ids(cursor, {NEW_CUSTOMERS: count, WorkItem: count, Clock: count})
        who = recognise(cursor, batch, customers, fresh_ids=keys[NEW_CUSTOMERS])
        here = case_ids_among(failure.pk, set(who))
        fresh = dict.fromkeys(key for key in who if key not in here)
        named = dict(zip(reversed(who), reversed(customers), strict=True))
        new = [
            _New(customer_id, item_id, clock_id, named[customer_id].segment)
            for customer_id, item_id, clock_id in zip(
                fresh, keys[WorkItem], keys[Clock], strict=False
            )
        ]
        if new:
            _plan(batch, failure, new, actor=actor, now=now)
            batch.flush(cursor)
    if new:
        wake_on_commit()
        _settle(failure, new[0].item_id, is_first=is_first, actor=actor, now=now)
    return _in_order(who, here | {each.customer_id: each.item_id for each in new}, set(fresh))


def _in_order(
    who: Sequence[int], case_ids: Mapping[int, int], fresh: set[int]
) -> list[Affected]:
    """One answer for each; who is named twice has a case already the second time."""
    answers = []
    for key in who:
        answers.append(Affected(case_ids[key], key in fresh))
        fresh.discard(key)
    return answers


@dataclass(frozen=True, slots=True)
class _New:
    """Somebody who has no case here yet, and the keys of the rows they get."""

    customer_id: int
    item_id: int
    clock_id: int
    segment: str


def _plan(
    batch: Batch, failure: Failure, new: Sequence[_New], *, actor: Person, now: datetime
) -> None:
    """Add the rows of all of them to `batch`."""
    clocks = _clocks(failure, {each.segment for each in new}, at=now)
    state = first_state(complained=False)
    for each in new:
        planned = clocks[each.segment]
        plan_item(
            batch,
            item_id=each.item_id,
            opened=failure,
            department_id=failure.owning_department_id,
            state=state,
            opened_at=now,
            segment=each.segment,
            next_due=(planned.due_at, planned.kind.value) if planned else None,
        )
        plan_case(
            batch,
            item_id=each.item_id,
            failure_id=failure.pk,
            customer_id=each.customer_id,
            actor_id=actor.pk,
        )
        if planned is not None:
            clock, begun = clock_columns(
                planned, clock_id=each.clock_id, item_id=each.item_id, at=now, actor_id=actor.pk
            )
            batch.add(Clock, **clock)
            batch.add(ClockEvent, **begun)
        opened = EventRow(
            f"customer:{each.item_id}", "case.opened", actor.pk, now, failure_id=failure.pk,
            item_id=each.item_id, public={"state": state, "history": False},
        )  # fmt: skip
        batch.add(Event, **event_columns(opened))


def _clocks(
    failure: Failure, segments: set[str], *, at: datetime
) -> dict[str, ClockPlan | None]:
    """The clock by which people of each segment are to hear of it."""
    known = Failure.objects.select_related("category", "mode__category").get(pk=failure.pk)
    found = {}
    for segment in segments:
        item = WorkItem(
            kind=TrackKind.CUSTOMER,
            failure=known,
            department_id=known.owning_department_id,
            priority=known.priority,
            segment=segment,
        )
        found[segment] = plan(
            ClockKind.OUTREACH,
            priority=known.priority,
            department_id=known.owning_department_id,
            at=at,
            facts=facts_of_item(item),
            when=when_of(item, at),
        )
    return found


def _settle(
    failure: Failure, first_id: int, *, is_first: bool, actor: Person, now: datetime
) -> None:
    if is_first:
        start_laws(
            item_id=first_id, begins=Begins.FAILURE, at=failure.detected_at, actor_id=actor.pk
        )
    require_track(
        failure_id=failure.pk,
        kind=TrackKind.CUSTOMER,
        reason="customers_affected",
        at=now,
        actor_id=actor.pk,
    )
    report(failure.pk, now, actor.pk)
