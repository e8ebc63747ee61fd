"""Working through lists of affected people, in chunks, each for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.utils import DataError, IntegrityError

from cases.services.lists import RowEnd, facts_of_row, finish_list, halt, next_rows, settle_rows
from cases.states import RowResult
from recovery.coordination.services.affected import MOST_AT_ONCE, add_affected
from recovery.kernel.refusals import Busy, Conflict, Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from cases.models import AffectedList, AffectedRow

CHUNKS: Final = 20  # so that a task stays short: the next ring takes the rest


def work_lists(*, now: datetime, chunks: int = CHUNKS, list_id: int | None = None) -> int:
    """Give the next people of the lists that were started a case; returns how many rows.

    Several at once are harmless: each works on another list. With `list_id` on that one alone.
    """
    worked = 0
    for _ in range(chunks):
        done = _chunk(now, list_id)
        if done is None:
            break
        worked += done
    return worked


@transaction.atomic
def _chunk(now: datetime, list_id: int | None) -> int | None:
    """Work on the next rows of one list; None when nothing waits."""
    found = next_rows(MOST_AT_ONCE, list_id=list_id)
    if found is None:
        return None
    held, rows = found
    if not rows:
        finish_list(held, now=now)
        return 0
    try:
        ends = _added(held, rows, now=now)
    except (Conflict, NotAllowed, NotFound) as refusal:
        halt(held, now=now, because=refusal)
        return 0
    settle_rows(held, {row.pk: end for row, end in zip(rows, ends, strict=True)}, rows)
    return len(rows)


def _added(
    held: "AffectedList", rows: Sequence["AffectedRow"], *, now: datetime
) -> list[RowEnd]:
    """Add all at once; if the database refuses, one by one, so that a bad row costs itself."""
    assert held.started_by is not None, "the database has no list at work that nobody started"
    try:
        with transaction.atomic():
            found = add_affected(
                failure_id=held.failure_id,
                customers=[facts_of_row(held, row) for row in rows],
                actor=held.started_by,
                now=now,
            )
    except Busy:
        raise
    except (DataError, IntegrityError, Invalid) as error:
        if len(rows) == 1:
            return [RowEnd(RowResult.REFUSED, refusal=" ".join(str(error).split()))]
        return [end for row in rows for end in _added(held, [row], now=now)]
    return [
        RowEnd(RowResult.ADDED if each.is_new else RowResult.HERE, each.case_id)
        for each in found
    ]
