"""What a case went through with us, counted as it happens."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from cases.models import CustomerCase


def count_handovers(*, case_ids: Iterable[int]) -> None:
    """Count that cases changed desks, once for each time they are named; others are nobody's."""
    for case_id, times in sorted(Counter(case_ids).items()):
        CustomerCase.objects.filter(pk=case_id).update(
            handover_count=F("handover_count") + times
        )
