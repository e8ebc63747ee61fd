"""One row of a file, read into a report; whatever is dirty is taken as far as it goes."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases.states import CASE, CaseState
from recovery.coordination.services import (
    ComplaintFacts,
    CustomerFacts,
    HistoricCase,
    Report,
)
from recovery.failures.states import Channel, Detection
from recovery.intake.forms.dates import moment
from recovery.intake.forms.mapping import OLD_STATES, FileMap, plain_name
from recovery.intake.forms.reading import EARLIEST, LATEST
from recovery.intake.services import FileRow
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

LONGEST_ACCOUNT: Final = 20_000
# What people write where there is nothing to write.
NOTHING: Final = frozenset({"", "none", "n/a", "na", "null", "nan", "nil", "-", "?"})
YES: Final = frozenset({"yes", "true", "y", "1"})
MOST: Final[Mapping[str, int]] = {
    "external_id": 120,
    "what_happened": 100_000,
    "wished_outcome": 2_000,
    "customer.external_id": 120,
    "customer.email": 254,
    "customer.phone": 40,
}
# Longer than this they are cut: what they say is in the account as well.
CUT: Final[Mapping[str, int]] = {
    "service_reference": 80,
    "customer.name": 160,
    "customer.segment": 60,
}
# What a word we do not know is taken as.
TAKEN_AS: Final = {
    "channel": Channel.API,
    "state": CaseState.INVESTIGATING,
    "severity": "1",
}
OURS: Final = frozenset({"rejected row", "rejected because"})


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one file, in their order. Knows the time, and what to call the source.

    `unknown` counts the words that mean nothing to us, by field.
    """

    file_map: FileMap
    header: Sequence[str]
    source: str
    zone: ZoneInfo
    now: datetime
    live: bool = False
    department_id: int | None = None
    departments: Mapping[str, int] = field(default_factory=dict)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    _places: Mapping[str, int] = field(init=False)
    _kept: Sequence[tuple[str, int]] = field(init=False)
    _hashed: Sequence[int] = field(init=False)
    _seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._places = self.file_map.places(self.header)
        self._kept = self.file_map.kept(self.header)
        names = [plain_name(name) for name in self.header]
        self._hashed = [place for place, name in enumerate(names) if name and name not in OURS]

    def read(self, number: int, values: Sequence[str]) -> FileRow:
        """Return the row as a report, or with the sentence that says why it is none."""
        try:
            return self._read(number, values)
        except Invalid as refusal:
            return FileRow(number, values, refusal=refusal.say(_))

    def _read(self, number: int, values: Sequence[str]) -> FileRow:
        values = self._even(values)
        found = {name: _clean(values[place]) for name, place in self._places.items()}
        _check_lengths(found)
        received_at = self._when(found, "received_at")
        if received_at is None:
            raise Invalid("no_date", gettext_noop("It does not say when it was received."))
        labels = self._labels(found)
        words = found.get("what_happened") or _composed(found, labels)
        external_id = found.get("external_id") or self._own_id(values)
        channel = self._channel(found)
        report = Report(
            what_happened=self._account(words, values),
            channel=channel,
            detection=Detection.COMPLAINT,
            severity={"experience": self._severity(found)},
            customers=self._customers(found),
            complaint=ComplaintFacts(
                words=words,
                channel=channel,
                received_at=received_at,
                wished_outcome=found.get("wished_outcome", ""),
                source=self.source,
                external_id=external_id,
            ),
            source=self.source,
            external_id=external_id,
            department_id=self._department(found),
            service_reference=found.get("service_reference", ""),
            occurred_at=self._when(found, "occurred_at"),
            historic=None if self.live else self._historic(found, received_at),
        )
        return FileRow(number, values, report, labels)

    def _even(self, values: Sequence[str]) -> Sequence[str]:
        """Fill what a row leaves out at its end. Raises Invalid when it has too much."""
        missing = len(self.header) - len(values)
        if missing > 0:
            return [*values, *[""] * missing]
        if any(value.strip() for value in values[len(self.header) :]):
            raise Invalid(
                "too_many_values",
                gettext_noop(
                    "It has %(values)s values for %(columns)s columns: a quotation mark or a "
                    "separator too many?"
                ),
                values=len(values),
                columns=len(self.header),
            )
        return values

    def _labels(self, found: Mapping[str, str]) -> tuple[str, str]:
        constants = self.file_map.constants
        category = found.get("category") or constants.get("category", "")
        mode = found.get("mode") or constants.get("mode", "")
        return (category, mode) if category else (mode, "")

    def _own_id(self, values: Sequence[str]) -> str:
        """A number for a row that has none: of its content, and how often that came before."""
        content = "\x1f".join(values[place].strip() for place in self._hashed)
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._seen[digest] += 1
        again = self._seen[digest]
        return f"row-{digest}-{again}" if again > 1 else f"row-{digest}"

    def _account(self, words: str, values: Sequence[str]) -> str:
        """The words, and below them what the other columns say."""
        lines = [
            f"{name}: {said}" for name, place in self._kept if (said := _clean(values[place]))
        ]
        if not lines:
            return words[:LONGEST_ACCOUNT]
        facts = "\n".join(lines)[: LONGEST_ACCOUNT // 4]
        return f"{words[: LONGEST_ACCOUNT - len(facts) - 2]}\n\n{facts}"

    def _word(self, found: Mapping[str, str], name: str) -> str:
        """A word of the file as one of our codes, "" when it says nothing we know."""
        said = found.get(name, "")
        if not said:
            return self.file_map.constants.get(name, "")
        plain = plain_name(said)
        known = self.file_map.values.get(name, {}).get(plain, "")
        return known or plain.replace(" ", "_")

    def _channel(self, found: Mapping[str, str]) -> Channel:
        word = self._word(found, "channel")
        try:
            return Channel(word) if word else Channel.API
        except ValueError:
            self.unknown["channel", found["channel"][:60]] += 1
            return Channel.API

    def _severity(self, found: Mapping[str, str]) -> int:
        word = self._word(found, "severity")
        if word in {"0", "1", "2", "3", "4"}:
            return int(word)
        if word:
            self.unknown["severity", found.get("severity", word)[:60]] += 1
        return 1

    def _department(self, found: Mapping[str, str]) -> int | None:
        said = found.get("department", "")
        if not said:
            return self.department_id
        known = self.departments.get(said.casefold())
        if known is None:
            raise Invalid(
                "unknown_department",
                gettext_noop("There is no department %(slug)s."),
                slug=said[:60],
            )
        return known

    def _historic(self, found: Mapping[str, str], received_at: datetime) -> HistoricCase:
        word = self._word(found, "state")
        try:
            state = OLD_STATES[word] if word else CaseState.INVESTIGATING
        except KeyError:
            self.unknown["state", found["state"][:60]] += 1
            state = CaseState.INVESTIGATING
        if state not in CASE.ends:
            return HistoricCase(state, received_at)
        if found.get("disputed", "").casefold() in YES:
            state = CaseState.FINAL_RESPONSE
        return HistoricCase(state, self._ended_at(found, received_at))

    def _ended_at(self, found: Mapping[str, str], received_at: datetime) -> datetime:
        """When it ended; an end before the beginning, to come or unreadable is no end."""
        try:
            at = self._when(found, "ended_at")
        except Invalid:
            at = None
        return max(at, received_at) if at and at <= self.now else received_at

    def _when(self, found: Mapping[str, str], name: str) -> datetime | None:
        said = found.get(name, "")
        if not said:
            return None
        if name == "received_at" and (time_of_day := found.get("received_time")):
            said = f"{said} {time_of_day}"
        at = moment(said, self.file_map.date_order, self.zone)
        if at is None:
            raise Invalid(
                "not_a_date", gettext_noop("“%(said)s” is no date we can read."), said=said[:40]
            )
        if at > self.now + LATEST:
            raise Invalid("in_future", gettext_noop("%(said)s is still to come."), said=said)
        if at < EARLIEST:
            raise Invalid("too_long_ago", gettext_noop("%(said)s is before 1900."), said=said)
        return min(at, self.now)

    def _customers(self, found: Mapping[str, str]) -> tuple[CustomerFacts, ...]:
        facts = {
            name.removeprefix("customer."): said
            for name, said in found.items()
            if said and name.startswith("customer.")
        }
        if not facts:
            return ()
        source = self.source if "external_id" in facts else ""
        return (CustomerFacts(source=source, **facts),)


def _clean(value: str) -> str:
    """Without blanks around, without what no text column takes; "" for words that mean nothing."""
    words = value.strip()
    if "\x00" in words:
        words = words.replace("\x00", "").strip()
    return "" if len(words) < 5 and words.casefold() in NOTHING else words


def _check_lengths(found: dict[str, str]) -> None:
    for name, most in MOST.items():
        if len(found.get(name, "")) > most:
            raise Invalid(
                "too_long",
                gettext_noop("%(name)s has %(length)s characters, at most %(most)s fit."),
                name=name,
                length=len(found[name]),
                most=most,
            )
    for name, most in CUT.items():
        if len(found.get(name, "")) > most:
            found[name] = f"{found[name][: most - 1]}…"


def _composed(found: Mapping[str, str], labels: tuple[str, str]) -> str:
    """What a complaint without a narrative says by the choices that were made for it."""
    what = ": ".join(filter(None, (labels[1] or labels[0], found.get("detail", ""))))
    if not what:
        raise Invalid(
            "nothing_said", gettext_noop("It says neither what happened nor what kind it was.")
        )
    return f"{what} ({labels[0]})" if labels[1] else what
