"""Other files than CFPB's, by a mapping file."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError

from cases.models import Complaint, Customer
from recovery.coordination.models import ExternalRef
from recovery.failures.models import Failure
from recovery.intake.forms.mapping import FIELDS
from recovery.local.addresses import CHECKOUT
from tests.intake.test_import_complaints import GIVEN, desk, folder, run, write

__all__ = ["desk", "folder", "write"]

# What the guide shows is what is tested.
GUIDE = (CHECKOUT / "docs" / "importing.md").read_text()
TICKETS = GUIDE.partition("```toml\n")[2].partition("```")[0]
HEADER = "Ticket #,Customer Complaint,Date,Time,Received Via,City,Status,Who"
ROW = "7;Slow;18-04-2015;09:55:47 PM;Customer Care Call;Acworth;Solved;Rui Tavares"


@pytest.fixture
def mapping(folder):
    def make(text=TICKETS, name="tickets.toml"):
        path = folder / name
        path.write_text(text)
        return str(path)

    return make


def test_reads_what_the_mapping_says(desk, mapping, write):
    run(write(ROW, header=HEADER.replace(",", ";")), "--mapping", mapping())
    failure, complaint = Failure.objects.get(), Complaint.objects.get()
    assert complaint.received_at == datetime(2015, 4, 19, 1, 55, 47, tzinfo=UTC)
    assert (complaint.words, complaint.channel, complaint.external_id) == ("Slow", "phone", "7")
    assert (failure.title, failure.experience, failure.status) == (
        "Internet", 2, "recovered_unconfirmed",
    )  # fmt: skip
    assert failure.account == "Slow\n\nCity: Acworth"
    assert Customer.objects.get().name == "Rui Tavares"
    assert ExternalRef.objects.get().source == "tickets"


def test_a_mapping_may_be_json(desk, mapping, write):
    sent = {"columns": {"received_at": "day", "what_happened": "said"}}
    path = write("2020-01-31T10:00:00Z,hello", header="day,said")
    run(path, "--mapping", mapping(json.dumps(sent), "few.json"))
    assert Complaint.objects.get().received_at == datetime(2020, 1, 31, 10, tzinfo=UTC)
    assert ExternalRef.objects.get().source == "few"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns", "cannot be read"),
        ("", "received_at"),
        ('[columns]\nreceived_at = "Date"\nwho = "x"', "who is not known"),
        ('[columns]\nreceived_at = 7', "in quotation marks"),
        ('colour = "red"', "colour is not known"),
        ('date_order = "ydm"\n[columns]\nreceived_at = "Date"', "date_order is one of"),
        ('zone = "Mars/Olympus"\n[columns]\nreceived_at = "Date"', "no time zone Mars"),
        ('[columns]\nreceived_at = "Day"', "no column “Day”"),
        ('[columns]\nreceived_at = "Date"\n[values.state]\nx = "gone"', "gone is not known"),
        ('[columns]\nreceived_at = "Date"\n[constants]\nseverity = 5', "5 is not known"),
        ('columns = 7', "must be a table"),
        ('[columns]\nreceived_at = "Date"\n[values]\nstate = 7', "must be a table"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_to_do(desk, mapping, write, text, said):
    path = write("1,x,18-04-2015,,,,,", header=HEADER)
    with pytest.raises(CommandError, match=said):
        run(path, "--mapping", mapping(text))
    assert not Failure.objects.exists()


def test_the_guide_names_every_field():
    assert [name for name in FIELDS if f"`{name}`" not in GUIDE] == []


@pytest.mark.skipif(not GIVEN.exists(), reason="real complaints are not on this machine")
def test_real_tickets_of_another_kind_come_in(desk, mapping):
    path = GIVEN / "texts" / "comcast_fcc_even_tickets.csv"
    said = run(path, "--mapping", mapping(TICKETS.replace('customer.name = "Who"', "")))
    assert "0 rejected" in said
    assert Complaint.objects.count() == 1132
