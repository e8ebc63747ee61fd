"""A list of affected people, pasted or in a file, read line by line."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import InvalidOperation
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.fields import minor_of
from cases.policy import MOST_MINOR
from cases.services.foreseeing import ListRow
from cases.services.lists import MOST_ROWS
from recovery.coordination.services import CustomerFacts
from recovery.intake.forms.bodies import CUSTOMER
from recovery.intake.forms.files import SEPARATORS, open_table
from recovery.intake.forms.mapping import plain_name
from recovery.intake.forms.reading import Wrong
from recovery.kernel.refusals import Invalid, Refusal
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm
from recovery.web.words import DIGITS

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LARGEST_FILE: Final = 5_000_000
IN_ORDER: Final = ("name", "email", "phone", "external_id")
# What the columns of passenger lists and exports are called, as plain_name leaves it.
CALLED: Final[Mapping[str, Sequence[str]]] = {
    "name": ("name", "full name", "customer", "customer name", "passenger", "passenger name"),
    "first": ("first name", "given name", "forename"),
    "last": ("last name", "surname", "family name"),
    "email": ("email", "e mail", "mail", "email address", "e mail address"),
    "phone": ("phone", "telephone", "mobile", "phone number", "mobile number", "tel"),
    "external_id": (
        "external id", "id", "number", "customer id", "customer number", "booking", "pnr",
        "booking reference", "passenger id",
    ),
    "segment": ("segment", "class", "tier"),
    "amount": ("amount", "compensation", "entitlement", "owed"),
}  # fmt: skip
_FIELDS: Final = {name: field for field, names in CALLED.items() for name in names}


class PeopleForm(PageForm):
    people = forms.CharField(
        label=gettext_lazy("Who is affected"),
        required=False,
        strip=False,
        max_length=900_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One person a line: name, e-mail, phone, number. Tabs, commas or semicolons between."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=gettext_lazy(
            "With a line of headings: name, e-mail, phone, number, and amount where people are "
            "due different ones."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the numbers come from"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("The system that knows people by them, such as “bookings”."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        pasted, file = given.get("people", "").strip(), given.get("file")
        if bool(pasted) == bool(file):
            text = (
                _("Paste the list or choose a file, not both.")
                if pasted
                else _("Paste a list of people, or choose a file.")
            )
            raise ValidationError({"people": text})
        return given

    def rows(self, wrong: Wrong) -> list[ListRow]:
        """The lines of what was given. Raises Invalid naming the field when it is no list."""
        given = self.cleaned_data
        file = given.get("file")
        lines = _lines_of_file(file) if file else _lines_of_text(given["people"])
        rows = list(read_people(lines, source=given["source"].strip(), wrong_at=wrong.now))
        if any(row.who and row.who.external_id for row in rows) and not given["source"].strip():
            raise Invalid(
                "source_missing",
                _("The list has numbers. Say which system they are of, such as “bookings”."),
                field="source",
            )
        return rows


def _lines_of_text(text: str) -> list[list[str]]:
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    return [*csv.reader(lines, delimiter=separator)]


def _lines_of_file(file: "UploadedFile[Any]") -> list[Sequence[str]]:
    """What a file says, header first, in any of the usual encodings."""
    if file.size and file.size > LARGEST_FILE:
        raise Invalid(
            "too_large", _("This file is larger than 5 MB. Send it in parts."), field="file"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        _copy(file, path)
        try:
            table = open_table(path)
        except Invalid as refusal:
            said = Invalid.say(refusal, _).replace(str(path), file.name or "list.csv")
            raise Invalid(refusal.code, said.replace("%", "%%"), field="file") from refusal
        if table.rows > MOST_ROWS:
            raise Invalid(
                "too_many",
                _("Send at most %(most)s lines in one list; these are %(count)s."),
                field="file",
                most=MOST_ROWS,
                count=table.rows,
            )
        return [table.header, *(values for _number, values in table)]


def _copy(file: "UploadedFile[Any]", path: Path) -> None:
    target: IO[bytes]
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)


def read_people(
    lines: Iterable[Sequence[str]], *, source: str, wrong_at: Any
) -> Iterator[ListRow]:
    """Each line that is not empty as a person or a refusal; numbered as a reader counts them.

    A first line of headings says which column is which; without one it is name, e-mail, phone
    and number, whichever of them are there.
    """
    places: Mapping[int, str] | None = None
    for number, values in enumerate(lines, start=1):
        cells = [each.strip() for each in values]
        if not any(cells):
            continue
        if places is None:
            places = _headings(cells)
            if places:
                continue
        found = (
            {places[k]: cell for k, cell in enumerate(cells) if k in places}
            if places
            else (_by_look(cells))
        )
        yield _row(number, found, source=source, wrong=Wrong(wrong_at))


def _headings(cells: Sequence[str]) -> dict[int, str]:
    """Which field stands in which column, when the line is one of headings; else nothing."""
    found = {
        place: _FIELDS[plain_name(cell)]
        for place, cell in enumerate(cells)
        if plain_name(cell) in _FIELDS
    }
    return {} if any("@" in cell for cell in cells) else found


def _by_look(cells: Sequence[str]) -> dict[str, str]:
    """Name, e-mail, phone, number in this order; what looks like an address may stand anywhere."""
    address = next((place for place, cell in enumerate(cells) if "@" in cell), None)
    if address in {1, None}:
        return dict(zip(IN_ORDER, cells, strict=False))
    rest = [cell for place, cell in enumerate(cells) if place != address]
    names = ("name", "phone", "external_id")
    return {"email": cells[address or 0], **dict(zip(names, rest, strict=False))}


def _row(number: int, found: dict[str, str], *, source: str, wrong: Wrong) -> ListRow:
    both = " ".join(filter(None, (found.pop("first", ""), found.pop("last", ""))))
    if both and not found.get("name"):
        found["name"] = both
    amount = found.pop("amount", "")
    sent = CUSTOMER.read({name: cell for name, cell in found.items() if cell}, "", wrong)
    if not sent.keys() - {"segment"} and not wrong.parts:
        wrong.add("", "nobody", gettext_noop("This line names nobody."))
    try:
        wrong.refuse()
        minor = _amount(amount)
    except Invalid as refusal:
        return ListRow(number, refusal=Refusal.say(refusal.parts[0], _))
    who = CustomerFacts(source=source if "external_id" in sent else "", **sent)
    return ListRow(number, who, minor)


def _amount(typed: str) -> int | None:
    if not typed:
        return None
    try:
        minor = minor_of(typed, DIGITS.get(organisation().currency, 2))
    except InvalidOperation as error:
        raise Invalid("amount", _("Write an amount such as 80 or 80.50.")) from error
    if minor > MOST_MINOR:
        raise Invalid("amount", _("Give an amount from nothing to one million."))
    return minor
