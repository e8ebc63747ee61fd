"""manage.py create_api_key NAME --scope complaints:write --scope failures:read"""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery.kernel.refusals import Refusal
from recovery.org.selectors import system_person
from recovery.org.services import SCOPES, create_api_key


class Command(BaseCommand):
    """Prints the new key alone on standard output, once; nothing can show it again."""

    help = "Make an API key and print it, once. Keep it where you keep passwords."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Who will use it, such as 'website form'.")
        known = ", ".join(f"{scope} ({words.lower()})" for scope, words in SCOPES.items())
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            required=True,
            help=f"What the key may do; give it once for each of: {known}.",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=None,
            help="After how many days it ends; never if left out.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        days = options["days"]
        if days is not None and not 0 < days <= 3650:
            raise CommandError("Give --days as a number from 1 to 3650, or leave it out.")
        try:
            key = create_api_key(
                name=options["name"],
                scopes=options["scope"],
                actor=system_person(),
                now=now,
                expires_at=now + timedelta(days=days) if days else None,
            )
        except Refusal as refusal:
            raise CommandError(refusal.say(_)) from refusal
        self.stdout.write(key)
