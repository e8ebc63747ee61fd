"""A form of conditions shows all there are, and one row more to write the next."""

from recovery.console.forms.conditions import ConditionsForm
from recovery.failures.policy import Fact
from recovery.kernel.conditions import Condition, Op


def conditions(count):
    return tuple(
        Condition(Fact.PRIORITY, Op.AT_MOST, (number % 4 + 1,)) for number in range(count)
    )


def sent(form):
    return {name: form[name].value() or "" for name in form.fields}


def test_keeps_every_condition_when_it_is_saved_unchanged():
    shown = ConditionsForm(when=conditions(5))
    assert len(shown.condition_rows()) == 6
    again = ConditionsForm(sent(shown))
    assert again.is_valid()
    assert again.conditions() == conditions(5)


def test_begins_with_three_rows():
    assert len(ConditionsForm().condition_rows()) == 3
