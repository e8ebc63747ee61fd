import pytest
from django import forms

from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.web.forms import PageForm, attach, refusals_into


class Offer(PageForm):
    amount = forms.IntegerField()
    words = forms.CharField(error_messages={"required": "Say why."})
    kind = forms.ChoiceField(choices=[("a", "A")], required=False)


def filled() -> Offer:
    form = Offer({"amount": "5", "words": "sorry"})
    assert form.is_valid()
    return form


def test_a_refusal_lands_under_the_field_it_is_about():
    form = filled()
    attach(form, Invalid("too_much", "At most %(most)s.", field="amount", most="€3"))
    assert form.errors["amount"] == ["At most €3."]
    assert form.errors.as_data()["amount"][0].code == "too_much"


def test_a_refusal_about_no_field_of_the_form_stands_at_its_head():
    form = filled()
    attach(
        form, Invalid.gather([Invalid("a", "One.", field="elsewhere"), Invalid("b", "Two.")])
    )
    assert form.non_field_errors() == ["One.", "Two."]


def test_a_percent_sign_in_a_refusal_without_places_is_left_alone():
    form = filled()
    attach(form, Conflict("x", "Only 50 % is left."))
    assert form.non_field_errors() == ["Only 50 % is left."]


def test_a_refusal_inside_the_block_lands_in_the_form():
    form = filled()
    with refusals_into(form):
        raise Conflict("stale", "Changed by Ana at 14:02.")
    assert form.non_field_errors() == ["Changed by Ana at 14:02."]


def test_what_is_not_there_is_not_a_matter_of_the_form():
    form = filled()
    with pytest.raises(NotFound), refusals_into(form):
        raise NotFound("gone", "There is nothing.")
    assert not form.errors


def test_an_empty_field_asks_to_be_filled_unless_the_form_says_it_better():
    form = Offer({})
    assert form.errors["amount"] == ["Fill this in."]
    assert form.errors["words"] == ["Say why."]
