"""Verbs on promises as the tests say them."""

from datetime import timedelta

from recovery.clocks import services
from recovery.clocks.models import Clock
from recovery.escalation.services import sweep
from recovery.events.models import ParkedEvent
from recovery.events.services import pump
from tests.factories import NOON

HOUR = timedelta(hours=1)
CALL = "We call you back about the bag."


def promise(item, actor, **given):
    """A call back in two hours, which the desk of the case answers for."""
    facts = {"desk_id": item.department_id, "holder_id": actor.pk} | given
    return services.make_promise(
        item_id=item.pk, actor=actor,
        **({"words": CALL, "due_at": NOON + 2 * HOUR, "now": NOON} | facts),
    )  # fmt: skip


def keep(made, actor, now=NOON + HOUR, words="Called, she knows."):
    return services.keep_promise(promise_id=made.pk, words=words, actor=actor, now=now)


def release(made, actor, now=NOON + HOUR, words="It has turned up, she says."):
    return services.release_promise(promise_id=made.pk, words=words, actor=actor, now=now)


def agree(
    made, actor, due_at=NOON + 4 * HOUR, now=NOON + HOUR, words="Four is fine, she says."
):
    return services.renegotiate_promise(
        promise_id=made.pk, due_at=due_at, words=words, actor=actor, now=now
    )


def clock_of(made):
    return Clock.objects.get(pk=made.clock_id)


def run(now):
    """What the sweep and the log's consumers do by then."""
    sweep(now)
    pump(now)
    assert not ParkedEvent.objects.exists()
