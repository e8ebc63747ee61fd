"""Conditions of rules in words: "channel is social media", "harm to safety is at least 3"."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from recovery.console.selectors.conditions import YES_NO, values_of
from recovery.failures.policy import Fact
from recovery.kernel.conditions import Condition, Op, Value
from recovery.kernel.text import gettext_noop

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
    known = values_of(fact).get(str(value))
    return _(known) if known else str(value)


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
