"""People on a case, and the warning before anything is told or paid to who has no mandate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Party
from cases.policy.mandates import ASKED_FOR_A_MANDATE, may_act
from cases.states import PartyRole

TELLING = frozenset({"acknowledge", "write", "wait", "ask", "contact", "promise", "final-no"})
PAYING = frozenset({"offer", "give", "deliver", "pay"})


@dataclass(frozen=True, slots=True)
class PartyRow:
    """Somebody on a case: who, as what, how to reach them, by what mandate, may they act."""

    name: str
    role: str
    way: str
    mandate: str
    until: date | None
    may_act: bool
    asked: bool
    end_url: str


def party_rows(parties: Sequence[Party], today: date) -> list[PartyRow]:
    """The people on a case as its page shows them."""
    return [
        PartyRow(
            name=each.name,
            role=_(PartyRole(each.role).word),
            way=each.way,
            mandate=each.mandate,
            until=each.valid_until,
            may_act=may_act(
                each.role, mandate=each.mandate, valid_until=each.valid_until, today=today
            ),
            asked=each.role in ASKED_FOR_A_MANDATE,
            end_url=reverse("cases:end_party", args=[each.pk]),
        )
        for each in parties
    ]


def warned_of(rows: Sequence[PartyRow], verb: str) -> list[PartyRow]:
    """Those to be named before `verb` is done: no detail and no money for them."""
    if verb not in TELLING | PAYING:
        return []
    return [each for each in rows if not each.may_act]
