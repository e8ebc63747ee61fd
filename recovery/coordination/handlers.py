"""How one track's news reaches another: consumers of the log, each calling one verb."""

from datetime import datetime
from typing import TYPE_CHECKING

import staff.services as employee
from recovery.clocks.states import ClockKind
from recovery.coordination.selectors import screening_of
from recovery.coordination.services import follow_case, go_on_after_waiver, lapse_handover
from recovery.events.registry import consumer
from recovery.failures.states import TrackKind

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer(
    "coordination.care",
    verbs=frozenset({"failure.reported", "failure.unmerged", "track.changed"}),
)
def screen_for_care(event: "Event", now: datetime) -> None:
    """See that somebody asks which colleague was hit, where the employee track is required."""
    del now  # a late consumer changes no one's time to make the offer
    if event.failure_id is None:
        return
    if event.verb == "track.changed" and (
        event.public.get("track") != "employee" or event.public.get("state") != "waiting"
    ):
        return
    wanted = screening_of(event.failure_id)
    if wanted is not None:
        employee.screen(
            failure_id=event.failure_id,
            person_id=wanted.person_id,
            because=wanted.because,
            now=event.at,
        )


@consumer("coordination.handovers", verbs=frozenset({"clock.breached"}))
def pass_to_the_lead(event: "Event", now: datetime) -> None:
    """Give the lead what nobody accepted in time."""
    del now
    if event.item_id is not None and event.public.get("kind") == ClockKind.ACCEPT_HANDOVER:
        lapse_handover(clock_id=event.public["clock"], item_id=event.item_id, now=event.at)


@consumer("coordination.promises", verbs=frozenset({"case.handed_over"}))
def let_promises_follow(event: "Event", now: datetime) -> None:
    """Let the promises of a case go where it went: its old desk cannot read it any more."""
    del now
    if event.item_id is not None:
        follow_case(item_id=event.item_id, now=event.at)


@consumer("coordination.waivers", verbs=frozenset({"waiver.expired"}))
def go_on(event: "Event", now: datetime) -> None:
    """Let a track whose waiver has ended say again what its own cases say."""
    del now
    if event.failure_id is not None:
        go_on_after_waiver(
            failure_id=event.failure_id, kind=TrackKind(event.public["track"]), now=event.at
        )
