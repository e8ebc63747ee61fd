"""Steps that several acceptance scenarios share."""

from cases import services
from recovery.clocks.models import Clock
from recovery.failures.services import report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from tests.factories import NOON


def end_track(failure, kind, end=TrackEnd.OK):
    report_track(
        failure_id=failure.pk,
        kind=kind,
        state=TrackState.ENDED,
        end=end,
        at=NOON,
        actor_id=failure.reported_by_id,
    )


def others_done(failure):
    end_track(failure, TrackKind.PROCESS, TrackEnd.POOLED)
    end_track(failure, TrackKind.EMPLOYEE)


def acknowledge(case, desk, at=NOON, channel="phone"):
    services.acknowledge(
        case_id=case.pk,
        words="Your flight is cancelled. The next one leaves at 18:40 and has your seat.",
        channel=channel,
        actor=desk.handler,
        now=at,
    )


def clock_states(case, kind):
    clocks = Clock.objects.filter(item_id=case.pk, kind=kind).order_by("instance")
    return list(clocks.values_list("state", flat=True))
