from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from recovery.web import words

NOON = datetime(2026, 2, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under 1 min"),
        (59, "under 1 min"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (4 * 3600 + 120, "4 h 02 min"),
        (12 * 3600 + 1800, "12 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 d"),
        (53 * 86400 + 86399, "53 d"),
        (-90, "1 min"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds, said):
    assert words.duration(seconds) == said


def test_time_left_says_on_which_side_of_the_due_time_we_are():
    assert words.time_left(3480) == "58 min left"
    assert words.time_left(-172800) == "2 d over"


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (12000, "EUR", "€120.00"),
        (0, "EUR", "€0.00"),
        (5, "USD", "$0.05"),
        (-6450, "EUR", "minus €64.50"),
        (150000, "JPY", "¥150,000"),
        (1234, "KWD", "KWD\N{NO-BREAK SPACE}1.234"),
        (123456789, "CHF", "CHF\N{NO-BREAK SPACE}1,234,567.89"),
    ],
)
def test_money_carries_its_unit_and_the_digits_of_its_currency(minor, currency, said):
    assert words.money(minor, currency) == said


def test_money_follows_the_readers_language():
    with translation.override("de"):
        assert words.money(123456, "EUR") == "€1.234,56"


def test_a_moment_is_told_in_the_readers_zone():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert words.moment(NOON, now=NOON) == "21:00"
        assert words.moment(NOON, now=NOON, form="full") == "5 Feb 2026, 21:00 JST"


def test_a_moment_names_the_day_when_it_is_not_today_and_the_year_when_not_this():
    assert words.moment(NOON - timedelta(days=1), now=NOON) == "4 Feb, 12:00"
    assert words.moment(NOON - timedelta(days=400), now=NOON, form="date") == "1 Jan 2025"
    assert words.moment(NOON - timedelta(days=3), now=NOON, form="time") == "12:00"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ines Moreau", "IM"), ("Ana", "A"), ("maria da silva", "MS"), ("", "?"), ("— ()", "?")],
)
def test_initials_come_from_the_first_and_last_word(name, letters):
    assert words.initials(name) == letters
