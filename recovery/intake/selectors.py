"""Open failures that look like what is being typed; what an import must know beforehand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from recovery.coordination.selectors import known_refs
from recovery.failures.models import Failure
from recovery.failures.selectors import reference_of
from recovery.org.selectors import departments

MOST_ALIKE = 3
LEAST_ALIKE = 0.34
LEAST_WORDS = 12
# Longer than this, the one thing both say drowns in what only one says.
MOST_COMPARED = 200
# The index of trigrams holds open failures only, so this stays fast when there are millions.
_ALIKE = """
SELECT failure_id, word_similarity(%(words)s, words) AS alike FROM failures_searchdoc
WHERE is_open AND %(words)s <%% words
ORDER BY alike DESC LIMIT 20
"""
_THRESHOLD = "SELECT set_config('pg_trgm.word_similarity_threshold', %(least)s, true)"
_SAME_SERVICE = """
SELECT id FROM failures_failure
WHERE upper(service_reference) = upper(%(service)s) AND service_reference <> ''
  AND status IN ('open', 'recovering', 'reopened') ORDER BY id DESC LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """An open failure that may be the same thing; `why` is "service" or "words"."""

    reference: str
    title: str
    people: int
    department: str
    detected_at: datetime
    why: str


def alike_open(words: str, service_reference: str) -> Sequence[Alike]:
    """Open failures of the same service, then those whose words are most alike; at most three."""
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        if service := service_reference.replace("\x00", "").strip():
            cursor.execute(_SAME_SERVICE, {"service": service})
            found |= {row[0]: "service" for row in cursor.fetchall()}
        text = words.replace("\x00", " ").strip()[:MOST_COMPARED]
        if len(text) >= LEAST_WORDS:
            cursor.execute(_THRESHOLD, {"least": str(LEAST_ALIKE)})
            cursor.execute(_ALIKE, {"words": text})
            found |= {row[0]: "words" for row in cursor.fetchall() if row[0] not in found}
    keys = list(found)[:MOST_ALIKE]
    rows = Failure.objects.select_related("owning_department").in_bulk(keys)
    return [
        Alike(
            reference=reference_of(key),
            title=rows[key].title,
            people=rows[key].affected_count,
            department=rows[key].owning_department.name,
            detected_at=rows[key].detected_at,
            why=found[key],
        )
        for key in keys
        if key in rows
    ]


def numbers_known(source: str, numbers: Collection[str]) -> set[str]:
    """Those of the numbers of `source` that have come in before."""
    found = known_refs({(source, number) for number in numbers})
    return {number for _, number in found}


def departments_by_slug() -> Mapping[str, int]:
    """The keys of all live departments by their slugs."""
    return {card.slug: key for key, card in departments().items()}
