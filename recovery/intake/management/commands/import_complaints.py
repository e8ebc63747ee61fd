"""manage.py import_complaints FILE --preset cfpb"""

import hashlib
import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import batched
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from recovery.intake.exports import rejects_file
from recovery.intake.forms.files import Table, open_table
from recovery.intake.forms.mapping import FileMap, load_map
from recovery.intake.forms.presets import PRESETS
from recovery.intake.forms.rows import TAKEN_AS, RowReader
from recovery.intake.selectors import departments_by_slug, numbers_known
from recovery.intake.services import (
    FileFacts,
    FileRow,
    begin_import,
    finish_import,
    import_rows,
)
from recovery.kernel.refusals import Refusal
from recovery.org.selectors import organisation, system_person

PREVIEWED = 5
LISTED = 8
LOOKED_UP = 1_000


class Command(BaseCommand):
    """Takes in a file of complaints; started again after whatever stopped it, it goes on."""

    help = (
        "Import complaints from a CSV file. They come in as history, with no clocks and no "
        "messages, unless --live is given. The same complaint never comes in twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The CSV file.")
        parser.add_argument(
            "--preset", choices=sorted(PRESETS), help="A kind of file we know, by name."
        )
        parser.add_argument(
            "--mapping", type=Path, help="A TOML or JSON file that says which column is what."
        )
        parser.add_argument("--source", default="", help="What to call the system it is from.")
        parser.add_argument(
            "--department", default="", help="The desk that gets them, by slug."
        )
        parser.add_argument(
            "--live", action="store_true", help="As work to do now: clocks start, desks see it."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what would come of it; write nothing."
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            help="Where to write rows that cannot be taken; else FILE-rejects.csv here.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            file_map = _map_of(options)
            table = open_table(options["file"])
            reader = _reader_of(table, file_map, options)
            if options["dry_run"]:
                self._preview(table, reader, options)
            else:
                self._import(table, reader, options)
        except Refusal as refusal:
            raise CommandError(refusal.say(_)) from refusal
        except KeyboardInterrupt as stop:
            words = _("Stopped. Start the same command again and it goes on where it was.")
            raise CommandError(words, returncode=130) from stop
        except OSError as error:
            words = _("%(path)s cannot be written: %(why)s. Name another place with --rejects.")
            given = {"path": error.filename, "why": error.strerror}
            raise CommandError(words % given) from error

    def _import(self, table: Table, reader: RowReader, options: Mapping[str, Any]) -> None:
        actor = system_person()
        facts = FileFacts(_digest(table, reader), table.path.name, reader.file_map.name)
        run = begin_import(facts=facts, actor=actor, now=reader.now)
        begun, before = run.rows_done, (run.imported, run.existing, run.rejected)
        if run.finished_at:
            words = _("This file was imported already, read in the same way. Nothing is left.")
            self.stdout.write(words)
            return
        if begun:
            self.stdout.write(_("Going on behind row %(row)s.") % {"row": begun})
        path = options["rejects"] or Path(f"{table.path.stem}-rejects.csv")
        start = time.perf_counter()
        with (
            _bar(table, options, begun) as bar,
            rejects_file(path, table.header, done=begun) as reject,
        ):
            run = import_rows(
                _rows(table, reader),
                run=run,
                mode="live" if options["live"] else "history",
                actor=actor,
                now=reader.now,
                refuse=lambda row: reject(row.number, row.refusal, row.values),
                progress=bar.update,
            )
        run = finish_import(run=run, actor=actor, now=timezone.now())
        after = (run.imported, run.existing, run.rejected)
        counts = tuple(b - a for a, b in zip(before, after, strict=True))
        self._sum_up(counts, time.perf_counter() - start)
        self._say_unknown(reader)
        if run.rejected:
            words = _(
                "Rejected rows, with the reasons: %(path)s. Mend them and import that file."
            )
            self.stdout.write(words % {"path": path})

    def _sum_up(self, counts: tuple[int, ...], seconds: float) -> None:
        imported, existing, rejected = counts
        self.stdout.write(
            _(
                "%(imported)s complaints imported in %(seconds).1f s (%(rate).0f a second), "
                "%(existing)s known already, %(rejected)s rejected."
            )
            % {
                "imported": imported,
                "seconds": seconds,
                "rate": imported / seconds,
                "existing": existing,
                "rejected": rejected,
            }
        )

    def _preview(self, table: Table, reader: RowReader, options: Mapping[str, Any]) -> None:
        found: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        labels: set[tuple[str, str]] = set()
        seen: set[str] = set()
        first: list[str] = []
        with _bar(table, options, 0) as bar:
            for chunk in batched(_rows(table, reader), LOOKED_UP):
                refs = {each.report.external_id for each in chunk if each.report}
                known = numbers_known(reader.source, refs) | (seen & refs)
                for row in chunk:
                    if row.number <= PREVIEWED:
                        first.append(_shown(row))
                    if row.report is None:
                        reasons[row.refusal] += 1
                        continue
                    labels.add(row.labels)
                    number = row.report.external_id
                    found["known" if number in known or number in seen else "new"] += 1
                    seen.add(number)
                bar.update(len(chunk))
        self.stdout.write("\n".join(first))
        self.stdout.write(
            _(
                "Dry run, nothing was written. %(new)s complaints would be imported in "
                "%(labels)s kinds; %(known)s are known already, %(rejected)s would be rejected."
            )
            % {
                "new": found["new"],
                "known": found["known"],
                "rejected": reasons.total(),
                "labels": len(labels),
            }
        )
        for reason, count in reasons.most_common(LISTED):
            self.stdout.write(f"  {count} × {reason}")
        self._say_unknown(reader)

    def _say_unknown(self, reader: RowReader) -> None:
        for (name, word), count in reader.unknown.most_common(LISTED):
            words = _("Not known: %(name)s “%(word)s”, in %(count)s rows; taken as %(taken)s.")
            taken = TAKEN_AS[name]
            given = {"name": name, "word": word, "count": count, "taken": taken}
            self.stdout.write(words % given)


def _map_of(options: Mapping[str, Any]) -> FileMap:
    if options["mapping"]:
        return load_map(options["mapping"])
    if options["preset"]:
        return PRESETS[options["preset"]]
    raise CommandError(_("Say how to read it: --preset cfpb, or --mapping FILE."))


def _reader_of(table: Table, file_map: FileMap, options: Mapping[str, Any]) -> RowReader:
    desks = departments_by_slug()
    slug = options["department"]
    if slug and slug not in desks:
        known = ", ".join(sorted(desks)) or "-"
        words = _("There is no department %(slug)s. Known: %(known)s.")
        raise CommandError(words % {"slug": slug, "known": known})
    source = options["source"].strip() or file_map.source
    if len(source) > 60:
        raise CommandError(_("Give a source of at most 60 characters."))
    return RowReader(
        file_map=file_map,
        header=table.header,
        source=source,
        zone=ZoneInfo(file_map.zone or organisation().zone),
        now=timezone.now(),
        live=options["live"],
        department_id=desks.get(slug),
        departments=desks,
    )


def _rows(table: Table, reader: RowReader) -> Iterator[FileRow]:
    return (reader.read(number, values) for number, values in table)


def _bar(table: Table, options: Mapping[str, Any], begun: int) -> "tqdm[Any]":
    return tqdm(
        total=table.rows,
        initial=begun,
        unit=" rows",
        desc=table.path.name[:30],
        disable=options["verbosity"] == 0,
    )


def _digest(table: Table, reader: RowReader) -> str:
    """Of the file and of how it is read: read otherwise, it is another import."""
    way = (asdict(reader.file_map), reader.source, reader.live, reader.department_id)
    plain = json.dumps((table.digest, way), sort_keys=True, default=sorted)
    return hashlib.sha256(plain.encode()).hexdigest()


def _shown(row: FileRow) -> str:
    """A row as it would be, in one line."""
    report = row.report
    if report is None or report.complaint is None:
        return f"{row.number:>4}  {_('rejected')}: {row.refusal}"
    state = report.historic.state.word if report.historic else _("Received")
    kind = " / ".join(filter(None, row.labels))
    words = " ".join(report.complaint.words.split())[:70]
    return (
        f"{row.number:>4}  {report.complaint.received_at:%Y-%m-%d}  {kind}  [{state}]  {words}"
    )
