from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from recovery.kernel.refusals import Refusal
from staff.selectors import count_notes
from staff.services import rotate_notes


class Command(BaseCommand):
    help = (
        "Encrypt all support notes anew with the first key of RECOVERY_SUPPORT_KEYS. Put the new "
        "key first, keep the old ones behind it, run this, then remove the old ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=200, help="notes in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable: list[int] = []
        done, after = 0, 0
        with tqdm(total=count_notes(), unit="note", file=self.stderr) as bar:
            while True:
                try:
                    step = rotate_notes(after_id=after, limit=max(1, options["chunk"]))
                except Refusal as refusal:
                    raise CommandError(str(refusal)) from refusal
                done += step.done
                unreadable += step.unreadable
                bar.update(step.done + len(step.unreadable))
                if step.last_id is None:
                    break
                after = step.last_id
        if unreadable:
            numbers = ", ".join(map(str, unreadable[:20]))
            message = f"{done} notes done; no key opens {len(unreadable)}: {numbers}. Add the old key."
            raise CommandError(message)
        self.stdout.write(f"{done} notes now need the first key only.")
