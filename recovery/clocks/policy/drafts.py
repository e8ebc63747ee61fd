"""What makes no sense of a standard before it is in force: every fault at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import available_timezones

from recovery.clocks.policy.counting import MOST_DAYS
from recovery.clocks.states import Basis, Begins, ClockKind, Counts, MetBy, Shift
from recovery.kernel.conditions import Condition, FactCard, checked
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

type Span = tuple[datetime | None, datetime | None]

HIGHEST_RANK: Final = 999  # what the house promises everybody comes after all of these
MOST_SECONDS: Final = MOST_DAYS * 24 * 3600
# Somebody at risk is answered at any hour.
NEVER_SLEEPS: Final = frozenset({ClockKind.ACKNOWLEDGE, ClockKind.OUTREACH})


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardDraft:
    """A version as it is written; see StandardVersion. `since` None: from the second signature."""

    words: str
    since: datetime | None = None
    until: datetime | None = None
    gap_ok: bool = False
    targets: Mapping[int, int]
    around_clock: Sequence[int] = ()
    pause_cap_days: int | None = None
    conditions: Sequence[Condition] = ()
    rank: int = 100
    basis: Basis = Basis.RECEIVED
    remedy: str = ""
    jurisdiction: str = ""
    source: str = ""
    counts: Counts = Counts.EXACT
    days: int | None = None
    zone: str = ""
    shift: Shift = Shift.AS_IS
    country: str = ""
    begins: Begins | None = None
    met_by: MetBy | None = None
    owner_id: int | None = None
    verify_by: date | None = None


def faults_of(
    draft: StandardDraft,
    *,
    kind: ClockKind,
    facts: Mapping[str, FactCard],
    countries: Sequence[str],
    today: date,
) -> list[Invalid]:
    """Everything that is wrong with a draft by itself."""
    found = [*_texts(draft), *_care(draft, today), *_conditions(draft, facts)]
    found += _law(draft, countries) if kind is ClockKind.REGULATORY else _house(draft, kind)
    if draft.counts is Counts.EXACT:
        found += _targets(draft)
    if draft.since and draft.until and draft.until <= draft.since:
        found.append(
            Invalid(
                "ends_first",
                gettext_noop("It would end before it begins. Choose a later end."),
                field="until",
            )
        )
    return found


def _texts(draft: StandardDraft) -> Iterator[Invalid]:
    if not draft.words.strip():
        sentence = gettext_noop("Write what customers are told.")
        yield Invalid("blank", sentence, field="words")
    if not draft.source.strip():
        sentence = gettext_noop("Write where this comes from: a decision, a law, a contract.")
        yield Invalid("blank", sentence, field="source")
    if not 1 <= draft.rank <= HIGHEST_RANK:
        yield Invalid(
            "no_such_rank",
            gettext_noop("Choose a rank from 1, looked at first, to %(most)s."),
            field="rank",
            most=HIGHEST_RANK,
        )


def _care(draft: StandardDraft, today: date) -> Iterator[Invalid]:
    if draft.owner_id is None:
        sentence = gettext_noop("Choose who looks after it.")
        yield Invalid("no_owner", sentence, field="owner")
    if draft.verify_by is None or draft.verify_by <= today:
        yield Invalid(
            "verify_later",
            gettext_noop(
                "Choose a day to come by which somebody looks whether it still holds."
            ),
            field="verify_by",
        )


def _conditions(draft: StandardDraft, facts: Mapping[str, FactCard]) -> Iterator[Invalid]:
    try:
        checked(draft.conditions, facts)
    except Invalid as refused:
        yield from refused.parts


def _targets(draft: StandardDraft) -> Iterator[Invalid]:
    if not any(draft.targets.values()):
        yield Invalid(
            "no_time", gettext_noop("Name a time for one priority at least."), field="p1_amount"
        )
    for priority, seconds in draft.targets.items():
        if seconds > MOST_SECONDS:
            yield Invalid(
                "too_long",
                gettext_noop("That is more than ten years. Choose a shorter time."),
                field=f"p{priority}_amount",
            )


def _house(draft: StandardDraft, kind: ClockKind) -> Iterator[Invalid]:
    if draft.counts is not Counts.EXACT or draft.begins or draft.met_by:
        yield Invalid(
            "only_laws",
            gettext_noop("Only what a law owes counts days its own way or begins by itself."),
            field="counts",
        )
    if kind in NEVER_SLEEPS and draft.targets.get(1) and 1 not in draft.around_clock:
        yield Invalid(
            "never_sleeps",
            gettext_noop("P1 means somebody may be at risk now: its time runs at all hours."),
            field="p1_always",
        )


def _law(draft: StandardDraft, countries: Sequence[str]) -> Iterator[Invalid]:
    if draft.begins is None:
        sentence = gettext_noop("Say what starts its clock.")
        yield Invalid("no_start", sentence, field="begins")
    if draft.met_by is None:
        sentence = gettext_noop("Say what it waits for.")
        yield Invalid("no_end", sentence, field="met_by")
    if not draft.jurisdiction.strip():
        sentence = gettext_noop("Say where this law holds.")
        yield Invalid("blank", sentence, field="jurisdiction")
    if draft.pause_cap_days is not None:
        sentence = gettext_noop("The time of a law never pauses. Leave this empty.")
        yield Invalid("never_pauses", sentence, field="pause_cap_days")
    if draft.counts is not Counts.EXACT:
        yield from _days(draft, countries)


def _days(draft: StandardDraft, countries: Sequence[str]) -> Iterator[Invalid]:
    if draft.days is None or not 1 <= draft.days <= MOST_DAYS:
        sentence = gettext_noop("Say after how many days, from 1 to %(most)s.")
        yield Invalid("no_days", sentence, field="days", most=MOST_DAYS)
    if draft.zone and draft.zone not in available_timezones():
        sentence = gettext_noop("There is no such time zone. Choose one such as Europe/Lisbon.")
        yield Invalid("unknown_zone", sentence, field="zone")
    if draft.country and draft.country not in countries:
        sentence = gettext_noop("The holidays of this country are not known. Choose another.")
        yield Invalid("unknown_country", sentence, field="country")


def fault_of_span(
    since: datetime, until: datetime | None, *, others: Sequence[Span], gap_ok: bool
) -> Invalid | None:
    """Why a version cannot hold from `since` to `until` beside the others in force.

    One without an end is superseded: it ends where this begins. All else that overlaps is
    refused, and so is a time in between in which nothing would hold, unless that is meant.
    """
    before = [each for each in others if each[0] is None or each[0] < since]
    after = [each[0] for each in others if each[0] is not None and each[0] >= since]
    ends = max((each[1] for each in before if each[1]), default=None)
    open_ended = any(each[1] is None for each in before)
    if after and (until is None or until > min(after)):
        return _overlaps("until", min(after))
    if ends and ends > since:
        return _overlaps("since", ends)
    gap = (before and not open_ended and ends and ends < since and (ends, since)) or (
        after and until and until < min(after) and (until, min(after))
    )
    if gap and not gap_ok:
        return Invalid(
            "gap",
            gettext_noop(
                "From %(begins)s to %(ends)s nothing would hold. Close the gap, or tick that this "
                "is meant."
            ),
            field="gap_ok",
            begins=f"{gap[0]:%d %b %Y %H:%M}",
            ends=f"{gap[1]:%d %b %Y %H:%M}",
        )
    return None


def _overlaps(field: str, at: datetime) -> Invalid:
    sentence = (
        gettext_noop("Another version begins at %(at)s UTC. End this one by then.")
        if field == "until"
        else gettext_noop("Another version holds until %(at)s UTC. Begin then, or later.")
    )
    return Invalid("overlaps", sentence, field=field, at=f"{at:%d %b %Y %H:%M}")
