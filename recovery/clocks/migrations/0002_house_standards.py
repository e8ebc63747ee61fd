from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

MINUTE, HOUR = 60, 3600
DAY, SHIFT = 24 * HOUR, 8 * HOUR
# Open at the start, so that imported and simulated pasts find a standard too.
ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
EVERY = [1, 2, 3, 4]
SOURCE = "House default, to be confirmed by your organisation; not a law."


def same(seconds):
    return dict.fromkeys(map(str, EVERY), seconds)


FIRST_ANSWER = {"1": 15 * MINUTE, "2": HOUR, "3": 4 * HOUR, "4": SHIFT}
# key, name, kind, targets by priority, priorities that run around the clock, in words
STANDARDS = [
    ("house-acknowledge", "Acknowledge", "acknowledge", FIRST_ANSWER, [1, 2],
     "Whoever complains hears from a person within 15 minutes, one hour, four working hours or one working day."),
    ("house-outreach", "Reach out", "outreach", FIRST_ANSWER, [1, 2],
     "Whoever was affected and has said nothing hears from us first, in the same times as a complaint."),
    ("house-resolve", "Put it right", "resolve",
     {"1": DAY, "2": 3 * SHIFT, "3": 5 * SHIFT, "4": 10 * SHIFT}, [1],
     "It is put right within 24 hours, or three, five or ten working days."),
    ("house-follow-up", "Ask whether it is solved", "follow_up", same(7 * DAY), EVERY,
     "Seven days after it was put right we ask whether it is."),
    ("house-triage", "Decide: pool or open", "triage", same(5 * SHIFT), [],
     "Within five working days it is decided whether a failure is looked into alone or pooled."),
    ("house-offer-support", "Offer support", "offer_support", same(3 * DAY), EVERY,
     "A colleague hears an offer of help by a human voice by the end of the shift, and within 72 hours at the latest."),
    ("house-support-follow-up", "Ask how it is going", "support_follow_up", same(30 * DAY), EVERY,
     "Whoever accepted support is asked again within 30 days."),
    ("house-approve", "Decide on an approval", "approve",
     {"1": 30 * MINUTE, "2": 4 * HOUR, "3": 4 * HOUR, "4": 4 * HOUR}, [1],
     "An approval is decided within 30 minutes where somebody is at risk, else within four working hours."),
]  # fmt: skip


def seed(apps, schema_editor):
    """First standards, so that time runs from the first case on; each is only a house default."""
    Standard = apps.get_model("clocks", "Standard")
    StandardVersion = apps.get_model("clocks", "StandardVersion")
    for key, name, kind, targets, around_clock, words in STANDARDS:
        standard, made = Standard.objects.get_or_create(
            key=key, defaults={"name": name, "clock_kind": kind, "words": words}
        )
        if made:
            StandardVersion.objects.create(
                standard=standard, number=1, effective=ALWAYS, targets=targets,
                around_clock=around_clock, source=SOURCE,
            )


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
