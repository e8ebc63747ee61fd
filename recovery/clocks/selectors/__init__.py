"""Reading clocks and promises: what is due, in words, and which standards hold."""

from recovery.clocks.selectors.files import ClockFile, clock_file, item_of_clock
from recovery.clocks.selectors.promises import (
    Promised,
    promise_of_clock,
    promises_for_customer,
    promises_in_view,
    promises_of,
    promises_on,
)
from recovery.clocks.selectors.readings import (
    LIVE,
    Reading,
    all_readings,
    clocks_of,
    live_clocks,
    reading,
    readings_for,
)
from recovery.clocks.selectors.standards import (
    card_from,
    card_of,
    cards_of_kind,
    catalogue,
    free_days,
    pause_cap_of,
    standard_of_version,
    standard_with_versions,
    standards,
    standards_with_versions,
    zone_of,
)

__all__ = [
    "LIVE",
    "ClockFile",
    "Promised",
    "Reading",
    "all_readings",
    "card_from",
    "card_of",
    "cards_of_kind",
    "catalogue",
    "clock_file",
    "clocks_of",
    "free_days",
    "item_of_clock",
    "live_clocks",
    "pause_cap_of",
    "promise_of_clock",
    "promises_for_customer",
    "promises_in_view",
    "promises_of",
    "promises_on",
    "reading",
    "readings_for",
    "standard_of_version",
    "standard_with_versions",
    "standards",
    "standards_with_versions",
    "zone_of",
]
