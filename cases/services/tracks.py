"""What the customer cases of a failure say together, written down to the failure."""

from datetime import datetime

from django.db.models import Count, F, Q

from cases.models import CustomerCase
from cases.policy import track_of
from cases.states import CASE, CaseState
from recovery.failures.models import Failure
from recovery.failures.services import report_people, report_track
from recovery.failures.states import TrackEnd, TrackKind


def report(failure_id: int, at: datetime, actor_id: int) -> None:
    """Count people and state of the customer track anew and report both.

    The failure must be locked, and this must be a statement of its own after that lock: two
    last cases that end at once see each other only so. Three statements and what changes.
    """
    rows = (
        CustomerCase.objects.filter(failure_id=failure_id)
        .values(state=F("item__state"))
        .annotate(
            cases=Count("pk"),
            reached=Count("acknowledged_at"),
            again=Count("pk", filter=Q(reopened_count__gt=0)),
        )
        .order_by()
    )
    cases = {row["state"]: row["cases"] for row in rows if row["state"] != CaseState.MERGED}
    known = Failure.objects.values_list("affected_count", flat=True).get(pk=failure_id)
    report_people(
        failure_id=failure_id,
        # More people may be known to be affected than have a case yet.
        affected=max(known, sum(cases.values())),
        contacted=sum(row["reached"] for row in rows if row["state"] in cases),
        made_whole=sum(n for state, n in cases.items() if CASE.end_of(state) == TrackEnd.OK),
    )
    found = track_of(cases, reopened=any(row["again"] for row in rows))
    if found is not None:
        state, end = found
        report_track(
            failure_id=failure_id,
            kind=TrackKind.CUSTOMER,
            state=state,
            end=end,
            at=at,
            actor_id=actor_id,
        )
