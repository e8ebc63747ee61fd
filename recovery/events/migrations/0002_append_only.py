from django.db import migrations

# The log may be added to, never rewritten. One change is allowed: the sequencer giving a row
# its position. TRUNCATE stays possible for retention and tests; production revokes it.
FORWARD = """
CREATE FUNCTION events_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
     AND to_jsonb(NEW) - 'position' = to_jsonb(OLD) - 'position' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the event log is append-only (% of event %)', TG_OP, OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events_event
  FOR EACH ROW EXECUTE FUNCTION events_refuse_rewriting();
"""
BACK = """
DROP TRIGGER events_append_only ON events_event;
DROP FUNCTION events_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
