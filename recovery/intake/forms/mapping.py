"""Which column of a file is which of our fields: declared by a preset or by a mapping file."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cases.states import CaseState
from recovery.failures.states import Channel
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

# As in the REST API, and what only files have: `received_time` is the time of day in a column of
# its own, `detail` says more than the mode, `state` how the case stands, `disputed` whether the
# customer contradicted that.
FIELDS: Final = (
    "external_id", "received_at", "received_time", "occurred_at", "ended_at", "what_happened",
    "wished_outcome", "category", "mode", "detail", "channel", "state", "disputed", "severity",
    "department", "service_reference", "customer.external_id", "customer.name",
    "customer.email", "customer.phone", "customer.segment",
)  # fmt: skip
# A merged case is the matter of the records it was merged from and into, not of a file.
OLD_STATES: Final = {each.value: each for each in CaseState if each is not CaseState.MERGED}
# Fields whose words are turned into codes of ours, and those codes.
CODES: Final[Mapping[str, frozenset[str]]] = {
    "channel": frozenset(Channel),
    "state": frozenset(OLD_STATES),
    "severity": frozenset("01234"),
}
CONSTANTS: Final = frozenset({"category", "mode", *CODES})
ORDERS: Final = ("ymd", "mdy", "dmy")
PARTS: Final = frozenset({
    "source", "date_order", "zone", "columns", "keep", "values", "constants",
})  # fmt: skip

type Places = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMap:
    """How a kind of file is read. Names of columns and values are compared by `plain_name`.

    `columns` gives for each field the names it goes under, the first that is there counts;
    `keep` are columns whose words are kept with the account; `needed` are fields without which
    it is not that kind of file.
    """

    name: str
    source: str
    columns: Mapping[str, Sequence[str]]
    date_order: str = "ymd"
    zone: str = ""
    keep: Sequence[str] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset({"received_at"})

    def places(self, header: Sequence[str]) -> Places:
        """Where each field stands in `header`. Raises Invalid when a needed one is missing."""
        there = {plain_name(name): place for place, name in reversed(list(enumerate(header)))}
        found = {}
        for name, aliases in self.columns.items():
            place = next((there[key] for key in map(plain_name, aliases) if key in there), None)
            if place is not None:
                found[name] = place
            elif name in self.needed:
                raise _missing(name, aliases, header)
        return found

    def kept(self, header: Sequence[str]) -> Sequence[tuple[str, int]]:
        """The columns to keep as (name as the file writes it, place)."""
        wanted = {plain_name(name) for name in self.keep}
        return [
            (words_of(name), place)
            for place, name in enumerate(header)
            if plain_name(name) in wanted
        ]


def plain_name(name: str) -> str:
    """Reduce a name to what is compared: "Timely response?" and timely_response are one."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def words_of(name: str) -> str:
    """A column's name for people: zip_code is "Zip code"."""
    plain = name.replace("_", " ").strip(" ?:")
    return plain[:1].upper() + plain[1:]


def load_map(path: Path) -> FileMap:
    """Read a mapping file, TOML or JSON. Raises Invalid saying what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        sent = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(
            gettext_noop("The mapping file cannot be read: %(why)s."), why=str(error)
        ) from error
    if not isinstance(sent, dict):
        raise _wrong(
            gettext_noop("A mapping file holds a table [columns], and more if needed.")
        )
    _check_names(sent, PARTS, "")
    columns = _flat(_table(sent, "columns"))
    _check_names(columns, FIELDS, "columns")
    values = {name: _strings(each) for name, each in _table(sent, "values").items()}
    _check_names(values, frozenset(CODES), "values")
    constants = _strings(_table(sent, "constants"))
    _check_names(constants, CONSTANTS, "constants")
    for name, known in CODES.items():
        codes = [*values.get(name, {}).values(), *filter(None, [constants.get(name)])]
        _check_names(dict.fromkeys(codes), known, f"values.{name}")
    order = str(sent.get("date_order", "ymd"))
    if order not in ORDERS:
        raise _wrong(gettext_noop("date_order is one of %(known)s."), known=ORDERS)
    return FileMap(
        name=path.stem[:60],
        source=str(sent.get("source", path.stem))[:60],
        columns={name: _names(each) for name, each in columns.items()},
        date_order=order,
        zone=_zone(str(sent.get("zone", ""))),
        keep=_names(sent.get("keep", [])),
        values={name: _plain_keys(each) for name, each in values.items()},
        constants=constants,
        # A mapping is made for one file: each column it names must be there.
        needed=frozenset(columns) | {"received_at"},
    )


def _missing(name: str, aliases: Sequence[str], header: Sequence[str]) -> Invalid:
    near = get_close_matches(aliases[0], header, n=1)
    return Invalid(
        "column_missing",
        gettext_noop(
            "There is no column “%(column)s” (for %(name)s); nearest: %(near)s. The file has: "
            "%(header)s. Correct the mapping, or give one with --mapping."
        ),
        field="mapping",
        name=name,
        column=aliases[0],
        near=near[0] if near else "-",
        header=tuple(each or "(no name)" for each in header[:60]),
    )


def _wrong(sentence: str, **params: object) -> Invalid:
    return Invalid("bad_mapping", sentence, field="mapping", **params)


def _check_names(
    sent: Mapping[str, Any], known: Sequence[str] | frozenset[str], where: str
) -> None:
    for name in sent:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise _wrong(
                gettext_noop(
                    "%(name)s is not known in the mapping file (%(where)s); nearest: %(near)s. "
                    "Known: %(known)s."
                ),
                name=name,
                where=where or "-",
                near=near[0] if near else "-",
                known=tuple(sorted(known)),
            )
    if where == "columns" and "received_at" not in sent:
        raise _wrong(gettext_noop("Say in [columns] which column is received_at."))


def _table(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = sent.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(gettext_noop("[%(name)s] must be a table of names."), name=name)
    return found


def _flat(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Make customer.name of a table customer with a name."""
    found: dict[str, Any] = {}
    for name, value in sent.items():
        if isinstance(value, dict):
            found |= {f"{name}.{below}": each for below, each in value.items()}
        else:
            found[name] = value
    return found


def _strings(sent: Any) -> dict[str, str]:
    if not isinstance(sent, dict):
        raise _wrong(gettext_noop("[%(name)s] must be a table of names."), name="values")
    return {str(name): str(value) for name, value in sent.items()}


def _plain_keys(sent: Mapping[str, str]) -> dict[str, str]:
    return {plain_name(name): value for name, value in sent.items()}


def _names(sent: Any) -> tuple[str, ...]:
    names = (sent,) if isinstance(sent, str) else sent
    if not isinstance(names, list | tuple) or not all(isinstance(each, str) for each in names):
        raise _wrong(gettext_noop("Columns are given by their names, in quotation marks."))
    return tuple(names)


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError) as error:
        raise _wrong(
            gettext_noop("There is no time zone %(name)s; write it like Europe/Lisbon."),
            name=name,
        ) from error
