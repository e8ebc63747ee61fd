"""A message to many before it goes out: whom it would reach, and how three of them would read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.models import CustomerCase
from cases.selectors import letter_address
from cases.services.giving_many import may_give_all
from cases.services.outreach import amounts_for, silent_people
from cases.services.wording import Wording, check_wording, filled
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

READ_AS: Final = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """The message as one real person would read it; `address` "" means somebody calls them."""

    case: CustomerCase
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What sending it would do: how many people, their sum in minor units, whether it waits."""

    people: int
    no_address: int
    sum_minor: int
    waits: bool
    samples: Sequence[Sample]


def try_outreach(
    *,
    failure_id: int,
    wording: Wording,
    case_ids: Collection[int] | None = None,
    actor: Person,
    now: datetime,
) -> Trial:
    """Try a message; nothing is written or sent. Refuses as begin_outreach does."""
    check_wording(wording, now=now)
    people = list(
        silent_people(actor, failure_id, case_ids).select_related("customer", "item", "failure")
    )
    if not people:
        raise Invalid("nobody", gettext_noop("Everybody chosen has been told already."))
    amounts = amounts_for(wording, [each.pk for each in people])
    addresses = {each.pk: letter_address(each) for each in people}
    # Those with an address first: theirs is what really goes out.
    shown = sorted(people, key=lambda each: not addresses[each.pk])[:READ_AS]
    return Trial(
        people=len(people),
        no_address=sum(not address for address in addresses.values()),
        sum_minor=sum(amounts.values()),
        waits=not may_give_all(
            wording.gift,
            amounts.values(),
            person=actor,
            desk_id=people[0].failure.owning_department_id,
            now=now,
        ),
        samples=[
            Sample(each, addresses[each.pk], filled(wording, each.customer, amounts[each.pk]))
            for each in shown
        ],
    )
