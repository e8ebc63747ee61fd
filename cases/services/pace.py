"""The pace of words: until the next one while it is our turn, and until the answer in full."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from cases.states import CaseState
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind

S = CaseState
OURS: Final = frozenset({S.ACKNOWLEDGED, S.ASSESSED, S.INVESTIGATING, S.REJECTED, S.ACCEPTED})
ANSWERED: Final = frozenset({S.OFFERED, S.ACCEPTED, S.REMEDIED, S.CONFIRMING})
# What stands still while the customer is to act.
HELD_MEANWHILE: Final = (ClockKind.RESPOND, ClockKind.RESOLVE)
# What our first words make us owe.
AFTER_FIRST: Final = (ClockKind.RESPOND, ClockKind.NEXT_UPDATE)
_NEXT: Final = (ClockKind.NEXT_UPDATE,)
_FULL: Final = (ClockKind.RESPOND,)
del S


def keep_pace(
    item_id: int, was: str, now_is: str, *, spoke: bool, at: datetime, actor_id: int
) -> None:
    """Let the clocks of words follow a verb that led from state `was` to `now_is`.

    `spoke`: a person's words reached the customer. An offer, what is given and what is asked
    tell the customer how it stands as well; an ended case has no clocks left.
    """
    if was not in ANSWERED and now_is in ANSWERED:
        clocks.meet(item_id=item_id, kinds=_FULL, at=at, actor_id=actor_id)
    ours = now_is in OURS
    if spoke or (was in OURS and not ours):
        clocks.meet(item_id=item_id, kinds=_NEXT, at=at, actor_id=actor_id)
    if ours and (spoke or was not in OURS):
        clocks.start(item_id=item_id, kind=ClockKind.NEXT_UPDATE, at=at, actor_id=actor_id)


def take_back(
    item_id: int, kinds: Collection[ClockKind], *, at: datetime, actor_id: int
) -> None:
    """End what was owed because of words that never arrived."""
    clocks.cancel(item_id=item_id, kinds=kinds, at=at, actor_id=actor_id, reason="bounced")
