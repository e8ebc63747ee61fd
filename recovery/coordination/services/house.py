"""What time alone brings about: waivers end, silence ends cases, old answers are forgotten."""

from datetime import datetime, timedelta
from typing import Final

from cases.services import end_long_waits, end_silent
from recovery.coordination.models import Submission
from recovery.failures.services import expire_waivers

ANSWERS_KEPT: Final = timedelta(days=7)
FORGOTTEN_AT_ONCE: Final = 1000


def keep_house(*, now: datetime) -> int:
    """Do all that is due by `now`; returns how many things changed. Twice changes nothing."""
    changed = expire_waivers(now=now) + end_silent(now=now) + end_long_waits(now=now)
    old = Submission.objects.filter(at__lt=now - ANSWERS_KEPT).values("pk")[:FORGOTTEN_AT_ONCE]
    return changed + Submission.objects.filter(pk__in=old).delete()[0]
