"""What follows for a case from what happened elsewhere in the log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cases.services import (
    count_handovers,
    fail_by_promise,
    fail_repeats,
    follow_merges,
    letter_undelivered,
)
from cases.services.surveys import ask_by_rule
from recovery.clocks.states import ClockKind
from recovery.escalation.states import TaskKind
from recovery.events.registry import consumer, consumer_of_many
from recovery.failures.states import TrackKind

if TYPE_CHECKING:
    from recovery.events.models import Event

# A log read from its start, years long, raises no alarm about what was long ago.
NEWS: Final = timedelta(days=30)


@consumer("cases.promises", verbs=frozenset({"clock.breached"}))
def mark_broken_promise(event: "Event", now: datetime) -> None:
    """A promise that was not kept in time is a recovery that failed as well."""
    del now  # it is broken since it fell due, however late that is noticed
    of_customer = event.stream.startswith(f"{TrackKind.CUSTOMER}:")
    if event.item_id is None or not of_customer:
        return
    if event.public.get("kind") == ClockKind.PROMISE:
        fail_by_promise(case_id=event.item_id, now=event.at)


@consumer("cases.letters", verbs=frozenset({"letter.undelivered"}))
def mark_undelivered(event: "Event", now: datetime) -> None:
    """Words that no mail server takes were never said."""
    del now  # they are unsaid since they were given up
    letter_undelivered(message_id=event.public["message"], now=event.at)


@consumer_of_many(
    "cases.repeats",
    verbs=frozenset(
        {"case.opened", "case.customer_named", "case.customer_merged", "failure.edited"}
    ),
)
def look_for_repeats(events: Sequence["Event"], now: datetime) -> None:
    """Whoever meets the same failure again: the owner hears of it before anybody asks."""
    follow_merges(case_ids={each.item_id for each in events if each.item_id is not None})
    news = [each for each in events if each.at > now - NEWS and not each.public.get("history")]
    fail_repeats(
        opened={each.item_id: each.at for each in news if each.item_id is not None},
        renamed={
            each.failure_id: each.at
            for each in news
            if each.failure_id is not None and "mode_id" in each.public.get("fields", ())
        },
    )


@consumer_of_many("cases.handovers", verbs=frozenset({"case.handed_over"}))
def count_desks(events: Sequence["Event"], now: datetime) -> None:
    """A case that changes desks counts it, so that it is seen how often somebody was sent on."""
    del now  # a count has no time
    count_handovers(case_ids=[event.item_id for event in events if event.item_id])


@consumer("cases.surveys", verbs=frozenset({"task.opened"}))
def ask_how_we_did(event: "Event", now: datetime) -> None:
    """What a rule has planned as a survey is sent by itself where it can be."""
    del now  # the rule said when
    of_customer = event.stream.startswith(f"{TrackKind.CUSTOMER}:")
    if event.item_id is None or not of_customer or event.public.get("kind") != TaskKind.SURVEY:
        return
    ask_by_rule(case_id=event.item_id, task_id=event.public["task"], now=event.at)
