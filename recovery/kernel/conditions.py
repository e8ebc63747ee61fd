"""Conditions on facts of a record: "safety at least 3", "channel is phone or letter". Pure.

Rules of time and of escalation are data; this is the one language in which they say when they
apply. A rule without conditions always applies; several must hold together.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from recovery.kernel.refusals import Invalid
from recovery.kernel.text import Word, gettext_noop

type Value = str | int
type Known = Value | bool | Collection[Value] | None
type Facts = Mapping[str, Known]

MOST: Final = 8
MOST_VALUES: Final = 50


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


_BOUNDS: Final = frozenset({Op.AT_LEAST, Op.AT_MOST})


@dataclass(frozen=True, slots=True)
class FactCard:
    """What may be asked about one fact: a number from `lowest` to `highest`, or one of `choices`.

    `choices` None, without bounds: any words, or keys that only the database knows.
    """

    word: str
    lowest: int | None = None
    highest: int | None = None
    choices: tuple[Value, ...] | None = None

    @property
    def is_number(self) -> bool:
        return self.lowest is not None


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact compared with one or several values; several mean any of them."""

    fact: str
    op: Op
    values: tuple[Value, ...]

    def holds(self, facts: Facts) -> bool:
        """Judge it. What is not known is no value at all, so only `is not` holds of it."""
        known = _all(facts.get(self.fact))
        if self.op is Op.IS_NOT:
            return not known.intersection(self.values)
        if self.op is Op.IS:
            return bool(known.intersection(self.values))
        bound = int(self.values[0])
        numbers = [int(each) for each in known]
        if self.op is Op.AT_LEAST:
            return any(each >= bound for each in numbers)
        return any(each <= bound for each in numbers)

    def as_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "op": self.op.value, "values": list(self.values)}


def _all(known: Known) -> set[Value]:
    if known is None or known == "":
        return set()
    if isinstance(known, str | int):
        return {int(known) if isinstance(known, bool) else known}
    return set(known)


def all_hold(conditions: Iterable[Condition], facts: Facts) -> bool:
    """Whether every condition holds; none at all holds always."""
    return all(condition.holds(facts) for condition in conditions)


def unmet(conditions: Iterable[Condition], facts: Facts) -> tuple[Condition, ...]:
    """Those that do not hold, in order: why a rule was passed over."""
    return tuple(condition for condition in conditions if not condition.holds(facts))


def read(raw: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions from their stored form, which has been checked when it was written."""
    return tuple(Condition(each["fact"], Op(each["op"]), tuple(each["values"])) for each in raw)


def checked(
    conditions: Sequence[Condition], cards: Mapping[str, FactCard], *, field: str = "when"
) -> tuple[Condition, ...]:
    """Return the conditions, or raise Invalid naming every one that is senseless.

    Senseless is what names an unknown fact or value, compares words by size, or could never
    hold together with the others.
    """
    if len(conditions) > MOST:
        raise Invalid(
            "too_many_conditions",
            gettext_noop("At most %(most)s conditions. Split the rule in two."),
            field=field,
            most=MOST,
        )
    faults = [fault for each in conditions if (fault := _fault(each, cards, field))]
    if not faults and (fact := _contradicted(conditions)):
        faults.append(
            Invalid(
                "never_holds",
                gettext_noop("These conditions on “%(fact)s” can never hold together."),
                field=field,
                fact=Word(cards[fact].word),
            )
        )
    if faults:
        raise Invalid.gather(faults)
    return tuple(conditions)


def _fault(each: Condition, cards: Mapping[str, FactCard], field: str) -> Invalid | None:
    card = cards.get(each.fact)
    if card is None:
        return Invalid(
            "unknown_fact",
            gettext_noop("There is no fact “%(fact)s”. Choose one from the list."),
            field=field,
            fact=each.fact,
        )
    word = Word(card.word)
    if not each.values or len(each.values) > MOST_VALUES:
        return Invalid(
            "no_value",
            gettext_noop("Say what “%(fact)s” must be."),
            field=field,
            fact=word,
        )
    if each.op in _BOUNDS and (not card.is_number or len(each.values) != 1):
        return Invalid(
            "not_a_size",
            gettext_noop("“%(fact)s” is compared with one number, or is one of some values."),
            field=field,
            fact=word,
        )
    wrong = [value for value in each.values if not _fits(value, card)]
    if wrong:
        return Invalid(
            "no_such_value",
            gettext_noop("“%(fact)s” is never %(value)s."),
            field=field,
            fact=word,
            value=str(wrong[0]),
        )
    return None


def _fits(value: Value, card: FactCard) -> bool:
    if card.is_number:
        lowest, highest = card.lowest, card.highest
        return (
            isinstance(value, int)
            and (lowest is None or value >= lowest)
            and (highest is None or value <= highest)
        )
    return card.choices is None or value in card.choices


def _contradicted(conditions: Sequence[Condition]) -> str:
    """The first fact on which no value satisfies all; "" if there is none."""
    for fact in dict.fromkeys(each.fact for each in conditions):
        about = [each for each in conditions if each.fact == fact]
        floors = [int(each.values[0]) for each in about if each.op is Op.AT_LEAST]
        tops = [int(each.values[0]) for each in about if each.op is Op.AT_MOST]
        if floors and tops and max(floors) > min(tops):
            return fact
        # A fact may have several values at once (flags, departments), so two `is` can both hold.
        for one in (each for each in about if each.op is Op.IS):
            if not any(_survives(value, about) for value in one.values):
                return fact
    return ""


def _survives(value: Value, about: Sequence[Condition]) -> bool:
    others = (each for each in about if each.op is not Op.IS)
    return all(each.holds({each.fact: value}) for each in others)
