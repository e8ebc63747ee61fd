"""Whether a failure asks for somebody to look after colleagues, and whom if that is known."""

from dataclasses import dataclass

from recovery.failures.models import Failure, Track
from recovery.failures.policy import Flag
from recovery.failures.states import TrackKind, TrackState
from recovery.org.models import Person


@dataclass(frozen=True, slots=True)
class Screening:
    """Who is to be offered support, None while nobody is named; and the rule that says so."""

    person_id: int | None
    because: str


def screening_of(failure_id: int) -> Screening | None:
    """What is to be screened; None unless the employee track waits or is under way.

    After a hostile contact the one who reported it is the one who had it.
    """
    # Under way counts too: the readiness question may be answered before this is asked.
    wanted = Track.objects.filter(
        failure_id=failure_id,
        kind=TrackKind.EMPLOYEE,
        state__in=[TrackState.WAITING, TrackState.ACTIVE],
    )
    if not wanted.exists():
        return None
    failure = Failure.objects.select_related("reported_by").get(pk=failure_id)
    if Flag.HOSTILE_CONTACT in failure.flags:
        human = failure.reported_by.kind == Person.Kind.HUMAN
        return Screening(failure.reported_by_id if human else None, "hostile_contact")
    because = "staff_affected" if Flag.STAFF_AFFECTED in failure.flags else "rule"
    return Screening(None, because)
