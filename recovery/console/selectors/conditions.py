"""The values that conditions may name, as people call them. No query while catalogues are warm."""

from collections.abc import Mapping

from recovery.coordination.selectors import catalogue
from recovery.failures.policy import FACTS, Fact, Flag
from recovery.failures.states import Channel, Detection, TrackKind, Worded
from recovery.kernel.conditions import Condition, Op, Value
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import Word, gettext_noop
from recovery.org.selectors import departments

YES_NO = frozenset({Fact.AT_RISK, Fact.COMPLAINED, Fact.DOUBLE_DEVIATION})
_WORDS: Mapping[str, type[Worded]] = {
    Fact.CHANNEL: Channel,
    Fact.DETECTION: Detection,
    Fact.FLAG: Flag,
    Fact.TRACK: TrackKind,
}


def values_of(fact: str) -> Mapping[str, str]:
    """Code and word of each value a fact may have; nothing for numbers and free words."""
    if fact in _WORDS:
        return {each.value: each.word for each in _WORDS[fact]}
    if fact == Fact.DEPARTMENT:
        return {card.slug: card.name for card in departments().values()}
    known = catalogue()
    if fact == Fact.CATEGORY:
        return {slug: known.categories[key] for slug, key in known.category_ids.items()}
    if fact == Fact.MODE:
        return {slug: known.modes[key].name for slug, key in known.mode_ids.items()}
    return {}


def condition_from(fact: str, op: str, typed: str, *, field: str = "when") -> Condition:
    """Read what was typed, values apart by commas, each by its word or its code.

    Raises Invalid about `field` for a value that is not known, or no number where one is due.
    """
    words = [each.strip() for each in typed.split(",") if each.strip()]
    return Condition(fact, Op(op), tuple(_value(fact, word, field) for word in words))


def _value(fact: str, word: str, field: str) -> Value:
    card = FACTS[fact]
    if fact in YES_NO and word.lower() in {"yes", "no"}:
        return int(word.lower() == "yes")
    if card.is_number:
        if word.lstrip("-").isdecimal():
            return int(word)
        raise Invalid(
            "not_a_number",
            gettext_noop("“%(fact)s” is a number. Write one, or several apart by commas."),
            field=field,
            fact=Word(card.word),
        )
    known = values_of(fact)
    found = [code for code, said in known.items() if word.lower() in {code, said.lower()}]
    if known and not found:
        raise Invalid(
            "no_such_value",
            gettext_noop("There is no %(value)s. Choose of: %(known)s."),
            field=field,
            value=word,
            known=", ".join(list(known.values())[:12]),
        )
    return found[0] if found else word
