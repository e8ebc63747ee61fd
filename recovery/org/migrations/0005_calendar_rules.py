from django.db import migrations

# Hours are read by programs that trust them: what no form lets through, no statement does.
FORWARD = """
ALTER TABLE org_calendar ADD CONSTRAINT calendar_week_well_formed CHECK (
  jsonb_typeof(week) = 'object'
  AND week - '{0,1,2,3,4,5,6}'::text[] = '{}'::jsonb
  AND NOT jsonb_path_exists(
    week, 'strict $.*[*][*] ? (!(@ like_regex "^([01][0-9]|2[0-3]):[0-5][0-9]$"))')
  AND NOT jsonb_path_exists(week, 'strict $.*[*] ? (@.type() != "array" || @.size() != 2)')
);
ALTER TABLE org_calendarexception ADD CONSTRAINT exception_hours_well_formed CHECK (
  jsonb_typeof(intervals) = 'array'
  AND NOT jsonb_path_exists(
    intervals, 'strict $[*][*] ? (!(@ like_regex "^([01][0-9]|2[0-3]):[0-5][0-9]$"))')
  AND NOT jsonb_path_exists(intervals, 'strict $[*] ? (@.type() != "array" || @.size() != 2)')
);
CREATE FUNCTION calendar_version_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a calendar said is never rewritten (% of version %)', TG_OP, OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER calendar_version_append_only BEFORE UPDATE OR DELETE ON org_calendarversion
  FOR EACH ROW EXECUTE FUNCTION calendar_version_refuse_rewriting();
"""
BACK = """
DROP TRIGGER calendar_version_append_only ON org_calendarversion;
DROP FUNCTION calendar_version_refuse_rewriting();
ALTER TABLE org_calendarexception DROP CONSTRAINT exception_hours_well_formed;
ALTER TABLE org_calendar DROP CONSTRAINT calendar_week_well_formed;
"""


class Migration(migrations.Migration):
    dependencies = [("org", "0004_calendars_in_full")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
