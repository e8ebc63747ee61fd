from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

URGENT = [{"fact": "priority", "op": "at_most", "values": [2]}]
KEPT = ("trigger", "wait_minutes", "in_hours", "task_kind", "task_words", "task_days")


def ask_everybody(apps, schema_editor):
    """Where people asked, only P1 and P2 were: now surveys send themselves, so everybody is.

    New houses begin so; a rule somebody changed stays as it is.
    """
    RuleVersion = apps.get_model("escalation", "RuleVersion")
    ours = RuleVersion.objects.filter(
        rule__key="survey", number=1, when=URGENT, effective__endswith__isnull=True
    ).first()
    if ours is None:
        return
    begins, now = ours.effective.lower, timezone.now()
    RuleVersion.objects.filter(pk=ours.pk).update(effective=DateTimeTZRange(begins, now))
    RuleVersion.objects.create(
        rule_id=ours.rule_id,
        number=2,
        effective=DateTimeTZRange(now, None),
        when=[],
        **{name: getattr(ours, name) for name in KEPT},
    )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0011_rungs_act")]
    operations = [migrations.RunPython(ask_everybody, migrations.RunPython.noop)]
