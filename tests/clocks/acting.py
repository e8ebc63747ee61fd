"""Verbs on clocks as the tests say them."""

from datetime import timedelta

from recovery.clocks import services
from recovery.clocks.states import ClockKind
from recovery.events.services import pump
from recovery.failures.services import raise_priority
from tests.factories import NOON

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
K = ClockKind


def start(item, actor, kind=K.RESOLVE, at=NOON):
    return services.start(item_id=item.pk, kind=kind, at=at, actor_id=actor.pk)


def extend(clock, actor, now=NOON + HOUR, **given):
    return services.extend(
        clock_id=clock.pk, actor=actor, now=now, **({"reason": "Ferry strike"} | given)
    )


def by_law(item, law, actor, at=NOON):
    return services.start_regulatory(
        item_id=item.pk, standard_id=law.pk, from_at=at, actor_id=actor.pk
    )


def hold(item, actor, at, *kinds):
    return services.pause(
        item_id=item.pk, kinds=kinds or [K.RESOLVE], at=at, actor_id=actor.pk, reason="customer"
    )


def reprioritise(item, actor, priority, at):
    raise_priority(
        failure_id=item.failure_id, priority=priority, reason="Frail", actor=actor, now=at
    )
    pump(at)
