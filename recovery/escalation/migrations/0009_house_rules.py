from datetime import UTC, datetime

from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

# Open at the start, so that a simulated past finds rules too.
ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
HOUR, DAY, SHIFT = 60, 24 * 60, 8 * 60
URGENT = [{"fact": "priority", "op": "at_most", "values": [2]}]
# key, name, what it says
RULES = [
    ("call-back", "Call back after a remedy", {
        "trigger": "remedy_delivered", "wait_minutes": 7 * DAY, "when": URGENT,
        "task_kind": "call_back", "task_days": 1,
        "task_words": "Call: does what was given hold, and is anything still open?",
    }),
    ("survey", "Ask how we did", {
        "trigger": "case_ended", "wait_minutes": 3 * DAY,
        "task_kind": "survey", "task_days": 5,
        "task_words": "Ask how we did, whatever the end was",
    }),
    ("effectiveness", "Check that the change works", {
        "trigger": "watch_over", "task_kind": "effectiveness_check", "task_days": 2,
        "task_words": "The watch is over: look whether the change works",
    }),
    ("at-risk", "Somebody may be at risk", {"trigger": "at_risk", "tells": "manager"}),
    ("failed-as-well", "Call in person when the recovery fails as well", {
        "trigger": "double_deviation", "task_kind": "call_back", "task_days": 1,
        "task_words": "Call in person: what caused it, and what keeps it from happening again",
    }),
    ("above-limit", "A remedy waits too long for approval", {
        "trigger": "above_limit", "wait_minutes": 4 * HOUR, "in_hours": True,
        "tells": "upper_lead",
    }),
    ("lies-still", "Nobody has done anything for five working days", {
        "trigger": "inactive", "wait_minutes": 5 * SHIFT, "in_hours": True, "tells": "owner",
    }),
    ("lies-still-lead", "Nobody has done anything for six working days", {
        "trigger": "inactive", "wait_minutes": 6 * SHIFT, "in_hours": True,
        "tells": "desk_lead", "level": 1,
    }),
]  # fmt: skip


def seed(apps, schema_editor):
    """House rules, which people change on a page as they like."""
    Rule = apps.get_model("escalation", "Rule")
    RuleVersion = apps.get_model("escalation", "RuleVersion")
    for key, name, says in RULES:
        rule, made = Rule.objects.get_or_create(key=key, defaults={"name": name})
        if made:
            RuleVersion.objects.create(rule=rule, number=1, effective=ALWAYS, **says)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_once_a_round")]
    operations = [
        migrations.AlterField(
            model_name="rulefiring",
            name="dropped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("case_ended", "the case has ended"),
                    ("reopened", "the case was taken up again"),
                    ("moot", "what it was for has been settled"),
                    ("no_longer", "the rule's conditions hold no more"),
                    ("by_hand", "somebody cancelled it"),
                    ("overtaken", "a later reminder says it"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
