"""Lists of affected people: looked through first, then worked through in chunks, each for good.

How far a list has come is written with each chunk, so that a killed worker loses nothing and
gives nobody a second case.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from cases.models import AffectedList, AffectedRow
from cases.services.foreseeing import ListRow, foresee
from cases.services.recognising import CustomerFacts
from cases.states import ListState, RowResult
from recovery.events.services import record
from recovery.failures.models import Failure
from recovery.kernel import rows as sql
from recovery.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

MOST_ROWS: Final = 5_000
# Whoever looks through a list and does not add it has left people's names lying about.
DRAFTS_KEPT: Final = timedelta(days=1)
STOPPED_KEPT: Final = timedelta(days=30)
_NOBODY: Final = {"external_id": "", "name": "", "email": "", "phone": "", "segment": ""}


@dataclass(frozen=True, slots=True)
class RowEnd:
    """What became of one row: its case, had before or not, or why there is none."""

    result: RowResult
    case_id: int | None = None
    refusal: str = ""


@transaction.atomic
def draft_list(
    *,
    failure_id: int,
    rows: Sequence[ListRow],
    source: str = "",
    actor: Person,
    now: datetime,
) -> AffectedList:
    """Keep a list of affected people and say what adding it would do; nobody has a case yet.

    Raises Invalid for a list of nobody, or of more than 5 000.
    """
    _permit(failure_id, actor)
    if not any(row.who for row in rows):
        raise Invalid("nobody", gettext_noop("No line of this names anybody."), field="people")
    if len(rows) > MOST_ROWS:
        raise Invalid(
            "too_many",
            gettext_noop("Send at most %(most)s lines in one list; these are %(count)s."),
            field="people",
            most=MOST_ROWS,
            count=len(rows),
        )
    bad = sum(row.who is None for row in rows)
    made = AffectedList.objects.create(
        failure_id=failure_id,
        made_by=actor,
        made_at=now,
        source=source,
        foreseen=foresee(failure_id, rows),
        total=len(rows),
        done=bad,
        refused=bad,
    )
    with connection.cursor() as cursor:
        sql.insert(cursor, AffectedRow, [_columns(made.pk, row) for row in rows])
    return made


def _columns(list_id: int, row: ListRow) -> dict[str, object]:
    who = row.who or CustomerFacts()
    return {
        "list_id": list_id,
        "number": row.number,
        "external_id": who.external_id,
        "name": who.name,
        "email": who.email,
        "phone": who.phone,
        "segment": who.segment,
        "amount_minor": row.amount_minor,
        "result": "" if row.who else RowResult.REFUSED.value,
        "refusal": row.refusal[:240],
    }


@transaction.atomic
def start_list(*, list_id: int, actor: Person, now: datetime) -> AffectedList:
    """Let a list that was looked through, or stopped, be worked on; pressing twice is once."""
    del now
    held = _held(list_id, actor)
    if held.state == ListState.WORKING:
        return held
    _expect(held, ListState.DRAFT, ListState.STOPPED)
    held.state, held.started_by, held.ended_at, held.why = ListState.WORKING, actor, None, ""
    held.save(update_fields=["state", "started_by", "ended_at", "why"])
    return held


@transaction.atomic
def stop_list(*, list_id: int, actor: Person, now: datetime) -> AffectedList:
    """Stop a list where it is; those added keep their cases, and it can go on later."""
    held = _held(list_id, actor)
    if held.state == ListState.STOPPED:
        return held
    _expect(held, ListState.WORKING)
    halt(held, now=now)
    return held


@transaction.atomic
def drop_list(*, list_id: int, actor: Person, now: datetime) -> AffectedList:
    """Throw away a list that was only looked through, with everybody it names."""
    held = _held(list_id, actor)
    _expect(held, ListState.DRAFT)
    _drop(held, now=now)
    return held


def forget_lists(*, now: datetime) -> int:
    """Throw away lists that nobody adds or goes on with; they name people. Returns how many."""
    old = AffectedList.objects.select_for_update(no_key=True, skip_locked=True)
    with transaction.atomic():
        found = [
            *old.filter(state=ListState.DRAFT, made_at__lt=now - DRAFTS_KEPT)[:100],
            *old.filter(state=ListState.STOPPED, made_at__lt=now - STOPPED_KEPT)[:100],
        ]
        for each in found:
            _drop(each, now=now)
    return len(found)


def _drop(held: AffectedList, *, now: datetime) -> None:
    held.rows.filter(case__isnull=True).delete()
    held.state, held.ended_at = ListState.DROPPED, now
    held.save(update_fields=["state", "ended_at"])


def next_rows(
    most: int, *, list_id: int | None = None
) -> tuple[AffectedList, list[AffectedRow]] | None:
    """Lock a list that is being worked on and give its next rows, none when it is through.

    None when no list waits that nobody else holds. The caller is in a transaction.
    """
    waiting = AffectedList.objects.select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    ).select_related("started_by")
    found = waiting.filter(state=ListState.WORKING)
    held = (found.filter(pk=list_id) if list_id else found).order_by("pk").first()
    if held is None:
        return None
    return held, list(held.rows.filter(result="").order_by("number")[:most])


def facts_of_row(held: AffectedList, row: AffectedRow) -> CustomerFacts:
    """Whom a row names."""
    return CustomerFacts(
        source=held.source if row.external_id else "",
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        segment=row.segment,
    )


def settle_rows(
    held: AffectedList, ends: Mapping[int, RowEnd], rows: Sequence[AffectedRow]
) -> None:
    """Write what became of rows, by key, and forget whom they named. Three statements."""
    AffectedRow.objects.filter(pk__in=ends.keys()).update(**_NOBODY)
    for row in rows:
        end = ends[row.pk]
        row.result, row.case_id, row.refusal = end.result, end.case_id, end.refusal[:240]
    AffectedRow.objects.bulk_update(rows, ["result", "case", "refusal"])
    counts = Counter(end.result for end in ends.values())
    AffectedList.objects.filter(pk=held.pk).update(
        done=F("done") + len(rows),
        added=F("added") + counts[RowResult.ADDED],
        here=F("here") + counts[RowResult.HERE],
        refused=F("refused") + counts[RowResult.REFUSED],
    )


def finish_list(held: AffectedList, *, now: datetime) -> None:
    """Note that a locked list is through."""
    held.state, held.ended_at = ListState.DONE, now
    held.save(update_fields=["state", "ended_at"])
    _write_down(held, "failure.people_added", now)


def halt(held: AffectedList, *, now: datetime, because: Refusal | None = None) -> None:
    """Stop a locked list, by hand or because it cannot go on."""
    held.state, held.ended_at = ListState.STOPPED, now
    held.why = str(because)[:240] if because else ""
    held.save(update_fields=["state", "ended_at", "why"])
    _write_down(held, "failure.list_stopped", now)


def _write_down(held: AffectedList, verb: str, now: datetime) -> None:
    """The log holds counts alone."""
    actor = held.started_by or held.made_by
    record(
        stream=f"failure:{held.failure_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        failure_id=held.failure_id,
        public={
            "list": held.pk,
            "done": held.done,
            "total": held.total,
            "added": held.added,
            "here": held.here,
            "refused": held.refused,
        },
    )


def _permit(failure_id: int, actor: Person) -> None:
    """A list makes work for the desk of the failure: whoever works cases there may bring one."""
    desk = Failure.objects.filter(pk=failure_id).values_list("owning_department_id", flat=True)
    found = desk.first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such failure."))
    require(actor, Permission.CASE_WORK, department_id=found)


def _held(list_id: int, actor: Person) -> AffectedList:
    held = AffectedList.objects.select_for_update(no_key=True).filter(pk=list_id).first()
    if held is None:
        raise NotFound("not_found", gettext_noop("There is no such list."))
    _permit(held.failure_id, actor)
    return held


def _expect(held: AffectedList, *states: ListState) -> None:
    if held.state not in states:
        raise Conflict(
            "list_moved_on",
            gettext_noop("This list is “%(state)s” now, so that cannot be done with it."),
            state=ListState(held.state).word,
        )
