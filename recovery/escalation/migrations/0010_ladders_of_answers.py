from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
# percent of the time, who is told, the level the case rises to
LINE = [(75, "owner", 0), (100, "desk_lead", 1)]
# The next word is the holder's own affair until it is long over.
QUIET = [(100, "owner", 0), (200, "desk_lead", 1)]
LADDERS = [
    ("respond", "Answer in full", LINE),
    ("next_update", "Tell them how it stands", QUIET),
    ("contain", "Contain it", LINE),
    ("verify", "Look whether it worked", QUIET),
]


def seed(apps, schema_editor):
    """Whoever holds the case hears first, then the lead of the desk."""
    Ladder = apps.get_model("escalation", "Ladder")
    LadderVersion = apps.get_model("escalation", "LadderVersion")
    Rung = apps.get_model("escalation", "Rung")
    for kind, name, rungs in LADDERS:
        ladder, made = Ladder.objects.get_or_create(
            clock_kind=kind, defaults={"key": f"house-{kind.replace('_', '-')}", "name": name}
        )
        if not made:
            continue
        version = LadderVersion.objects.create(ladder=ladder, number=1, effective=ALWAYS)
        for order, (percent, tells, level) in enumerate(rungs, start=1):
            Rung.objects.create(
                version=version, order=order, percent=percent, tells=tells, level=level
            )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0009_house_rules")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
