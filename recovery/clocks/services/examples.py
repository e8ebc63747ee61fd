"""Taking over an example of a standard: it becomes a draft, never more."""

from datetime import datetime, timedelta
from typing import Final

from recovery.clocks.models import StandardVersion
from recovery.clocks.policy.drafts import StandardDraft
from recovery.clocks.selectors.examples import example_of
from recovery.clocks.services.standards import add_standard
from recovery.org.models import Person

LOOKED_AT_WITHIN: Final = timedelta(days=30)


def take_over(*, key: str, actor: Person, now: datetime) -> StandardVersion:
    """Make a draft of an example, looked after by whoever takes it over.

    Raises NotFound, and Invalid while a standard of this name is in use.
    """
    found = example_of(key)
    every = (1, 2, 3, 4)
    return add_standard(
        name=found.name,
        kind=found.kind,
        law=found.law,
        authority=found.authority,
        draft=StandardDraft(
            words=found.words,
            targets=dict.fromkeys(every, found.seconds),
            around_clock=every if found.is_always else (),
            remedy=found.remedy,
            jurisdiction=found.jurisdiction,
            source=found.source,
            counts=found.counts,
            days=found.days,
            country=found.country,
            begins=found.begins,
            met_by=found.met_by,
            owner_id=actor.pk,
            verify_by=(now + LOOKED_AT_WITHIN).date(),
        ),
        actor=actor,
        now=now,
    )
