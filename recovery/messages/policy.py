"""When a notice leaves, and for whom: quiet hours, digests, mutes and names. Plain rules."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from recovery.messages.states import Group, Way

# A reference at the end of an address makes it that of one record.
RECORD: Final = re.compile(r"/(?:[a-z]+/)+[A-Z]-[0-9A-HJKMNP-TV-Z]{6,13}/")
HANDLE: Final = re.compile(r"(?<![\w.@+-])@(\w[\w'’-]*(?:\.\w[\w'’-]*)*)")
MOST_NAMED: Final = 20
SATURDAY: Final = 5
# Ten days reach past every weekend and every hour a zone leaps over.
DAYS_AHEAD: Final = 10

_GROUPS: Final = {
    "escalation": Group.TIME,
    "waiver": Group.DECISION,
    "mention": Group.MENTION,
    "support": Group.PRIVATE,
}
_DECISIONS: Final = frozenset(
    {"case.approval", "case.approved", "case.refused", "case.refusal"}
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How one person wants to be told. What is not said is told by mail at once."""

    zone: ZoneInfo
    ways: Mapping[str, str] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_hours: Collection[int] = ()
    working_days_only: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a mail: `due_at` None keeps it in the house, `why` says the reason."""

    due_at: datetime | None
    bundled: bool = False
    why: str = ""


def group_of(kind: str) -> Group:
    """What a kind of notice is about."""
    if kind in _DECISIONS:
        return Group.DECISION
    return _GROUPS.get(kind.partition(".")[0], Group.WORK)


def record_of(path: str) -> str:
    """The record an address leads to, by its own address; "" when it is not one record's."""
    found = RECORD.match(path)
    return found.group() if found else ""


def course_of(
    kind: str, *, at: datetime, wishes: Wishes, muted: bool, urgent: bool, personal: bool
) -> Course:
    """Decide how the mail of one notice goes.

    A mute gives way to what is `personal` (named, or holding the case); quiet hours and digests
    give way to what is `urgent`.
    """
    if muted and not personal:
        return Course(None, why="muted")
    way = wishes.ways.get(group_of(kind), Way.NOW)
    if way == Way.INBOX:
        return Course(None, why="inbox only")
    if urgent:
        return Course(at)
    if way == Way.DIGEST and wishes.digest_hours:
        return Course(end_of_quiet(next_digest(at, wishes), wishes), bundled=True)
    return Course(end_of_quiet(at, wishes))


def end_of_quiet(at: datetime, wishes: Wishes) -> datetime:
    """The end of the quiet hours that `at` falls into; `at` itself when it falls into none."""
    if wishes.quiet_until is None or not _is_quiet(at, wishes):
        return at
    today = at.astimezone(wishes.zone).date()
    ends = (
        datetime.combine(
            today + timedelta(days=ahead), wishes.quiet_until, wishes.zone
        ).replace(fold=fold)
        for ahead in (0, 1, 2)
        for fold in (0, 1)  # an hour that comes twice ends twice
    )
    later = (each.astimezone(UTC) for each in ends)
    return min(each for each in later if each > at and not _is_quiet(each, wishes))


def _is_quiet(at: datetime, wishes: Wishes) -> bool:
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None:
        return False
    clock = at.astimezone(wishes.zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def next_digest(at: datetime, wishes: Wishes) -> datetime:
    """The next digest after `at`. Raises ValueError for a person without any."""
    today = at.astimezone(wishes.zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
    times = (
        datetime.combine(day, time(hour), wishes.zone).astimezone(UTC)
        for day in days
        if not wishes.working_days_only or day.weekday() < SATURDAY
        for hour in wishes.digest_hours
    )
    return min(each for each in times if each > at)


def handles_in(words: str) -> list[str]:
    """The names written as @name or @first.last, plain, once each, in order."""
    found = dict.fromkeys(plain(each) for each in HANDLE.findall(words))
    return list(found)[:MOST_NAMED]


def plain(name: str) -> str:
    """A name without accents, capitals, blanks and dots, as it is compared."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return ".".join(re.findall(r"[\w-]+", letters.replace("'", "").replace("’", "")))


def named_by(handle: str, names: Mapping[int, str]) -> int | None:
    """The one person of `names` whom `handle` means; None when it is nobody, or several."""
    whole, first, last = set(), set(), set()
    for key, name in names.items():
        parts = plain(name).split(".")
        if handle in {".".join(parts), f"{parts[0]}.{parts[-1]}"}:
            whole.add(key)
        if handle == parts[0]:
            first.add(key)
        if handle == parts[-1]:
            last.add(key)
    for found in (whole, first, last):
        if found:
            return found.pop() if len(found) == 1 else None
    return None
