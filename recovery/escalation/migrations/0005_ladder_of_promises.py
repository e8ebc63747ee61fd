from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
# percent of the promised time, who is told, the level the case rises to
RUNGS = [(75, "owner", 0), (100, "desk_lead", 1)]


def seed(apps, schema_editor):
    """Whoever holds a promise is warned, then the lead of the desk that answers for it hears."""
    Ladder = apps.get_model("escalation", "Ladder")
    LadderVersion = apps.get_model("escalation", "LadderVersion")
    Rung = apps.get_model("escalation", "Rung")
    ladder, made = Ladder.objects.get_or_create(
        clock_kind="promise", defaults={"key": "house-promise", "name": "Promised"}
    )
    if not made:
        return
    version = LadderVersion.objects.create(ladder=ladder, number=1, effective=ALWAYS)
    for order, (percent, tells, level) in enumerate(RUNGS, start=1):
        Rung.objects.create(
            version=version, order=order, percent=percent, tells=tells, level=level
        )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0004_ladder_of_the_law")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
