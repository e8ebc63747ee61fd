"""When a notice leaves, and for whom: quiet hours, digests, mutes and names. Plain rules."""

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from recovery.kernel.references import encode
from recovery.messages.states import Group, Topic, Way

# A reference at the end of an address makes it that of one record.
RECORD: Final = re.compile(r"/(?:[a-z]+/)+[A-Z]-[0-9A-HJKMNP-TV-Z]{6,13}/")
HANDLE: Final = re.compile(r"(?<![\w.@+-])@(\w[\w'’-]*(?:\.\w[\w'’-]*)*)")
MOST_NAMED: Final = 20
SATURDAY: Final = 5
# Ten days reach past every weekend and every hour a zone leaps over.
DAYS_AHEAD: Final = 10

_GROUPS: Final = {
    "escalation": Group.TIME,
    "promise": Group.TIME,
    "task": Group.TIME,
    "rule": Group.WORK,
    "handover": Group.WORK,
    "waiver": Group.DECISION,
    "mention": Group.MENTION,
    "support": Group.PRIVATE,
}
_DECISIONS: Final = frozenset(
    {"case.approval", "case.approved", "case.refused", "case.refusal"}
)


_PREFIXES: Final = {Topic.FAILURE: "F", Topic.CUSTOMER: "C", Topic.PROCESS: "P"}
_OF_TIME: Final = frozenset({"clock", "promise", "task", "escalation"})
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
LONGEST_REST: Final = timedelta(minutes=10)


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


def topic_of(stream: str, verb: str) -> Topic | None:
    """What an event is about for an address outside; None for what never leaves the house.

    Support of colleagues, people, keys and settings are on streams that have no topic.
    """
    kind = stream.partition(":")[0]
    if kind not in _PREFIXES:
        return None
    return Topic.TIME if verb.partition(".")[0] in _OF_TIME else Topic(kind)


def references_in(stream: str, failure_id: int | None) -> dict[str, str]:
    """The public references of the failure and the case an event is about."""
    kind, _colon, key = stream.partition(":")
    found = {} if failure_id is None else {"failure": encode("F", failure_id)}
    name = "failure" if kind == Topic.FAILURE else "case"
    return found | {name: encode(_PREFIXES[Topic(kind)], int(key))}


def rest_after(failures: int) -> timedelta:
    """How long an address that failed so often in a row is left alone."""
    return min(timedelta(seconds=5 * 2 ** min(failures, 10)), LONGEST_REST)


def is_outside(address: str) -> bool:
    """Whether an IP address lies in the public internet, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return is_outside(str(inner))
    return found.is_global and not found.is_multicast


def is_address(url: str, *, private: bool) -> bool:
    """Whether a webhook may go there by its looks: https and a host, nothing else tucked in.

    `private` allows plain http and the house's own addresses.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    schemes = {"http", "https"} if private else {"https"}
    plain = not (parts.username or parts.password or parts.fragment)
    return bool(parts.scheme in schemes and host and plain and url.isprintable())
