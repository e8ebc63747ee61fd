"""Standards and laws as the tests put them in force."""

from datetime import UTC, datetime
from itertools import count

from recovery.clocks.models import Standard
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind

LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
HOUR = 3600
_number = count(1)


def same(seconds):
    return dict.fromkeys("1234", seconds)


def hold_standard(kind=ClockKind.ACKNOWLEDGE, *when, hours=2, rank=100, **facts):
    """A version of a standard in force, with conditions given as their JSON."""
    standard = Standard.objects.create(
        key=f"own-{next(_number)}",
        name=facts.pop("name", "Our own"),
        clock_kind=kind,
        legal=facts.pop("legal", False),
        law=facts.pop("law", ""),
    )
    version = standard.versions.create(
        **{
            "number": 1, "effective": (LONG_AGO, None), "targets": same(hours * HOUR),
            "around_clock": [1, 2, 3, 4], "conditions": list(when), "rank": rank,
        } | facts
    )  # fmt: skip
    catalogue.forget()
    return version


def hold_law(begins="complaint", *when, **facts):
    return hold_standard(
        ClockKind.REGULATORY,
        *when,
        **({"legal": True, "begins": begins, "law": "A law"} | facts),
    )


def asks(fact, *values, op="is"):
    return {"fact": fact, "op": op, "values": list(values)}
