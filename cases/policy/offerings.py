"""What an offering of the catalogue may say: every fault of a draft at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cases.policy.recovering import MOST_MINOR
from cases.states import LineKind, RemedyKind
from recovery.failures.policy import FACTS
from recovery.kernel.conditions import Condition, checked
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

MONEY: Final = frozenset({
    RemedyKind.REFUND, RemedyKind.CREDIT, RemedyKind.VOUCHER, RemedyKind.PAYMENT,
})  # fmt: skip
MOST_WORDS: Final = 240


@dataclass(frozen=True, slots=True)
class OfferingDraft:
    """An offering as somebody wrote it into a form; amounts are minor units of our currency."""

    line: str
    kind: str
    words: str
    least_minor: int = 0
    usual_minor: int = 0
    most_minor: int = 0
    when: tuple[Condition, ...] = ()


def faults_of_offering(draft: OfferingDraft) -> list[Invalid]:
    """Everything wrong with an offering, each about a field."""
    return [*_code_faults(draft), *_amount_faults(draft), *_word_faults(draft)]


def _code_faults(draft: OfferingDraft) -> Iterator[Invalid]:
    if draft.line == LineKind.ENTITLEMENT:
        yield Invalid(
            "owed_by_law",
            gettext_noop("What the law owes is not offered: it is worked out and paid."),
            field="line",
        )
    elif draft.line not in set(LineKind):
        yield Invalid("unknown_code", gettext_noop("Choose one of the list."), field="line")
    if draft.kind not in set(RemedyKind):
        yield Invalid("unknown_code", gettext_noop("Choose one of the list."), field="kind")


def _amount_faults(draft: OfferingDraft) -> Iterator[Invalid]:
    amounts = (draft.least_minor, draft.usual_minor, draft.most_minor)
    if min(amounts) < 0 or max(amounts) > MOST_MINOR:
        yield Invalid(
            "amount_out_of_range",
            gettext_noop("Give an amount from nothing to one million."),
            field="usual",
        )
    elif not draft.least_minor <= draft.usual_minor <= draft.most_minor:
        yield Invalid(
            "not_in_order",
            gettext_noop("The usual worth lies between the least and the most."),
            field="usual",
        )
    elif draft.kind in MONEY and not draft.least_minor:
        yield Invalid(
            "amount_missing", gettext_noop("Say how much it is worth at least."), field="least"
        )


def _word_faults(draft: OfferingDraft) -> Iterator[Invalid]:
    words = draft.words.strip()
    if not words or len(words) > MOST_WORDS or "\x00" in words:
        yield Invalid(
            "no_words",
            gettext_noop("Write in a few words what the customer gets."),
            field="words",
        )
    try:
        checked(draft.when, FACTS)
    except Invalid as refusal:
        yield from refusal.parts
