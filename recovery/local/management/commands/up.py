"""Everything on one machine by one command: servers, web, worker, beat, demo data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recovery.local.errors import LocalError
from recovery.local.upping import Up


class Command(BaseCommand):
    help = (
        "Start Recovery on this machine: a PostgreSQL and a Valkey of its own (unless "
        "DATABASE_URL and REDIS_URL name others), the web server, a worker and the clock. "
        "Ctrl-C stops everything."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="loopback port; default: 8000 or the next")
        parser.add_argument(
            "--data-dir", help="folder for all data; default: RECOVERY_DATA_DIR or .recovery"
        )
        parser.add_argument("--no-demo", action="store_true", help="start without demo data")
        parser.add_argument("--workers", type=int, default=2, help="web processes; default: 2")

    def handle(self, *args: Any, **options: Any) -> None:
        up = Up(
            port=options["port"],
            workers=options["workers"],
            demo=not options["no_demo"],
            write=self._write,
        )
        try:
            up.run()
        except LocalError as error:
            raise CommandError(str(error)) from error

    def _write(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
