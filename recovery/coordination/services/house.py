"""What time alone brings about: waivers end, silence ends cases, old answers are forgotten."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

import cases.services.tracks as customer
import processes.services.tracks as process
import staff.services.care as employee
from cases.services import end_silent, forget_lists
from recovery.clocks.services import end_long_pauses
from recovery.coordination.models import Submission
from recovery.coordination.services.away import pass_on
from recovery.failures.services import expire_waivers, lock_failure
from recovery.failures.states import TrackKind
from recovery.org.selectors import system_person

ANSWERS_KEPT: Final = timedelta(days=7)
FORGOTTEN_AT_ONCE: Final = 1000


def keep_house(*, now: datetime) -> int:
    """Do all that is due by `now`; returns how many things changed. Twice changes nothing."""
    changed = expire_waivers(now=now) + end_silent(now=now) + end_long_pauses(now=now)
    changed += pass_on(now=now) + forget_lists(now=now)
    old = Submission.objects.filter(at__lt=now - ANSWERS_KEPT).values("pk")[:FORGOTTEN_AT_ONCE]
    return changed + Submission.objects.filter(pk__in=old).delete()[0]


@transaction.atomic
def go_on_after_waiver(*, failure_id: int, kind: TrackKind, now: datetime) -> None:
    """Have a track report itself again: its work may have gone on, or ended, while waived."""
    lock_failure(failure_id)
    system = system_person().pk
    if kind is TrackKind.CUSTOMER:
        customer.report(failure_id, now, system)
    elif kind is TrackKind.PROCESS:
        process.report([failure_id], at=now, actor_id=system)
    else:
        employee.report(failure_id=failure_id, at=now)
