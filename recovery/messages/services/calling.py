"""Webhooks: lined up from the log, once; sent to each address at its own pace.

An address is asked by one caller at a time. One that fails or hangs is left alone for a while, so
it costs its own letters a delay and nobody else's.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from standardwebhooks import Webhook

from recovery.events.wake import wake
from recovery.kernel import rows
from recovery.messages.channels.webhook import post
from recovery.messages.models import Endpoint, Message
from recovery.messages.policy import references_in, rest_after, topic_of
from recovery.messages.services.delivering import write_down
from recovery.messages.services.endpoints import secret_of
from recovery.messages.services.telling import STALE_AFTER

if TYPE_CHECKING:
    from recovery.events.models import Event

log = structlog.get_logger(__name__)

CALLERS: Final = 8
CALLED_AT_ONCE: Final = 20
BUDGET: Final = 10.0  # seconds for one address in one round
LEASE: Final = timedelta(minutes=2)
TASK: Final = "recovery.messages.tasks.call"


@dataclass(frozen=True, slots=True)
class Call:
    """Letters leased for one address. Plain values: threads have no business in the database."""

    endpoint_id: int
    url: str
    secret: str
    letters: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; `error` None means that it was taken."""

    letter: Message
    error: Exception | None


def line_up(*, events: Sequence["Event"], now: datetime) -> int:
    """Write a delivery of each event for each address that wants to hear of it; how many.

    What leaves are verbs, references, codes and times: the public half of an event, and of those
    named persons alone may read, nothing.
    """
    wanted = list(Endpoint.objects.all())
    found = [
        _row(endpoint, event, now)
        for event in events
        if wanted and event.audience != "named" and not event.public.get("history")
        for endpoint in wanted
        if event.recorded_at > endpoint.made_at
        and topic_of(event.stream, event.verb) in endpoint.topics
    ]
    if not found:
        return 0
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor, Message, found, on_conflict="(dedupe_key) DO NOTHING", returning=["id"]
        )
    transaction.on_commit(ring)
    return len(written)


def ring() -> None:
    """Have what is lined up sent now instead of at the next beat."""
    wake("default", task=TASK)


def _row(endpoint: Endpoint, event: "Event", now: datetime) -> dict[str, Any]:
    about = references_in(event.stream, event.failure_id)
    data = about | {"event": event.pk, "position": event.position, "facts": event.public}
    return {
        "recipient_id": endpoint.owner_id,
        "channel": Message.Channel.WEBHOOK.value,
        "kind": event.verb,
        "subject": " ".join([event.verb, *about.values()]),
        "lines": [],
        "endpoint_id": endpoint.pk,
        "body": {"type": event.verb, "timestamp": event.at.isoformat(), "data": data},
        "dedupe_key": f"webhook:{endpoint.pk}:{event.pk}",
        "created_at": now,
        "due_at": now,
        "next_try_at": now,
        "expires_at": now + STALE_AFTER,
    }


def call_endpoints(now: datetime) -> int:
    """Send what is due to every address that is free, all at once; how many were taken."""
    calls = [call for key in _waiting(now) if (call := _lease(key, now))]
    if not calls:
        return 0
    taken = 0
    with ThreadPoolExecutor(max_workers=min(CALLERS, len(calls))) as callers:
        running = {callers.submit(_speak, call, now): call for call in calls}
        for done in as_completed(running):
            taken += _settle(running[done], done.result(), now)
    return taken


def _waiting(now: datetime) -> list[int]:
    due = Message.objects.filter(
        state=Message.State.QUEUED, next_try_at__lte=now, channel=Message.Channel.WEBHOOK
    )
    return sorted(due.values_list("endpoint_id", flat=True).distinct())


@transaction.atomic
def _lease(endpoint_id: int, now: datetime) -> Call | None:
    """Take an address and its first letters, unless somebody has it or it rests."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    awake = Q(rests_until__isnull=True) | Q(rests_until__lte=now)
    found = Endpoint.objects.select_for_update(skip_locked=True, of=("self",))
    mine = found.filter(free & awake, pk=endpoint_id, active=True).first()
    if mine is None:
        return None
    due = Message.objects.select_for_update(skip_locked=True).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gte=now),
        free,
        endpoint=mine,
        state=Message.State.QUEUED,
        next_try_at__lte=now,
    )
    letters = list(due.order_by("next_try_at", "id")[:CALLED_AT_ONCE])
    if not letters:
        return None
    until = now + LEASE
    Message.objects.filter(pk__in=[each.pk for each in letters]).update(leased_until=until)
    Endpoint.objects.filter(pk=mine.pk).update(leased_until=until)
    return Call(mine.pk, mine.url, secret_of(mine), letters)


def _speak(call: Call, now: datetime) -> list[Outcome]:
    """Send the letters in turn until one fails or the time is up. Runs in a thread."""
    began, found = time.monotonic(), list[Outcome]()
    for letter in call.letters:
        if time.monotonic() - began > BUDGET:
            break
        try:
            _post(call, letter, now)
        except Exception as error:
            found.append(Outcome(letter, error))
            break
        found.append(Outcome(letter, None))
    return found


def _post(call: Call, letter: Message, now: datetime) -> None:
    body = json.dumps(letter.body, separators=(",", ":"))
    at, name = now.astimezone(UTC), f"msg_{letter.pk}"  # the same at every try
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Recovery",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(call.secret).sign(name, at, body),
    }
    post(call.url, body.encode(), headers, private=settings.WEBHOOKS_PRIVATE)


@transaction.atomic
def _settle(call: Call, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Keep what became of each letter, give back the others, and let a failing address rest."""
    for each in outcomes:
        write_down(each.letter, now, each.error)
    left = [each.pk for each in call.letters[len(outcomes) :]]
    Message.objects.filter(pk__in=left).update(leased_until=None)
    failed = [each for each in outcomes if each.error is not None]
    mine = Endpoint.objects.filter(pk=call.endpoint_id)
    if failed:
        log.warning("webhook not taken", endpoint=call.endpoint_id, error=str(failed[0].error))
        before = mine.values_list("failures", flat=True).first() or 0
        mine.update(
            failures=F("failures") + 1, leased_until=None, rests_until=now + rest_after(before)
        )
    else:
        mine.update(failures=0, leased_until=None, rests_until=None)
    return len(outcomes) - len(failed)
