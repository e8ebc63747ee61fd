"""Taking in a file of complaints: in chunks, each whole or not at all, from where it stopped.

How far a run has come is written in the transaction of each chunk, so that whatever kills the
program, the next start goes on behind the last row that is really there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched, dropwhile
from typing import Final

from django.db import transaction
from django.db.models import F
from django.db.utils import DataError, IntegrityError

from recovery.coordination.services import Report, report_failures
from recovery.coordination.services.report import Mode
from recovery.events.services import record
from recovery.failures.services import add_to_catalogue
from recovery.failures.services.catalogue import Labels, Places
from recovery.intake.models import ImportRun
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Which file, read in which way: `digest` is of both, `preset` names the way."""

    digest: str
    name: str
    preset: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file, the first below the header being 1: a report, or why it is none.

    `labels` are the names of its category and mode, whose keys the report does not have yet;
    `values` what the file says, to be handed back with a refusal.
    """

    number: int
    values: Sequence[str] = ()
    report: Report | None = None
    labels: Labels = ("", "")
    refusal: str = ""


type Refuse = Callable[[FileRow], None]
type Progress = Callable[[int], object]


def begin_import(*, facts: FileFacts, actor: Person, now: datetime) -> ImportRun:
    """Return the run of this file, a new one or the one that was interrupted or has finished.

    Raises NotAllowed for a person who may not import.
    """
    if actor.kind == Person.Kind.HUMAN:
        require(actor, Permission.IMPORT_RUN)
    run, made = ImportRun.objects.get_or_create(
        digest=facts.digest,
        preset=facts.preset,
        defaults={"file_name": facts.name[-200:], "by": actor, "started_at": now},
    )
    if made:
        _record(run, "import.started", actor=actor, now=now)
    return run


def import_rows(
    rows: Iterable[FileRow],
    *,
    run: ImportRun,
    mode: Mode,
    actor: Person,
    now: datetime,
    refuse: Refuse,
    progress: Progress,
) -> ImportRun:
    """Import what follows the rows already done; `rows` begins with the first of the file.

    `refuse` is called for each row that cannot be taken, before its chunk is committed;
    `progress` with the number of rows of each chunk after that. Raises Conflict when another
    process imports the same file.
    """
    done = run.rows_done
    known: dict[Labels, Places] = {}
    left: Iterator[FileRow] = dropwhile(lambda row: row.number <= done, rows)
    for chunk in batched(left, CHUNK):
        reports = _placed(chunk, known, actor=actor, now=now)
        with transaction.atomic():
            _hold(run)
            counts = _write(reports, mode=mode, actor=actor, now=now)
            refused = [
                replace(row, refusal=row.refusal or counts.refused[row.number])
                for row in chunk
                if row.refusal or row.number in counts.refused
            ]
            for row in refused:
                refuse(row)
            ImportRun.objects.filter(pk=run.pk).update(
                rows_done=chunk[-1].number,
                imported=F("imported") + counts.imported,
                existing=F("existing") + counts.existing,
                rejected=F("rejected") + len(refused),
            )
        run.refresh_from_db()
        progress(len(chunk))
    return run


@transaction.atomic
def finish_import(*, run: ImportRun, actor: Person, now: datetime) -> ImportRun:
    """Note that the file has been read to its end; a second time changes nothing."""
    if ImportRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=now):
        run.refresh_from_db()
        _record(run, "import.finished", actor=actor, now=now)
    return run


@dataclass(slots=True)
class _Counts:
    imported: int = 0
    existing: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def _placed(
    chunk: Sequence[FileRow], known: dict[Labels, Places], *, actor: Person, now: datetime
) -> dict[int, Report]:
    """The reports of the chunk by row number, with the keys of their category and mode."""
    labels = dict.fromkeys(row.labels for row in chunk if row.report)
    fresh = [pair for pair in labels if pair not in known]
    if fresh:
        known |= add_to_catalogue(labels=fresh, actor=actor, now=now)
    found = {}
    for row in chunk:
        if row.report is not None:
            category_id, mode_id = known[row.labels]
            found[row.number] = replace(row.report, category_id=category_id, mode_id=mode_id)
    return found


def _hold(run: ImportRun) -> None:
    """Lock the run. Raises Conflict when somebody else has moved it on."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.rows_done != run.rows_done:
        raise Conflict(
            "import_running",
            gettext_noop(
                "Another process is importing this same file. Let it end, then look at its count."
            ),
        )


def _write(
    reports: Mapping[int, Report], *, mode: Mode, actor: Person, now: datetime
) -> _Counts:
    """Write all at once; if the database refuses, one by one, so that one bad row costs itself."""
    if not reports:
        return _Counts()
    try:
        with transaction.atomic():
            results = report_failures(list(reports.values()), actor=actor, now=now, mode=mode)
    except (DataError, IntegrityError, Invalid):
        return _write_each(reports, mode=mode, actor=actor, now=now)
    made = sum(each.created for each in results)
    return _Counts(made, len(results) - made)


def _write_each(
    reports: Mapping[int, Report], *, mode: Mode, actor: Person, now: datetime
) -> _Counts:
    counts = _Counts()
    for number, report in reports.items():
        try:
            with transaction.atomic():
                [result] = report_failures([report], actor=actor, now=now, mode=mode)
        except (DataError, IntegrityError, Invalid) as error:
            counts.refused[number] = " ".join(str(error).split())
        else:
            counts.imported += result.created
            counts.existing += not result.created
    return counts


def _record(run: ImportRun, verb: str, *, actor: Person, now: datetime) -> None:
    """The log holds counts; the name of a file may name people."""
    record(
        stream=f"import:{run.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        public={
            "rows": run.rows_done,
            "imported": run.imported,
            "existing": run.existing,
            "rejected": run.rejected,
        },
    )
