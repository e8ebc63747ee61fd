from copy import deepcopy

import pytest

from recovery.kernel.refusals import Busy, Conflict, Invalid, NotAllowed, NotFound, Refusal
from recovery.kernel.text import Word, gettext_noop

SWEDISH = {
    "Wait for %(who)s.": "Vänta på %(who)s.",
    "closed": "stängd",
    "State: %(s)s": "Läge: %(s)s",
}


def translate(message):
    return SWEDISH.get(message, message)


def test_says_its_sentence_with_the_places_filled():
    assert str(Refusal("wait", "Wait for %(who)s.", who="Ana")) == "Wait for Ana."


def test_sentence_without_params_may_hold_a_percent_sign():
    assert str(Refusal("full", "100% used")) == "100% used"


def test_is_translated_at_the_edge():
    assert Refusal("wait", "Wait for %(who)s.", who="Ana").say(translate) == "Vänta på Ana."


def test_words_inside_are_translated_and_lists_joined():
    refusal = Conflict("x", "State: %(s)s", s=(Word("closed"), "open"))
    assert refusal.say(translate) == "Läge: stängd, open"


def test_plain_values_are_left_as_they_are():
    assert Refusal("x", "State: %(s)s", s="closed").say(translate) == "Läge: closed"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Refusal, 400),
        (NotAllowed, 403),
        (NotFound, 404),
        (Conflict, 409),
        (Invalid, 422),
        (Busy, 503),
    ],
)
def test_each_kind_has_its_http_meaning(kind, status):
    assert kind("c", "s").http_status == status


def test_one_wrong_field_is_listed_under_its_name():
    assert Invalid("late", "Too late", field="due_at").errors == {"due_at": ["Too late"]}


def test_several_wrong_fields_are_told_together():
    whole = Invalid.gather(
        [
            Invalid("blank", "Say what happened", field="account"),
            Invalid.gather(
                [Invalid("far", "After %(who)s", field="at", who="now"), Invalid("odd", "Odd")]
            ),
            Invalid("long", "Too long", field="account"),
        ]
    )
    assert whole.errors == {
        "account": ["Say what happened", "Too long"],
        "at": ["After now"],
        "": ["Odd"],
    }
    assert (whole.code, str(whole), whole.field) == ("blank", "Say what happened", "account")


def test_gathering_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="at least one reason"):
        Invalid.gather([])


def test_survives_the_way_between_processes():
    copied = deepcopy(Conflict("stale", "Changed by %(who)s", field="version", who="Ana"))
    assert (type(copied), copied.code, str(copied)) == (Conflict, "stale", "Changed by Ana")
    assert copied.field == "version"


def test_marking_a_sentence_leaves_it_unchanged():
    assert gettext_noop("Log it") == "Log it"
