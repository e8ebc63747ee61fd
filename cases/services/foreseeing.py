"""What adding a list of affected people would do, before anybody has a case."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final

from django.db import connection

from cases.selectors.joining import case_ids_among
from cases.services.recognising import CustomerFacts, Identity, identity_of, recognise
from recovery.kernel.rows import Batch

LOOKED_THROUGH: Final = 100  # people at once


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line: who it names and what they are due in minor units, or why it cannot be read."""

    number: int
    who: CustomerFacts | None = None
    amount_minor: int | None = None
    refusal: str = ""


def foresee(failure_id: int, rows: Sequence[ListRow]) -> dict[str, int]:
    """Count people new to us, known, doubled in the list, with a case here, and bad rows."""
    counts = Counter(bad=sum(row.who is None for row in rows))
    seen: set[object] = set()
    good = [row.who for row in rows if row.who]
    with connection.cursor() as cursor:
        for people in batched(good, LOOKED_THROUGH):
            # Keys below zero are nobody's: the batch is never written.
            fresh = range(-1, -len(people) - 1, -1)
            keys = recognise(cursor, Batch(), people, fresh_ids=fresh)
            here = case_ids_among(failure_id, [key for key in keys if key > 0])
            known_now: set[int] = set()
            for key, each in zip(keys, people, strict=True):
                mark = key if key > 0 else _strongest(identity_of(each))
                is_double = mark in seen or key in known_now
                known_now.add(key)
                seen.add(mark)
                kind = "here" if key in here else "known" if key > 0 else "new"
                counts["doubled" if is_double else kind] += 1
    return dict(counts)


def _strongest(identity: Identity) -> object:
    """What a person new to us is told from others by; someone with a name alone is like nobody."""
    return identity.number or identity.email or identity.phone or object()
