"""Raising a case by hand, and stepping it down: with a reason, and telling each person once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from recovery.escalation.models import LevelChange
from recovery.escalation.policy import people_for
from recovery.escalation.selectors import roster_of, stands_at_tier
from recovery.escalation.services.telling import PATHS
from recovery.escalation.states import (
    HIGHEST,
    TIER_TELLS,
    LowerReason,
    RaiseReason,
    Tells,
)
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.services import change_item, lock_item, require_in_reach
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person

MOST_WORDS = 500


@transaction.atomic
def escalate(
    *,
    item_id: int,
    to_level: int,
    reason: RaiseReason,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> LevelChange:
    """Raise an open case to a tier above its own and tell that tier's people.

    Raises Invalid for a tier that is not above, for no words, and where nobody but the actor
    would hear of it; Conflict for a case that has ended.
    """
    item = _held(item_id, actor, expected_version)
    _require_words(words)
    if not item.level < to_level <= HIGHEST:
        raise Invalid(
            "not_above",
            gettext_noop("Choose a tier above the present one, %(level)s, up to %(highest)s."),
            field="to_level",
            level=item.level,
            highest=HIGHEST,
        )
    told = _others(item, TIER_TELLS[to_level], actor)
    if not told:
        raise Invalid(
            "nobody_there",
            gettext_noop(
                "Nobody but you would hear of it there. Choose another tier, or have a lead named."
            ),
            field="to_level",
        )
    return _change(
        item, to_level, reason=reason.value, words=words, told=told, actor=actor, now=now
    )


@transaction.atomic
def step_down(
    *,
    item_id: int,
    to_level: int,
    reason: LowerReason,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> LevelChange:
    """Bring an open case down to a tier below its own and tell who has it there.

    By those who work the case, and those it has risen to: of its tier's circle. Raises Invalid
    for a tier that is not below and for no words; Conflict for an ended case.
    """
    risen = WorkItem.objects.filter(pk=item_id).first()
    has_it = risen is not None and stands_at_tier(actor, risen)
    item = _held(item_id, actor, expected_version, has_it=has_it)
    _require_words(words)
    if not 0 <= to_level < item.level:
        raise Invalid(
            "not_below",
            gettext_noop("Choose a tier below the present one, %(level)s."),
            field="to_level",
            level=item.level,
        )
    told = _others(item, TIER_TELLS.get(to_level, Tells.OWNER), actor)
    return _change(
        item, to_level, reason=reason.value, words=words, told=told, actor=actor, now=now
    )


def _held(
    item_id: int, actor: Person, expected_version: int | None, *, has_it: bool = False
) -> WorkItem:
    if not has_it:
        require_in_reach(item_id=item_id, actor=actor)
    item = lock_item(item_id, expected_version=expected_version)
    if item.closed_at is not None:
        raise Conflict("ended", gettext_noop("This case has ended. Reopen it first."))
    return item


def _require_words(words: str) -> None:
    if not words.strip():
        raise Invalid(
            "say_why", gettext_noop("Say in a sentence what is needed."), field="words"
        )


def _others(item: WorkItem, tells: Tells, actor: Person) -> list[int]:
    """The tier's people without the one who does it, who knows; the next wider circle if need be."""
    roster = replace(roster_of(item), owner_id=actor.pk)
    return [key for key in people_for(tells, roster) if key != actor.pk]


def _change(
    item: WorkItem,
    to_level: int,
    *,
    reason: str,
    words: str,
    told: Sequence[int],
    actor: Person,
    now: datetime,
) -> LevelChange:
    change = LevelChange.objects.create(
        item=item, from_level=item.level, to_level=to_level, reason=reason,
        words=words.strip()[:MOST_WORDS], by=actor, at=now, told=list(told),
    )  # fmt: skip
    verb = "escalation.raised" if to_level > item.level else "escalation.stepped_down"
    record(
        stream=f"{item.kind}:{item.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={"from": item.level, "to": to_level, "reason": reason, "change": change.pk},
    )
    change_item(item, level=to_level)
    _tell(change, item, verb=verb)
    return change


def _tell(change: LevelChange, item: WorkItem, *, verb: str) -> None:
    reference = item_reference(item.kind, item.pk)
    up = change.to_level > change.from_level
    words = _("%(reference)s: raised to you") if up else _("%(reference)s: back with you")
    reason = RaiseReason(change.reason) if up else LowerReason(change.reason)
    tell(
        person_ids=change.told or [],
        kind=verb,
        subject=words % {"reference": reference},
        lines=[
            _("Tier %(tier)s, because %(reason)s.")
            % {"tier": change.to_level, "reason": _(reason.word)},
            _("What was written about it stands on its page."),
        ],
        path=PATHS[TrackKind(item.kind)].format(reference),
        dedupe_key=f"level:{change.pk}",
        at=change.at,
        urgent=item.priority == 1 or reason is RaiseReason.SAFETY,
        personal=True,  # somebody asked for them: a mute is not meant for that
    )
