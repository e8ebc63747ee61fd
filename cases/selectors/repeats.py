"""The same customer meeting the same failure again."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from cases.models import CustomerCase
from cases.policy import LOOK_BACK_DAYS

# On one day it is rather one failure that was logged twice, unless the services differ.
EARLIER: Final = """
SELECT DISTINCT ON (again.item_id) again.item_id, first.item_id
FROM cases_customercase again
JOIN failures_failure later ON later.id = again.failure_id
JOIN cases_customercase first ON first.customer_id = again.customer_id
JOIN failures_workitem header ON header.id = first.item_id AND header.state <> 'merged'
JOIN failures_failure earlier ON earlier.id = first.failure_id
  AND earlier.id <> later.id AND earlier.mode_id = later.mode_id
WHERE again.item_id = ANY(%(cases)s)
  AND earlier.status NOT IN ('merged', 'void')
  AND (earlier.detected_at, earlier.id) < (later.detected_at, later.id)
  AND earlier.detected_at >= later.detected_at - make_interval(days => %(days)s)
  AND NOT (earlier.day = later.day
    AND ('' IN (earlier.service_reference, later.service_reference)
      OR upper(earlier.service_reference) = upper(later.service_reference)))
ORDER BY again.item_id, earlier.detected_at DESC, earlier.id DESC
"""


def earlier_alike(case_ids: Collection[int]) -> dict[int, int]:
    """Which of these cases repeats an earlier one of the last year, and which; one query."""
    if not case_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, {"cases": list(case_ids), "days": LOOK_BACK_DAYS})
        return dict(cursor.fetchall())


def open_cases_of(failure_ids: Collection[int]) -> list[tuple[int, int]]:
    """The open cases of these failures, each with its failure; no query for none."""
    if not failure_ids:
        return []
    found = CustomerCase.objects.filter(failure_id__in=list(failure_ids), ended_at=None)
    return list(found.values_list("pk", "failure_id"))
