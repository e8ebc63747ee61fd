"""The authority was told: what ends the clock of a law that waits for no verb on the case."""

from datetime import datetime

from django.db import transaction

from recovery.clocks.models import Clock
from recovery.clocks.policy import Moment
from recovery.clocks.selectors import LIVE, card_of
from recovery.clocks.services.writing import enter, news_of
from recovery.clocks.states import ClockKind, ClockVerb, MetBy
from recovery.events.services import record_many
from recovery.failures.models import WorkItem
from recovery.failures.services import lock_item, require_in_reach
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can


def waits_for_telling(clock: Clock) -> bool:
    """Whether a person says that this clock is met, because no verb on the case does."""
    card = card_of(clock.standard_id)
    is_law = clock.kind == ClockKind.REGULATORY and clock.state in LIVE
    return is_law and (card is None or card.met_by in {None, MetBy.TOLD})


def may_tell(person: Person, item: WorkItem) -> bool:
    """Whether `person` may say so for this case."""
    return can(person, Permission.CASE_WORK, item.department_id)


@transaction.atomic
def tell_authority(*, clock_id: int, words: str, actor: Person, now: datetime) -> Clock:
    """Write down that the authority was told, and how that can be proven; meets the clock.

    Raises NotFound out of reach, Conflict for a clock that waits for something else, Invalid
    without words.
    """
    found = Clock.objects.filter(pk=clock_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such clock."))
    require_in_reach(item_id=found.item_id, actor=actor)
    item = lock_item(found.item_id)
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock_id)
    if not waits_for_telling(clock):
        raise Conflict(
            "waits_for_else",
            gettext_noop("This clock has ended, or waits for a step on the case itself."),
        )
    if not words.strip():
        sentence = gettext_noop("Write how it was told, and what proves it.")
        raise Invalid("say_how", sentence, field="words")
    moment = Moment(ClockVerb.MEET, now, reason=words.strip())
    enter([clock], moment, actor_id=actor.pk)
    record_many([news_of(clock, item, "clock.told", actor_id=actor.pk, at=now)])
    return clock
