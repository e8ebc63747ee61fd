from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from recovery.insight import services
from recovery.insight.selectors import failure_total, item_total


class Command(BaseCommand):
    help = "Counts every figure of the boards anew from the failures themselves."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with tqdm(total=failure_total(), unit="failure", desc="Counting") as bar:
            counted = services.rebuild(progress=bar.update)
        with tqdm(total=item_total(), unit="case", desc="Counting clocks") as bar:
            services.rebuild_clocks(progress=bar.update)
        self.stdout.write(f"Counted {counted} failures anew.")
