"""Conditions of rules in words: "channel is social media", "harm to safety at least 3"."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from recovery.coordination.selectors import catalogue
from recovery.failures.policy import Fact, Flag
from recovery.failures.states import Channel, Detection, TrackKind, Worded
from recovery.kernel.conditions import Condition, Op, Value
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import departments

YES_NO = frozenset({Fact.AT_RISK, Fact.COMPLAINED, Fact.DOUBLE_DEVIATION})
_WORDS: Mapping[str, type[Worded]] = {
    Fact.CHANNEL: Channel,
    Fact.DETECTION: Detection,
    Fact.FLAG: Flag,
    Fact.TRACK: TrackKind,
}
OPS: Mapping[Op, str] = {
    Op.IS: gettext_noop("is"),
    Op.IS_NOT: gettext_noop("is not"),
    Op.AT_LEAST: gettext_noop("is at least"),
    Op.AT_MOST: gettext_noop("is at most"),
}


def fact_words(fact: str) -> str:
    """The fact by name."""
    return _(Fact(fact).word)


def value_words(fact: str, value: Value) -> str:
    """One value as people call it; a key that is not known any more as it is."""
    if fact in YES_NO:
        return _("yes") if value else _("no")
    if fact in _WORDS:
        known = {each.value: each.word for each in _WORDS[fact]}
        return _(known[str(value)]) if value in known else str(value)
    return _named(fact).get(str(value), str(value))


def _named(fact: str) -> Mapping[str, str]:
    if fact == Fact.DEPARTMENT:
        return {card.slug: card.name for card in departments().values()}
    known = catalogue()
    if fact == Fact.CATEGORY:
        return {slug: known.categories[key] for slug, key in known.category_ids.items()}
    if fact == Fact.MODE:
        return {slug: known.modes[key].name for slug, key in known.mode_ids.items()}
    return {}


def condition_words(condition: Condition) -> str:
    """A condition as part of a sentence: "channel is phone or e-mail"."""
    values = [value_words(condition.fact, value) for value in condition.values]
    return _("%(fact)s %(op)s %(values)s") % {
        "fact": fact_words(condition.fact),
        "op": _(OPS[condition.op]),
        "values": _(" or ").join(values),
    }


def conditions_words(conditions: Iterable[Condition]) -> str:
    """Several that hold together: "channel is phone, and harm to safety is at least 3"."""
    return _(", and ").join(map(condition_words, conditions))
