from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
# percent of the task's time, who is told: the case itself does not rise
RUNGS = [(75, "owner"), (100, "desk_lead")]

IMMUTABLE = """
CREATE FUNCTION rule_version_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    OLD.effective := NEW.effective;
    IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'what a rule said is never rewritten (% of version %)', TG_OP, OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rule_version_append_only BEFORE UPDATE OR DELETE ON escalation_ruleversion
  FOR EACH ROW EXECUTE FUNCTION rule_version_refuse_rewriting();
"""
MUTABLE = """
DROP TRIGGER rule_version_append_only ON escalation_ruleversion;
DROP FUNCTION rule_version_refuse_rewriting();
"""
# Cases that are open already are looked at from now on, and what happened before rules came
# sets none off: their consumer begins at the end of the log.
BEGIN = """
INSERT INTO escalation_watch (item_id, look_at)
SELECT id, now() FROM failures_workitem WHERE closed_at IS NULL AND kind <> 'employee';
INSERT INTO events_consumer (name, position, updated_at)
SELECT name, position, now() FROM (SELECT max(position) AS position FROM events_event) AS log,
  unnest(ARRAY['escalation-rules', 'escalation-let-go', 'escalation-watch']) AS name
WHERE position IS NOT NULL;
"""


def seed(apps, schema_editor):
    """Whoever holds the case is reminded of what is to do; when its time is over, the lead hears."""
    Ladder = apps.get_model("escalation", "Ladder")
    LadderVersion = apps.get_model("escalation", "LadderVersion")
    Rung = apps.get_model("escalation", "Rung")
    ladder, made = Ladder.objects.get_or_create(
        clock_kind="task", defaults={"key": "house-task", "name": "To do"}
    )
    if not made:
        return
    version = LadderVersion.objects.create(ladder=ladder, number=1, effective=ALWAYS)
    for order, (percent, tells) in enumerate(RUNGS, start=1):
        Rung.objects.create(version=version, order=order, percent=percent, tells=tells)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0006_rules_and_tasks"), ("events", "0001_initial")]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
