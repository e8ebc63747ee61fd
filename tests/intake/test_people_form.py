"""Lists of people as they are really pasted and saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recovery.intake.forms.people import PeopleForm
from recovery.intake.forms.reading import Wrong
from recovery.kernel.refusals import Invalid
from tests.factories import NOON

pytestmark = pytest.mark.django_db  # the currency of amounts


def rows_of(text="", *, file=None, source=""):
    files = {"file": SimpleUploadedFile("list.csv", file)} if file is not None else {}
    form = PeopleForm({"people": text, "source": source}, files)
    assert form.is_valid(), form.errors
    return form.rows(Wrong(NOON))


def said(rows):
    return [(each.who.name, each.who.email, each.who.phone) for each in rows if each.who]


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
def test_reads_name_address_phone_and_number_in_order(sign):
    line = sign.join(("Rui Tavares", "rui@example.org", "+351 912", "PAX-1"))
    (row,) = rows_of(line, source="bookings")
    assert said([row]) == [("Rui Tavares", "rui@example.org", "+351 912")]
    assert (row.who.source, row.who.external_id) == ("bookings", "PAX-1")


def test_takes_an_address_wherever_it_stands_and_a_line_that_is_one():
    rows = rows_of("ana@example.org\neva@example.org, Eva Lund, +47 22\nKwame Osei,,+44 20")
    assert said(rows) == [
        ("", "ana@example.org", ""),
        ("Eva Lund", "eva@example.org", "+47 22"),
        ("Kwame Osei", "", "+44 20"),
    ]


def test_says_the_number_of_each_line_that_cannot_be_read_and_why():
    rows = rows_of("Rui, rui@example.org\n\nAna, ana@ example\n,,,\n" + "x" * 161)
    assert [(each.number, bool(each.refusal)) for each in rows] == [
        (1, False), (3, True), (5, True),
    ]  # fmt: skip
    assert "160" in rows[2].refusal


def test_reads_headings_amounts_and_the_encodings_of_spreadsheets():
    text = "Amount;First name;Last name;E-mail;Seat\n250,00;Inês;Moreau;ines@example.org;12A\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        (row,) = rows_of(file=text.encode(encoding))
        assert said([row]) == [("Inês Moreau", "ines@example.org", "")]
        assert row.amount_minor == 25_000
    (bad,) = rows_of("name,amount\nRui,much")
    assert "80.50" in bad.refusal


def test_numbers_without_their_system_and_what_is_no_table_are_refused():
    for given, field in (({"text": "Rui,,,7"}, "source"), ({"file": b"%PDF-1.7"}, "file")):
        with pytest.raises(Invalid) as caught:
            rows_of(**given)
        assert caught.value.field == field
    assert not PeopleForm({"people": " "}).is_valid()
    both = {"file": SimpleUploadedFile("list.csv", b"name\nRui")}
    assert not PeopleForm({"people": "Rui"}, both).is_valid()
