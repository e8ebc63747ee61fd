from datetime import UTC, datetime

from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

# Open at the start, so that a simulated past finds a ladder too.
ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
# percent of the clock's time, who is told, the level the case rises to
LINE = [(75, "owner", 0), (100, "desk_lead", 1)]
SUPPORT = [(75, "owner", 0), (100, "deputy", 0)]
LADDERS = [
    ("acknowledge", "Acknowledge", LINE),
    ("outreach", "Reach out", LINE),
    ("resolve", "Put it right", LINE),
    ("follow_up", "Ask whether it is solved", LINE),
    ("triage", "Decide: pool or open", LINE),
    ("approve", "Decide on an approval", LINE),
    ("offer_support", "Offer support", SUPPORT),
    ("support_follow_up", "Ask how it is going", SUPPORT),
]


def seed(apps, schema_editor):
    """Two rungs each: whoever holds it is warned, then the lead (for support: a deputy) hears."""
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
    dependencies = [("escalation", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="rung",
            name="tells",
            field=models.CharField(
                choices=[
                    ("owner", "whoever holds the case"),
                    ("desk_lead", "the desk's lead"),
                    ("upper_lead", "the lead one department up"),
                    ("deputy", "another supporter, never the line"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
