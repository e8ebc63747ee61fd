"""The one report of the employee track to the spine: care was offered, and we are readier.

Nothing else leaves this app. Answers, support and referral never come here.
"""

from datetime import datetime

from recovery.failures.services import report_milestone, report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.org.selectors import system_person
from staff.models import EmployeeCase
from staff.policy import CareView, care_given_at, employee_track
from staff.selectors import readiness_of, track_of


def report(*, failure_id: int, at: datetime, actor_id: int | None = None) -> None:
    """Tell the spine how far the employee track is. The failure is locked.

    Without an actor it speaks as the system, so that the timeline does not name the supporter.
    What was reported as done is never taken back: a colleague who is found or asks later is
    looked after all the same, and nobody can tell from outside that there was one.
    """
    track = track_of(failure_id)
    if track is None or track.state == TrackState.NOT_REQUIRED or track.end == TrackEnd.OK:
        return
    cared_at = care_given_at(_cares(failure_id))
    if cared_at is not None:
        report_milestone(failure_id=failure_id, name="care_offered_at", at=cared_at)
    readiness = readiness_of(failure_id)
    state, end = employee_track(
        cared=cared_at is not None,
        readiness=readiness.view if readiness else None,
        severity=track.failure.severity,
    )
    report_track(
        failure_id=failure_id,
        kind=TrackKind.EMPLOYEE,
        state=state,
        end=end,
        at=at,
        actor_id=system_person().pk if actor_id is None else actor_id,
    )


def _cares(failure_id: int) -> list[CareView]:
    rows = EmployeeCase.objects.filter(failure_id=failure_id).screened()
    return [
        CareView(state, offered_at, ended_at)
        for state, offered_at, ended_at in rows.values_list("state", "offered_at", "ended_at")
    ]
