"""The sweep of rules: firings whose time has come, and cases that grow old or lie still.

Each case has one row that says when it must be looked at again, so that a hundred thousand open
cases cost nothing between their looks. Doing it twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from recovery.escalation.models import Watch
from recovery.escalation.policy.triggers import BY_TIME, ELSEWHERE, RuleCard
from recovery.escalation.selectors import rules
from recovery.escalation.services.setting_off import Cue, tell_fired, write_firings
from recovery.escalation.states import Trigger
from recovery.kernel.hours import Schedule
from recovery.org.selectors import calendar_of, schedule_of, system_person

AT_ONCE: Final = 500
BATCHES: Final = 20
SELDOM: Final = timedelta(days=30)  # with nothing to wait for, a look now and then suffices

FIRE: Final = """
WITH due AS (
  SELECT id FROM escalation_rulefiring WHERE state = 'waiting' AND due_at <= %s
  ORDER BY due_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE escalation_rulefiring AS firing SET state = 'fired' FROM due
WHERE firing.id = due.id RETURNING firing.id, firing.item_id
"""
# The index of streams gives a case's own entries; its last one by a person is seldom far back.
LOOK: Final = """
SELECT watch.item_id, item.kind, item.department_id, item.opened_at, item.closed_at,
       item.waiting_for, act.id, act.at
FROM escalation_watch AS watch
JOIN failures_workitem AS item ON item.id = watch.item_id
LEFT JOIN LATERAL (
  SELECT event.id, event.at FROM events_event AS event
  WHERE event.stream = item.kind || ':' || item.id AND event.actor_id <> %s
  ORDER BY event.id DESC LIMIT 1
) AS act ON true
WHERE watch.look_at <= %s ORDER BY watch.look_at, watch.item_id LIMIT %s
FOR NO KEY UPDATE OF watch SKIP LOCKED
"""
LATER: Final = """
UPDATE escalation_watch AS watch SET look_at = seen.look_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS seen(item_id, look_at)
WHERE watch.item_id = seen.item_id
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """An open case as rules of time see it, with the last thing a person did, if any did."""

    item_id: int
    kind: str
    department_id: int | None
    opened_at: datetime
    closed_at: datetime | None
    waiting_for: str
    act_id: int | None
    act_at: datetime | None


def sweep_rules(now: datetime) -> int:
    """Fire what has waited long enough and look at the cases due for a look; how many firings."""
    fired = 0
    for _ in range(BATCHES):
        found = _fire(now)
        fired += found
        if found < AT_ONCE:
            break
    for _ in range(BATCHES):
        looked, written = _look(now)
        fired += written
        if looked < AT_ONCE:
            break
    return fired


@transaction.atomic
def _fire(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FIRE, [now, AT_ONCE])
        found = cursor.fetchall()
    tell_fired(sorted(found), now)
    return len(found)


@transaction.atomic
def _look(now: datetime) -> tuple[int, int]:
    """Look at one batch: how many cases, how many firings."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [system_person().pk, now, AT_ONCE])
        seen = [Seen(*line) for line in cursor.fetchall()]
        if not seen:
            return 0, 0
        Watch.objects.filter(
            item_id__in=[each.item_id for each in seen if each.closed_at]
        ).delete()
        watched = [each for each in seen if not each.closed_at]
        cues, looks = _judge(watched, now)
        cursor.execute(LATER, [[each.item_id for each in watched], looks])
    return len(seen), write_firings(cues, now)


def _judge(watched: Sequence[Seen], now: datetime) -> tuple[list[Cue], list[datetime]]:
    """What is reached by each case, and when to look at each again."""
    known = [rule for rule in rules().values() if rule.trigger in BY_TIME]
    cues: list[Cue] = []
    looks: list[datetime] = []
    for each in watched:
        hours = schedule_of(calendar_of(each.department_id))
        next_look = now + SELDOM
        for rule in known:
            if each.kind not in rule.card.tracks:
                continue
            reached, look_at = _reached(rule, each, hours, now=now)
            cues += reached
            next_look = min(next_look, look_at or next_look)
        looks.append(next_look)
    return cues, looks


def _reached(
    rule: RuleCard, seen: Seen, hours: Schedule, *, now: datetime
) -> tuple[list[Cue], datetime | None]:
    """The repeats of one rule a case has reached while the rule held, and when to look again.

    What was passed before the rule came is left alone. Whoever waits for somebody outside does
    not lie still.
    """
    lies_still = rule.trigger is Trigger.INACTIVE
    begun = max(seen.act_at or seen.opened_at, seen.opened_at) if lies_still else seen.opened_at
    cue = Cue(rule, seen.item_id, (seen.act_id or 0) if lies_still else 0, begun)
    times = rule.times(begun, hours)
    reached = [
        number for number, at in enumerate(times, start=1) if at <= now and rule.holds_at(at)
    ]
    coming = [at for at in times if at > now]
    if lies_still:
        # Something may be done just after this look, and nothing from then on.
        coming.append(rule.times(now, hours)[0])
        reached = [] if seen.waiting_for in ELSEWHERE else reached
    return [replace(cue, number=number) for number in reached], min(coming, default=None)
