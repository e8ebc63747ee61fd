from datetime import UTC, datetime

from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

HOUR = 3600
DAY, SHIFT = 24 * HOUR, 8 * HOUR
ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
SOURCE = "House default, to be confirmed by your organisation; not a law."
# key, name, kind, targets by priority, priorities that run around the clock, pause cap, in words
STANDARDS = [
    ("house-respond", "Answer in full", "respond",
     {"1": DAY, "2": 2 * SHIFT, "3": 4 * SHIFT, "4": 7 * SHIFT}, [1], 10,
     "After our first words the customer hears in full what we do for them, or why not, within 24 hours, or two, four or seven working days."),
    ("house-next-update", "Tell them how it stands", "next_update",
     {"1": 4 * HOUR, "2": SHIFT, "3": 3 * SHIFT}, [1], None,
     "While it is our turn the customer hears how it stands every four hours, every working day or every three working days; small things go without."),
    ("house-contain", "Contain it", "contain",
     {"1": DAY, "2": 2 * SHIFT, "3": 5 * SHIFT}, [1], None,
     "What fails is kept from spreading within 24 hours, or two or five working days, before its cause is known; small things go without."),
    ("house-verify", "Look whether it worked", "verify",
     dict.fromkeys("1234", 5 * SHIFT), [], None,
     "Within five working days of the day the plan names, somebody looks whether the change worked."),
]  # fmt: skip


def seed(apps, schema_editor):
    """Standards for the words between, the answer in full, containment and proof."""
    Standard = apps.get_model("clocks", "Standard")
    StandardVersion = apps.get_model("clocks", "StandardVersion")
    for key, name, kind, targets, around_clock, cap, words in STANDARDS:
        standard, made = Standard.objects.get_or_create(
            key=key, defaults={"name": name, "clock_kind": kind, "words": words}
        )
        if made:
            StandardVersion.objects.create(
                standard=standard, number=1, effective=ALWAYS, targets=targets,
                around_clock=around_clock, pause_cap_days=cap, source=SOURCE,
            )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('clocks', '0009_rounds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('outreach', 'Reach the customer'), ('acknowledge', 'Acknowledge'), ('respond', 'Answer in full'), ('next_update', 'Tell them how it stands'), ('resolve', 'Put it right'), ('follow_up', 'Ask whether it is solved'), ('triage', 'Decide: pool or open'), ('contain', 'Contain it'), ('verify', 'Look whether it worked'), ('offer_support', 'Make the offer'), ('support_follow_up', 'Ask how it is going'), ('approve', 'Decide on the approval'), ('regulatory', 'Owed by law'), ('promise', 'Promised'), ('accept_handover', 'Accept what is handed over'), ('task', 'To do')], max_length=20),
        ),
        migrations.AlterField(
            model_name='standard',
            name='clock_kind',
            field=models.CharField(choices=[('outreach', 'Reach the customer'), ('acknowledge', 'Acknowledge'), ('respond', 'Answer in full'), ('next_update', 'Tell them how it stands'), ('resolve', 'Put it right'), ('follow_up', 'Ask whether it is solved'), ('triage', 'Decide: pool or open'), ('contain', 'Contain it'), ('verify', 'Look whether it worked'), ('offer_support', 'Make the offer'), ('support_follow_up', 'Ask how it is going'), ('approve', 'Decide on the approval'), ('regulatory', 'Owed by law'), ('promise', 'Promised'), ('accept_handover', 'Accept what is handed over'), ('task', 'To do')], max_length=20),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
