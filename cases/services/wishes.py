"""What is to be offered, checked: codes, words, currency, the range of the catalogue."""

from dataclasses import dataclass
from typing import Required, TypedDict

from cases.models import OfferingVersion, Remedy
from cases.policy import MOST_MINOR, has_open_offer, is_charged
from cases.policy.offerings import MONEY
from cases.selectors.catalogue import offering_in_force
from cases.services.holding import MOST_LINE, Held, known, lines_of, words_of
from cases.states import CASE, LineKind, RemedyKind, RemedyState
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation
from recovery.web.words import money


class WishFacts(TypedDict, total=False):
    """The same as keywords."""

    line: Required[str]
    kind: Required[str]
    amount_minor: int
    words: Required[str]
    offering_id: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be offered, as it came in: codes, minor units, words.

    `offering_id` is the version of the catalogue it was chosen from, if it was; `currency` is
    checked where one was named.
    """

    line: str
    kind: str
    amount_minor: int = 0
    words: str
    offering_id: int | None = None
    currency: str = ""


def plan(held: Held, wish: Wish) -> Remedy:
    """Check the wish and return the remedy, not yet saved."""
    line = known(wish.line, tuple(LineKind), name="line")
    kind = known(wish.kind, tuple(RemedyKind), name="kind")
    ask = (
        gettext_noop("Name the right: the law or rule it comes from.")
        if line == LineKind.ENTITLEMENT
        else gettext_noop("Write in a few words what the customer gets.")
    )
    words = words_of(wish.words, most=MOST_LINE, ask=ask)
    _check_amount(wish, line, kind)
    offering = None
    if wish.offering_id is not None:
        offering = offering_in_force(wish.offering_id, held.now)
        _keep_to(offering, wish)
    if CASE.is_end(held.state):
        raise Conflict(
            "case_ended",
            gettext_noop("This case has ended. Reopen it before anything is offered."),
        )
    if is_charged(line, wish.amount_minor) and has_open_offer(lines_of(held)):
        raise Conflict(
            "offer_open",
            gettext_noop(
                "An offer waits for its answer already. Write down the answer, or take that "
                "offer back first."
            ),
        )
    return Remedy(
        case=held.case,
        line=line,
        kind=kind,
        words=words,
        amount_minor=wish.amount_minor,
        currency=organisation().currency,
        state=RemedyState.OFFERED,
        offered_by=held.actor,
        offered_at=held.now,
        desk_id=held.item.department_id,
        offering=offering,
    )


def _keep_to(offering: OfferingVersion, wish: Wish) -> None:
    """Raise Invalid for what is called after an offering and is none of it."""
    if (offering.line, offering.kind) != (wish.line, wish.kind):
        raise Invalid(
            "not_this_offering",
            gettext_noop("The catalogue has this as something else. Offer it as your own."),
            field="kind",
        )
    if not offering.least_minor <= wish.amount_minor <= offering.most_minor:
        raise Invalid(
            "outside_offering",
            gettext_noop(
                "By the catalogue this is worth from %(least)s to %(most)s. Keep to that, or "
                "offer it as your own."
            ),
            field="amount",
            least=money(offering.least_minor, offering.currency),
            most=money(offering.most_minor, offering.currency),
        )


def _check_amount(wish: Wish, line: LineKind, kind: RemedyKind) -> None:
    amount_minor, ours = wish.amount_minor, organisation().currency
    if wish.currency not in {"", ours}:
        raise Invalid(
            "wrong_currency",
            gettext_noop("Amounts are in %(currency)s here. Convert it first."),
            field="amount",
            currency=ours,
        )
    if amount_minor < 0 or amount_minor > MOST_MINOR:
        raise Invalid(
            "amount_out_of_range",
            gettext_noop("Give an amount from nothing to one million."),
            field="amount",
        )
    if amount_minor == 0 and (kind in MONEY or line == LineKind.ENTITLEMENT):
        raise Invalid(
            "amount_missing", gettext_noop("Say how much the customer gets."), field="amount"
        )
