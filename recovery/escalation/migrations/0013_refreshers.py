from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
DAY = 24 * 60


def seed(apps, schema_editor):
    """What was learnt fades: a quarter after a change came into the work it is practised again."""
    Rule = apps.get_model("escalation", "Rule")
    RuleVersion = apps.get_model("escalation", "RuleVersion")
    rule, made = Rule.objects.get_or_create(
        key="refresher", defaults={"name": "Refresh what was learnt"}
    )
    if made:
        RuleVersion.objects.create(
            rule=rule,
            number=1,
            effective=ALWAYS,
            trigger="implemented",
            wait_minutes=90 * DAY,
            task_kind="refresher",
            task_days=5,
            task_words="Practise the changed work again with those who do it",
        )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0012_surveys_send_themselves")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
