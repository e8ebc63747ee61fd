"""Importing a file against COPY of the same rows, prepared beforehand, into the same tables."""

import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import django

from recovery.local.addresses import CHECKOUT
from tests.benchmarks.serving import cpu_seconds, database, say

GIVEN = CHECKOUT.parent / "shared" / "data" / "complaints" / "cfpb_2015_28156_no_company.csv"
MADE = 10_000
HEADER = "Date received,Product,Issue,Consumer complaint narrative,Complaint ID\n"
WORDS = "They charged me twice and nobody could tell me why it had been done. " * 6
# What an import writes, in an order that keys allow; columns whose keys are moved to be new.
TABLES = (
    "failures.Failure", "failures.Track", "failures.SearchDoc", "failures.WorkItem",
    "cases.CustomerCase", "cases.Complaint", "coordination.ExternalRef", "events.Event",
)  # fmt: skip
MOVED_BY = 1_000_000_000
MOVED = {"failure_id", "item_id", "case_id"}
WITH_OWN_KEY = {"failures.Failure", "failures.WorkItem"}


@dataclass(frozen=True, slots=True)
class Run:
    """Complaints a second, and milliseconds of CPU for one, of Python and of the database."""

    rate: float
    python_ms: float
    database_ms: float


def run(*, seconds: float, repeats: int) -> None:
    """Print rates of import and floor, one after the other `repeats` times; `seconds` is unused."""
    with database() as server, tempfile.TemporaryDirectory() as folder:
        django.setup()
        _prepare()
        path = GIVEN if GIVEN.exists() else _made(Path(folder))
        postgres = server.pid()
        assert postgres is not None
        found: list[tuple[Run, Run]] = []
        for _ in range(repeats):
            first = _next_failure()
            source = f"bench-{time.time_ns()}"
            imported, count = _measured(partial(_import, path, source), postgres)
            prepared = list(_rows_from(first, first + count))
            floor, _count = _measured(partial(_copy, prepared, count), postgres)
            found.append((imported, floor))
        _print(found, path)


def _print(found: list[tuple[Run, Run]], path: Path) -> None:
    say(f"{path.name}, load {os.getloadavg()[0]:.1f}, medians of {len(found)}")
    say("            complaints/s   Python ms   database ms of CPU for one")
    for name, runs in zip(("import", "COPY"), zip(*found, strict=True), strict=True):
        say(
            f"{name:12} {median(each.rate for each in runs):11.0f} "
            f"{median(each.python_ms for each in runs):11.3f} "
            f"{median(each.database_ms for each in runs):13.3f}"
        )
    ratios = sorted(imported.rate / floor.rate for imported, floor in found)
    say(f"import to COPY: {median(ratios):.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}]")


def _measured(work: Callable[[], int], postgres: int) -> tuple[Run, int]:
    database_before, python_before = cpu_seconds(postgres), time.process_time()
    start = time.perf_counter()
    count = work()
    took = time.perf_counter() - start
    python = (time.process_time() - python_before) * 1000 / count
    in_database = (cpu_seconds(postgres) - database_before) * 1000 / count
    return Run(count / took, python, in_database), count


def _prepare() -> None:
    from recovery.org.models import Department, Organisation  # noqa: PLC0415

    Organisation.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    Department.objects.get_or_create(slug="bench", defaults={"name": "Bench"})


def _made(folder: Path) -> Path:
    path = folder / "made.csv"
    rows = (f"3/{n % 28 + 1}/2015,Mortgage,Issue {n % 90},{WORDS},{n}\n" for n in range(MADE))
    path.write_text(HEADER + "".join(rows))
    return path


def _import(path: Path, source: str) -> int:
    from django.core.management import call_command  # noqa: PLC0415

    from recovery.intake.models import ImportRun  # noqa: PLC0415

    call_command(
        "import_complaints", str(path), "--preset=cfpb", f"--source={source}", "-v0",
        stdout=io.StringIO(),
    )  # fmt: skip
    return ImportRun.objects.latest("pk").imported


def _next_failure() -> int:
    from recovery.failures.models import Failure  # noqa: PLC0415

    imported = Failure.objects.filter(pk__lt=MOVED_BY).order_by("-pk")
    latest = imported.values_list("pk", flat=True).first()
    return (latest or 0) + 1


def _rows_from(first: int, end: int) -> Iterator[tuple[str, str]]:
    """(COPY statement, its text) for each table, of failures `first` to `end`, moved."""
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    shift = MOVED_BY + time.time_ns() % MOVED_BY
    for name in TABLES:
        options = apps.get_model(name)._meta
        columns, values = [], []
        for field in options.local_concrete_fields:
            own_key = field.primary_key and name in WITH_OWN_KEY
            moved = own_key or field.column in MOVED
            if getattr(field, "generated", False) or (field.column == "id" and not own_key):
                continue
            columns.append(f'"{field.column}"')
            values.append(f'"{field.column}" + {shift}' if moved else _new(name, field.column))
        key = {"failures.Failure": "id", "cases.Complaint": "case_id"}.get(name, "failure_id")
        where = f"{key} >= {first} AND {key} < {end}"
        if key == "case_id":
            where = f"case_id IN (SELECT item_id FROM cases_customercase WHERE failure_id >= {first} AND failure_id < {end})"  # noqa: S608
        table, listed = options.db_table, ", ".join(columns)
        lines = io.StringIO()
        with connection.cursor() as cursor:
            select = f"SELECT {', '.join(values)} FROM {table} WHERE {where}"  # noqa: S608
            cursor.copy_expert(f"COPY ({select}) TO STDOUT", lines)
        yield f"COPY {table} ({listed}) FROM STDIN", lines.getvalue()


def _new(table: str, column: str) -> str:
    if table == "coordination.ExternalRef" and column == "source":
        return "'copy' || \"source\""
    return "NULL" if table == "events.Event" and column == "position" else f'"{column}"'


def _copy(prepared: list[tuple[str, str]], count: int) -> int:
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        for statement, text in prepared:
            cursor.copy_expert(statement, io.StringIO(text))
    return count
