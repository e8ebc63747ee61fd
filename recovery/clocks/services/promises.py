"""Promises: made, kept, renegotiated once, or no longer needed. Each has a clock of its own."""

from datetime import datetime
from typing import Any

from django.db import transaction

from recovery.clocks.models import Clock, Promise
from recovery.clocks.policy import Moment
from recovery.clocks.policy.promising import (
    PromiseDraft,
    faults_of,
    refuse_later,
    worded,
)
from recovery.clocks.services.beside import standard_beside
from recovery.clocks.services.starting import begin_by_hand
from recovery.clocks.services.writing import enter, record_breaches
from recovery.clocks.states import ClockKind, ClockVerb, PromiseState
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.services import (
    change_item,
    lock_item,
    refuse_set_aside,
    require_in_reach,
    stream_of,
)
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments, lineage_of, shift_end_of

_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")
WORK = {TrackKind.CUSTOMER: Permission.CASE_WORK, TrackKind.PROCESS: Permission.PROCESS_WORK}


@transaction.atomic
def make_promise(
    *,
    item_id: int,
    words: str,
    due_at: datetime,
    to_whom: str = "",
    desk_id: int | None = None,
    holder_id: int | None = None,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Promise:
    """Write down what was promised, by when, which desk answers for it and who holds it.

    The case may have ended. `to_whom` blank is the customer of the case. Raises Invalid with
    every fault: no words, a time passed or beyond a year, a desk that cannot read the case, no
    desk beyond the holder's shift, the same words for the same time twice.
    """
    require_in_reach(item_id=item_id, actor=actor)
    item = lock_item(item_id, expected_version=expected_version)
    if item.failure is not None:
        refuse_set_aside(item.failure)
    due = due_at.replace(microsecond=0)  # clocks count whole seconds
    holder = _holder(holder_id, item)
    draft = PromiseDraft(
        words=words, to_whom=to_whom.strip(), due_at=due, has_desk=desk_id is not None,
        has_holder=holder is not None, shift_ends=shift_end_of(holder, now) if holder else None,
    )  # fmt: skip
    _refuse(draft, item, desk_id, now=now)
    beside = standard_beside(item, now)
    clock = begin_by_hand(
        item_id=item.pk, kind=ClockKind.PROMISE, due_at=due, at=now, actor_id=actor.pk
    )
    promise = Promise.objects.create(
        item=item, clock=clock, words=words.strip(), to_whom=draft.to_whom, desk_id=desk_id,
        holder=holder, standard_due_at=beside.due_at if beside else None, made_by=actor,
        made_at=now,
    )  # fmt: skip
    say(promise, item, "promise.made", actor=actor, at=now, due_at=due.isoformat())
    change_item(item)
    return promise


@transaction.atomic
def keep_promise(
    *,
    promise_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Promise:
    """Say that a promise was kept, and what proves it. After its time it is kept late.

    Raises Invalid without evidence, Conflict for a promise that is not open.
    """
    promise, item = held(promise_id, actor, expected_version)
    _require(words, gettext_noop("Write what shows that it was kept."))
    return _end(promise, item, ClockVerb.MEET, words=words, actor=actor, now=now)


@transaction.atomic
def release_promise(
    *,
    promise_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Promise:
    """Note that the customer needs it no longer, with their words. Once over it stays broken.

    Raises Invalid without words, Conflict for a promise that is not open.
    """
    promise, item = held(promise_id, actor, expected_version)
    _require(words, gettext_noop("Write what the customer said."))
    clock = promise.clock
    if clock.due_at < now and clock.breached_at is None:
        clock.breached_at = clock.due_at
        record_breaches([clock], actor_id=actor.pk)
    return _end(promise, item, ClockVerb.CANCEL, words=words, actor=actor, now=now)


@transaction.atomic
def renegotiate_promise(
    *,
    promise_id: int,
    due_at: datetime,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Promise:
    """Agree on a later time with the customer: once, before it is due, with their consent.

    What was promised first stays the clock's original_due_at. Raises Conflict for a second
    time or one too late, Invalid without consent in words or for a time that is not later.
    """
    promise, item = held(promise_id, actor, expected_version)
    clock, due = promise.clock, due_at.replace(microsecond=0)
    refuse_later(
        was=clock.due_at, wanted=due, renegotiated=promise.renegotiated_at is not None, now=now
    )
    _require(words, gettext_noop("Write how the customer agreed."))
    was = clock.due_at
    added = int((due - was).total_seconds())
    enter([clock], Moment(ClockVerb.AGREE, now, added), actor_id=actor.pk)
    promise.renegotiated_at, promise.consent = now, words.strip()
    promise.save(update_fields=["renegotiated_at", "consent"])
    say(
        promise, item, "promise.renegotiated", actor=actor, at=now,
        due_at=due.isoformat(), was=was.isoformat(),
    )  # fmt: skip
    change_item(item)
    return promise


def held(
    promise_id: int, actor: Person, expected_version: int | None = None
) -> tuple[Promise, WorkItem]:
    """Lock an open promise with its case, for who may work the case or holds the promise."""
    found = Promise.objects.select_related("item").filter(pk=promise_id).first()
    if found is None:
        raise NotFound("not_found", _GONE)
    if not _may_act(found, actor):
        require_in_reach(item_id=found.item_id, actor=actor)
    item = lock_item(found.item_id, expected_version=expected_version)
    promise = Promise.objects.select_for_update(no_key=True, of=("self",)).get(pk=promise_id)
    promise.clock = Clock.objects.select_for_update(no_key=True).get(pk=promise.clock_id)
    if promise.state != PromiseState.OPEN:
        raise Conflict(
            "ended",
            gettext_noop("This promise is “%(state)s” already."),
            state=PromiseState(promise.state).word,
        )
    return promise, item


def say(
    promise: Promise, item: WorkItem, verb: str, *, actor: Person, at: datetime, **facts: Any
) -> None:
    """Record what happened to a promise: keys and times only, never its words."""
    about = {"promise": promise.pk, "desk": promise.desk_id, "holder": promise.holder_id}
    record(
        stream=stream_of(item),
        verb=verb,
        actor_id=actor.pk,
        at=at,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public=about | facts,
    )


def _end(
    promise: Promise,
    item: WorkItem,
    verb: ClockVerb,
    *,
    words: str,
    actor: Person,
    now: datetime,
) -> Promise:
    clock = promise.clock
    enter([clock], Moment(verb, now), actor_id=actor.pk)
    kept = verb is ClockVerb.MEET
    promise.state = PromiseState.KEPT if kept else PromiseState.RELEASED
    promise.end_words, promise.ended_by, promise.ended_at = words.strip(), actor, now
    promise.save(update_fields=["state", "end_words", "ended_by", "ended_at"])
    verb_said = "promise.kept" if kept else "promise.released"
    say(promise, item, verb_said, actor=actor, at=now, late=clock.breached_at is not None)
    change_item(item)
    return promise


def _may_act(promise: Promise, actor: Person) -> bool:
    return promise.holder_id == actor.pk and can(actor, WORK[TrackKind(promise.item.kind)])


def _holder(holder_id: int | None, item: WorkItem) -> Person | None:
    if holder_id is None:
        return None
    found = Person.objects.filter(pk=holder_id, is_active=True).first()
    permission = WORK[TrackKind(item.kind)]
    if found is None or not (
        can(found, permission, item.department_id)
        or (item.owner_id == found.pk and can(found, permission))
    ):
        raise Invalid(
            "not_on_this_desk",
            gettext_noop("This person cannot work cases of this desk. Choose somebody else."),
            field="holder",
        )
    return found


def _refuse(draft: PromiseDraft, item: WorkItem, desk_id: int | None, *, now: datetime) -> None:
    faults = faults_of(draft, now=now)
    if desk_id is not None and desk_id not in lineage_of(item.department_id):
        faults.append(
            Invalid(
                "not_this_desk",
                gettext_noop(
                    "Choose the desk of the case or one above it: others cannot read the case."
                )
                if desk_id in departments()
                else gettext_noop("There is no such desk. Choose another one."),
                field="desk",
            )
        )
    if not draft.to_whom and item.kind != TrackKind.CUSTOMER:
        faults.append(
            Invalid("to_nobody", gettext_noop("Say to whom it is promised."), field="to_whom")
        )
    same = Promise.objects.filter(
        item=item,
        state=PromiseState.OPEN,
        words=draft.words.strip(),
        clock__due_at=draft.due_at,
    )
    if not faults and same.exists():
        faults.append(
            Invalid("twice", gettext_noop("Just this is promised already."), field="words")
        )
    if faults:
        raise Invalid.gather(faults)


def _require(words: str, ask: str) -> None:
    if faults := list(worded(words, ask=ask)):
        raise Invalid.gather(faults)
