"""manage.py import_complaints: any dirty file comes in, whole, once."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.models import Complaint, CustomerCase
from recovery.clocks.models import Clock
from recovery.coordination.models import ExternalRef
from recovery.events.models import Event, ParkedEvent
from recovery.events.services import pump
from recovery.failures.models import Category, Failure, FailureMode, Track, WorkItem
from recovery.intake.models import ImportRun
from recovery.local.addresses import CHECKOUT
from recovery.messages.models import Message
from tests.factories import make_department

HEADER = (
    "Date received,Product,Issue,Sub-issue,Consumer complaint narrative,Company,"
    "Submitted via,Date sent to company,Company response to consumer,Consumer disputed?,"
    "Complaint ID"
)
ROW = "3/19/2015,Mortgage,Late fee,Twice,{words},Halden Bank,Phone,3/20/2015,{end},{disputed},{id}"
GIVEN = CHECKOUT.parent / "shared" / "data"


def a_row(number, words="They charged me twice.", end="Closed with explanation", disputed=""):
    return ROW.format(id=number, words=words, end=end, disputed=disputed)


@pytest.fixture
def desk(db):
    return make_department("Complaints desk")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    def make(*rows, header=HEADER, name="old.csv", encoding="utf-8", end="\n"):
        path = folder / name
        path.write_bytes(end.join([header, *rows, ""]).encode(encoding))
        return path

    return make


def run(path, *options):
    out = StringIO()
    call_command("import_complaints", str(path), *options, "--verbosity=0", stdout=out)
    return out.getvalue()


def cfpb(path, *options):
    return run(path, "--preset", "cfpb", *options)


def rejects(folder, name="old-rejects.csv"):
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def state_of(external_id):
    return ExternalRef.objects.get(external_id=external_id).item.state


def test_makes_history_that_asks_nobody_for_anything(desk, write):
    said = cfpb(write(a_row(1)))
    pump(now=timezone.now())
    failure, case = Failure.objects.get(), CustomerCase.objects.get()
    assert "1 complaints imported" in said
    assert (failure.title, failure.day.isoformat()) == ("Late fee, Halden Bank", "2015-03-19")
    assert (failure.channel, failure.owning_department) == ("phone", desk)
    assert failure.history
    assert case.history
    assert not Clock.objects.exists()
    assert not Message.objects.exists()
    assert set(WorkItem.objects.values_list("kind", flat=True)) == {"customer"}
    assert not ParkedEvent.objects.exists()
    assert Complaint.objects.get().words == "They charged me twice."


def test_live_starts_work(desk, write):
    cfpb(write(a_row(1)), "--live")
    assert WorkItem.objects.get().state == "received"
    assert not Failure.objects.get().history


@pytest.mark.parametrize(
    ("end", "disputed", "state", "status"),
    [
        ("In progress", "", "investigating", "recovering"),
        ("Closed with monetary relief", "", "remedied_unconfirmed", "recovered_unconfirmed"),
        ("Closed with non-monetary relief", "N/A", "remedied_unconfirmed", "recovered_unconfirmed"),
        ("Closed with monetary relief", "Yes", "final_response", "closed_unrecovered"),
        ("Closed with explanation", "No", "final_response", "closed_unrecovered"),
        ("Untimely response", "None", "final_response", "closed_unrecovered"),
        ("Vanished", "", "investigating", "recovering"),
        ("", "", "investigating", "recovering"),
    ],
)  # fmt: skip
def test_never_claims_more_than_the_file_says(desk, write, end, disputed, state, status):
    said = cfpb(write(a_row(1, end=end, disputed=disputed)))
    assert state_of("1") == state
    assert Failure.objects.get().status == status
    assert ("Vanished" in said) == (end == "Vanished")


def test_the_same_complaint_never_comes_in_twice(desk, write):
    cfpb(write(a_row(1), a_row(2), a_row(1)))
    said = cfpb(write(a_row(2), a_row(3), name="newer.csv"))
    assert "1 complaints imported" in said
    assert "1 known already" in said
    assert Failure.objects.count() == Complaint.objects.count() == 3


def test_the_same_file_again_has_nothing_left(desk, write):
    path = write(a_row(1))
    cfpb(path)
    assert "Nothing is left" in cfpb(path)
    assert Failure.objects.count() == 1


def test_rows_without_a_number_get_one_of_what_they_say(desk, write):
    header, row = "date_received,product,issue,state", "2016-10-03,Mortgage,Late fee,AZ"
    cfpb(write(row, row, header=header))
    said = cfpb(write(row, row, row, header=header, name="longer.csv", end="\r\n"))
    assert "1 complaints imported" in said
    assert Failure.objects.count() == 3


def test_makes_the_catalogue_it_needs_once(desk, write):
    cfpb(write(a_row(1), a_row(2).replace("Mortgage,Late fee", "MORTGAGE,late fee"),
               a_row(3).replace("Late fee", "Wrong rate")))  # fmt: skip
    assert Category.objects.count() == 1
    assert sorted(FailureMode.objects.values_list("name", flat=True)) == [
        "Late fee",
        "Wrong rate",
    ]
    assert Event.objects.filter(verb="catalogue.extended").count() == 1


def test_a_dirty_row_costs_only_itself(desk, folder, write):
    cfpb(write(
        a_row(1),
        a_row(2).replace("3/19/2015", "31/31/2015"),
        a_row(3).replace("3/19/2015", ""),
        a_row(4).replace("3/19/2015", "3/19/2999"),
        a_row(5, words="x" * 100_001),
        a_row(6) + ",one,more",
        "3/19/2015",
        ",,,,,,",
        a_row(7),
    ))  # fmt: skip
    found = rejects(folder)
    assert [each["rejected_row"] for each in found] == ["2", "3", "4", "5", "6", "7"]
    assert [each["Complaint ID"] for each in found[:3]] == ["2", "3", "4"]
    assert all(each["rejected_because"].endswith((".", "?")) for each in found)
    assert set(ExternalRef.objects.values_list("external_id", flat=True)) == {"1", "7"}
    assert ImportRun.objects.get().rejected == 6


def test_mended_rejects_come_in_by_the_same_command(desk, folder, write):
    cfpb(write(a_row(1), a_row(2).replace("3/19/2015", "soon")))
    path = folder / "old-rejects.csv"
    path.write_text(path.read_text().replace(",soon,", ",3/19/2015,"))
    assert "1 complaints imported" in cfpb(path)


@pytest.mark.parametrize(
    ("words", "encoding", "kept"),
    [
        ("Über 5 € – nie wieder", "utf-8-sig", "Über 5 € – nie wieder"),
        ("Café “niet” goed", "cp1252", "Café “niet” goed"),
        ("Só à noite", "latin-1", "Só à noite"),
        ("Nunca mais à", "utf-16", "Nunca mais à"),
        ("<script>alert(1)</script>", "utf-8", "<script>alert(1)</script>"),
        ("On XX/XX/XXXX they took {$400.00}.", "utf-8", "On XX/XX/XXXX they took {$400.00}."),
        ("nev\x00er", "utf-8", "never"),
        ("None", "utf-8", "Late fee: Twice (Mortgage)"),
        ("", "utf-8", "Late fee: Twice (Mortgage)"),
    ],
)
def test_takes_words_as_they_come(desk, write, words, encoding, kept):
    cfpb(write(a_row(1, words=words), encoding=encoding))
    assert Complaint.objects.get().words == kept


def test_two_encodings_in_one_file_are_both_read(desk, write, folder):
    path = write(a_row(1, words="Café"))
    path.write_bytes(path.read_bytes() + (a_row(2, words="Señor") + "\n").encode("latin-1"))
    cfpb(path)
    assert sorted(Complaint.objects.values_list("words", flat=True)) == ["Café", "Señor"]


def test_a_row_that_only_the_database_refuses_costs_only_itself(desk, folder, write):
    mapping = folder / "odd.toml"
    mapping.write_text(
        '[columns]\nreceived_at = "day"\nwhat_happened = "said"\ncustomer.phone = "tel"\n'
    )
    rows = ["2015-03-19,hello,", "2015-03-19,bad," + "1" * 39, "2015-03-19,bye,"]
    run(write(*rows, header="day,said,tel"), "--mapping", str(mapping))
    assert Failure.objects.count() == 2
    assert [each["said"] for each in rejects(folder)] == ["bad"]


def test_a_dry_run_shows_and_writes_nothing(desk, folder, write):
    said = cfpb(
        write(a_row(1), a_row(2), a_row(2), a_row(3).replace("3/19", "33/19")), "--dry-run"
    )
    assert "2015-03-19  Mortgage / Late fee  [Final response given]  They charged" in said
    assert "2 complaints would be imported in 1 kinds; 1 are known already, 1 would be" in said
    assert not Failure.objects.exists()
    assert not Category.objects.exists()
    assert not ImportRun.objects.exists()
    assert [each.name for each in folder.iterdir()] == ["old.csv"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows"),
        (HEADER.encode() + b"\n", "no rows"),
        (b"name,age\nRui,40\n", "no column “Date received”"),
        (b"PK\x03\x04rest", "a spreadsheet or an archive"),
        (b"\x00\x01\x02\x03" * 50, "no text"),
        (b"%PDF-1.7\n", "a PDF"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(desk, folder, content, said):
    (folder / "odd.csv").write_bytes(content)
    with pytest.raises(CommandError, match=said):
        cfpb(folder / "odd.csv")


def test_a_missing_file_a_folder_and_an_unknown_desk_are_named(desk, folder, write):
    with pytest.raises(CommandError, match="No such file"):
        cfpb(folder / "gone.csv")
    with pytest.raises(CommandError, match="Is a directory"):
        cfpb(folder)
    with pytest.raises(CommandError, match=desk.slug):
        cfpb(write(a_row(1)), "--department", "nowhere")
    with pytest.raises(CommandError, match="--preset cfpb"):
        run(write(a_row(1)))


@pytest.mark.slow
@pytest.mark.skipif(not GIVEN.exists(), reason="real complaints are not on this machine")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("cfpb_2016_349.csv", 349),
        ("cfpb_2017_145_snake_case_header.csv", 145),
        ("cfpb_official_subset_280.csv", 280),
        ("cfpb_payday_narratives_2827.csv", 2827),
        ("cfpb_2015_28156_no_company.csv", 28156),
    ],
)
def test_every_cfpb_file_given_comes_in_whole(desk, folder, name, rows):
    said = cfpb(GIVEN / "complaints" / name)
    assert f"{rows} complaints imported" in said
    assert "0 known already, 0 rejected" in said
    assert Complaint.objects.count() == Failure.objects.filter(history=True).count() == rows
    assert Track.objects.count() == 3 * rows
