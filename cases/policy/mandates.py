"""Who beside the customer may be told of a case and be paid on it."""

from datetime import date
from typing import Final

from cases.states import PartyRole

# A guardian acts by law, whoever paid and whoever interprets are told nothing by being so.
ASKED_FOR_A_MANDATE: Final = frozenset(
    {PartyRole.CONTACT, PartyRole.REPRESENTATIVE, PartyRole.FIRM, PartyRole.PAYEE}
)


def may_act(role: str, *, mandate: str, valid_until: date | None, today: date) -> bool:
    """Say whether somebody in this role may hear details and be given money today."""
    if role not in ASKED_FOR_A_MANDATE:
        return True
    return bool(mandate) and (valid_until is None or today <= valid_until)
