"""An import killed with -9 in the middle goes on behind the last row that is really there."""

import csv
import os
import signal
import subprocess
import sys

import pytest

from cases.models import Complaint
from recovery.failures.models import Failure, Track
from recovery.intake.models import ImportRun
from recovery.intake.services import FileFacts, FileRow, begin_import, import_rows
from recovery.kernel.refusals import Conflict
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.org.selectors import system_person
from tests.factories import NOON, make_department
from tests.intake.test_import_complaints import HEADER, a_row

ROWS, EVERY = 6_000, 400
PATIENCE = 60


@pytest.fixture
def path(tmp_path):
    rows = [a_row(number) for number in range(1, ROWS + 1)]
    for number in range(EVERY, ROWS + 1, EVERY):
        rows[number - 1] = rows[number - 1].replace("3/19/2015", "soon")
    found = tmp_path / "long.csv"
    found.write_text("\n".join([HEADER, *rows]))
    return found


def start(path, environment):
    program = [sys.executable, "manage.py", "import_complaints", str(path), "--preset=cfpb"]
    return subprocess.Popen(  # noqa: S603  (our own command line)
        [*program, f"--rejects={path.with_name('rejects.csv')}"],
        cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def rows_done():
    return ImportRun.objects.values_list("rows_done", flat=True).first() or 0


@pytest.mark.slow
def test_a_killed_import_goes_on_and_doubles_nothing(path, program_environment):
    make_department("Complaints desk")
    with start(path, program_environment) as killed:
        assert wait_until(lambda: rows_done() > 0, seconds=PATIENCE)
        os.kill(killed.pid, signal.SIGKILL)
    done = rows_done()
    assert 0 < done < ROWS
    assert Failure.objects.count() == ImportRun.objects.get().imported

    with start(path, program_environment) as again:
        said, errors = again.communicate(timeout=PATIENCE)
    bad = ROWS // EVERY
    assert again.returncode == 0, errors
    assert f"Going on behind row {done}." in said
    assert Failure.objects.count() == Complaint.objects.count() == ROWS - bad
    assert Track.objects.count() == 3 * (ROWS - bad)
    run = ImportRun.objects.get()
    assert (run.rows_done, run.imported, run.existing, run.rejected) == (
        ROWS,
        ROWS - bad,
        0,
        bad,
    )
    with path.with_name("rejects.csv").open() as file:
        found = [int(line["rejected_row"]) for line in csv.DictReader(file)]
    assert found == list(range(EVERY, ROWS + 1, EVERY))


def test_two_imports_of_one_file_do_not_run_beside_each_other(db):
    facts = FileFacts("d" * 64, "old.csv", "cfpb")
    run = begin_import(facts=facts, actor=system_person(), now=NOON)
    ImportRun.objects.filter(pk=run.pk).update(rows_done=7)
    with pytest.raises(Conflict, match="Another process"):
        import_rows(
            [FileRow(1, refusal="No.")], run=run, mode="history", actor=system_person(),
            now=NOON, refuse=print, progress=print,
        )  # fmt: skip
    assert ImportRun.objects.get().rejected == 0
