"""Which standards there are, and what they give; no query while warm (two seconds)."""

from datetime import timedelta

from django.db.models import QuerySet

from recovery.clocks.models import Clock, StandardVersion
from recovery.clocks.policy import StandardCard
from recovery.clocks.states import ClockKind
from recovery.kernel.snapshots import Snapshot
from recovery.web.words import HOUR

WORKING_DAY = 8 * HOUR
WHOLE_DAY = 24 * HOUR


def _versions() -> QuerySet[StandardVersion]:
    return StandardVersion.objects.select_related("standard")


def _card(version: StandardVersion) -> StandardCard:
    return StandardCard(
        id=version.pk,
        kind=ClockKind(version.standard.clock_kind),
        since=version.effective.lower,
        until=version.effective.upper,
        targets={int(priority): seconds for priority, seconds in version.targets.items()},
        around_clock=frozenset(version.around_clock),
        legal=version.standard.legal,
        standard_id=version.standard_id,
        name=version.standard.name,
        law=version.standard.law,
        authority=version.standard.authority,
        pause_cap_days=version.pause_cap_days,
        is_retired=version.standard.retired_at is not None,
    )


catalogue = Snapshot(lambda: {version.pk: _card(version) for version in _versions()})


def standards() -> tuple[StandardCard, ...]:
    """Every version of the standards in use; no query when warm (two seconds)."""
    return tuple(card for card in catalogue().values() if not card.is_retired)


def card_of(version_id: int | None) -> StandardCard | None:
    """The version of a standard a clock runs by, retired or not; no query when warm."""
    if version_id is None:
        return None
    known = catalogue().get(version_id)
    return known or _card(_versions().get(pk=version_id))


def pause_cap_of(clock: Clock) -> timedelta | None:
    """The working time all pauses of a clock may take together; None is without limit."""
    card = card_of(clock.standard_id)
    if card is None or card.pause_cap_days is None:
        return None
    day = WORKING_DAY if clock.calendar_id else WHOLE_DAY
    return timedelta(seconds=card.pause_cap_days * day)
