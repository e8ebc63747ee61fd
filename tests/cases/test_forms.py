from decimal import InvalidOperation

import pytest

from cases.forms.fields import minor_of


@pytest.mark.parametrize(
    ("typed", "digits", "minor"),
    [
        ("80", 2, 8_000),
        ("80.5", 2, 8_050),
        ("80,50", 2, 8_050),
        ("1.250,00", 2, 125_000),
        ("1,250.00", 2, 125_000),
        ("1,250,000", 2, 125_000_000),
        ("1 250", 2, 125_000),
        ("1'250.5", 2, 125_050),
        ("500", 0, 500),
        ("1.234", 3, 1_234),
        ("-5", 2, -500),
    ],
)
def test_reads_amounts_as_people_write_them(typed, digits, minor):
    assert minor_of(typed, digits) == minor


@pytest.mark.parametrize(
    "typed",
    ["1.250", "12.345", "1,2,3", "1.2.3", "NaN", "1e9", "", "-", ".", "٣", "1" * 21, "80.500"],
)
def test_refuses_what_is_no_amount_or_could_be_two(typed):
    with pytest.raises(InvalidOperation):
        minor_of(typed, 2)
