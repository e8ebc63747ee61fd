import gc
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import F
from django.utils import timezone
from tqdm import tqdm

from recovery.coordination.services import keep_house
from recovery.demo.cast import PASSWORD, PLAYERS
from recovery.demo.colleagues import ProcessOwner, judge_candidates, leads, supporters
from recovery.demo.customers import DAYS, plan_failures, plan_today
from recovery.demo.engine import Stage
from recovery.demo.following import HELD_FOR, follow_up, introduce_rules
from recovery.demo.tales import plan_tales
from recovery.demo.world import build
from recovery.escalation.services import sweep, sweep_rules
from recovery.events.services import pump, run_daily
from recovery.failures.models import Failure
from recovery.insight.services import rebuild, rebuild_clocks
from recovery.messages.models import Message

SEED = 20260205


def play_night(now: datetime) -> None:
    """What worker and beat have done by the end of a day."""
    pump(now)
    sweep_rules(now)
    pump(now)
    keep_house(now=now)
    run_daily(now)


class Command(BaseCommand):
    help = "Loads the demo airline: 18 months, played through the real verbs and sweeps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-logins", action="store_true", help="only print e-mail, password and role"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["print_logins"]:
            shown = {player.role: player for player in reversed(PLAYERS)}
            for role in dict.fromkeys(player.role for player in PLAYERS):
                self.stdout.write(f"{shown[role].email} {PASSWORD} {role}")
            return
        if Failure.objects.exists():
            raise CommandError("There are failures already: the demo is for an empty database.")
        self.load()

    def load(self) -> None:
        """Each verb commits by itself, as it would in life; an end-to-end transaction of this
        length would slow the database down to a crawl."""
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        gc.set_threshold(100_000, 20, 20)  # little of what the play makes is garbage in circles
        end = timezone.now()
        start = end - timedelta(days=DAYS)
        world = build(now=start)
        introduce_rules(world, now=start, since=end - HELD_FOR)
        stage = Stage(
            world,
            seed=SEED,
            end=end,
            sweep=sweep,
            nightly=play_night,
            daily=(judge_candidates, ProcessOwner(), supporters, leads, follow_up),
        )
        plan_failures(stage, start)
        plan_today(stage)
        plan_tales(stage)
        with tqdm(total=DAYS, unit="day", desc="Playing 18 months") as bar:
            stage.run(start, lambda passed: bar.update(round(passed / timedelta(days=1), 2)))
        pump(end)
        # Nothing of the play leaves the house.
        Message.objects.filter(channel="email", state="queued").update(state="expired")
        letters = Message.objects.filter(channel="letter", state="queued")
        letters.update(state="sent", sent_at=F("due_at"))
        old = Message.objects.filter(created_at__lt=end - timedelta(hours=20))
        old.filter(read_at__isnull=True).update(read_at=end)
        rebuild()
        rebuild_clocks()
        self.stdout.write(
            f"Played {Failure.objects.count()} failures in {stage.acted} acts by"
            f" {len(PLAYERS)} people; {stage.refused} more were refused, as in life."
        )
