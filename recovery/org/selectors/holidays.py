"""Public holidays: which countries are known, their parts, their days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Codes and English names of the countries whose holidays are known, by name."""
    found = {
        names[1]: place.replace("_", " ").title()
        for place, names in COUNTRIES.items()
        if names[1] in holidays.list_supported_countries(include_aliases=False)
    }
    return tuple(sorted(found.items(), key=lambda each: each[1]))


def parts_of(country: str) -> Sequence[str]:
    """The codes of a country's parts that have holidays of their own."""
    return holidays.list_supported_countries(include_aliases=False).get(country, [])


def holidays_of(country: str, subdivision: str, years: Iterable[int]) -> Mapping[date, str]:
    """Public holidays by day, in English where there is English."""
    found: Mapping[date, str] = holidays.country_holidays(
        country, subdiv=subdivision or None, years=list(years), language="en_US"
    )
    return found
