"""Which standards there are, and what they give; no query while warm (two seconds)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from recovery.clocks.models import Clock, Standard, StandardVersion
from recovery.clocks.policy import StandardCard
from recovery.clocks.states import Basis, Begins, ClockKind, Counts, MetBy, Shift
from recovery.kernel.conditions import read
from recovery.kernel.refusals import NotFound
from recovery.kernel.snapshots import Snapshot
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation
from recovery.org.selectors.holidays import holidays_of
from recovery.web.words import HOUR

WORKING_DAY = 8 * HOUR
WHOLE_DAY = 24 * HOUR
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version that was ever in force, and those in use by kind in the order of match."""

    by_id: Mapping[int, StandardCard]
    in_order: Mapping[ClockKind, tuple[StandardCard, ...]]
    laws: Mapping[Begins, tuple[StandardCard, ...]]
    met_by: Mapping[MetBy, tuple[int, ...]]


def _versions() -> QuerySet[StandardVersion]:
    return StandardVersion.objects.select_related("standard")


def card_from(version: StandardVersion) -> StandardCard:
    """A version as rules read it, its standard read with it."""
    standard = version.standard
    return StandardCard(
        id=version.pk,
        kind=ClockKind(standard.clock_kind),
        since=version.effective.lower,
        until=version.effective.upper,
        targets={int(priority): seconds for priority, seconds in version.targets.items()},
        around_clock=frozenset(version.around_clock),
        legal=standard.legal,
        standard_id=version.standard_id,
        name=standard.name,
        law=standard.law,
        authority=standard.authority,
        pause_cap_days=version.pause_cap_days,
        is_retired=standard.retired_at is not None,
        number=version.number,
        rank=version.rank,
        basis=Basis(version.basis),
        conditions=read(version.conditions),
        counts=Counts(version.counts),
        days=version.days,
        zone=version.zone,
        shift=Shift(version.shift),
        country=version.country,
        begins=Begins(version.begins) if version.begins else None,
        met_by=MetBy(version.met_by) if version.met_by else None,
        is_draft=version.draft,
    )


def _read() -> Catalogue:
    cards = {each.pk: card_from(each) for each in _versions().filter(draft=False)}
    used = sorted(
        (card for card in cards.values() if not card.is_retired), key=lambda card: card.order
    )
    return Catalogue(
        by_id=cards,
        in_order={
            kind: tuple(card for card in used if card.kind is kind and not card.legal)
            for kind in ClockKind
        },
        laws={
            begins: tuple(card for card in used if card.legal and card.begins is begins)
            for begins in Begins
        },
        # A retired law is still owed where its clock runs.
        met_by={
            verb: tuple(card.id for card in cards.values() if card.met_by is verb)
            for verb in MetBy
        },
    )


catalogue = Snapshot(_read)


def standards() -> tuple[StandardCard, ...]:
    """Every version of the standards in use; no query when warm (two seconds)."""
    return tuple(card for card in catalogue().by_id.values() if not card.is_retired)


def card_of(version_id: int | None) -> StandardCard | None:
    """The version of a standard a clock runs by, retired or not; no query when warm."""
    if version_id is None:
        return None
    known = catalogue().by_id.get(version_id)
    return known or card_from(_versions().get(pk=version_id))


def pause_cap_of(clock: Clock) -> timedelta | None:
    """The working time all pauses of a clock may take together; None is without limit."""
    card = card_of(clock.standard_id)
    if card is None or card.pause_cap_days is None:
        return None
    day = WORKING_DAY if clock.calendar_id else WHOLE_DAY
    return timedelta(seconds=card.pause_cap_days * day)


def zone_of(card: StandardCard) -> ZoneInfo:
    """The zone in which a law tells its days: its own, else the organisation's."""
    return ZoneInfo(card.zone or organisation().zone)


def free_days(country: str) -> Callable[[date], bool]:
    """Which days are no working days: weekends, and the holidays of a country if one is named."""
    return lambda day: (
        day.weekday() >= _SATURDAY or (bool(country) and day in _holidays(country, day.year))
    )


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays_of(country, "", [year]))


def standards_with_versions() -> list[Standard]:
    """Every standard, those in use first, by kind and name, with its versions by number."""
    versions = StandardVersion.objects.select_related(
        "owner", "made_by", "signed_by", "approved_by"
    ).order_by("-number")
    found = Standard.objects.prefetch_related(Prefetch("versions", versions))
    kinds = [kind.value for kind in ClockKind]
    return sorted(
        found,
        key=lambda each: (
            each.retired_at is not None, kinds.index(each.clock_kind), each.name.lower(),
        ),
    )  # fmt: skip


def standard_with_versions(standard_id: int) -> Standard:
    """One standard with its versions, the newest first. Raises NotFound."""
    found = next((each for each in standards_with_versions() if each.pk == standard_id), None)
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such standard."))
    return found


def standard_of_version(version_id: int) -> int:
    """The standard a version belongs to. Raises NotFound."""
    found = StandardVersion.objects.filter(pk=version_id).values_list("standard_id", flat=True)
    if not found:
        raise NotFound("not_found", gettext_noop("There is no such standard."))
    return found[0]


def cards_of_kind(kind: ClockKind) -> list[StandardCard]:
    """Every version there is of a kind, drafts and retired ones among them; one query."""
    found = _versions().filter(standard__clock_kind=kind.value)
    return [card_from(each) for each in found]
