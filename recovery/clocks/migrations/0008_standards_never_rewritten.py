from django.db import migrations

# What a standard said is evidence: once signed it ends, but it is never rewritten.
FORWARD = """
CREATE FUNCTION standard_version_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.draft THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE'
    AND to_jsonb(NEW) - '{effective,owner_id,verify_by}'::text[]
      = to_jsonb(OLD) - '{effective,owner_id,verify_by}'::text[]
    AND lower(NEW.effective) IS NOT DISTINCT FROM lower(OLD.effective)
    AND coalesce(upper(NEW.effective), 'infinity') <= coalesce(upper(OLD.effective), 'infinity')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what a standard said is never rewritten (% of version %)', TG_OP, OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER standard_version_append_only BEFORE UPDATE OR DELETE ON clocks_standardversion
  FOR EACH ROW EXECUTE FUNCTION standard_version_refuse_rewriting();
"""
BACK = """
DROP TRIGGER standard_version_append_only ON clocks_standardversion;
DROP FUNCTION standard_version_refuse_rewriting();
"""


def carry_words(apps, schema_editor):
    """The text for customers is now each version's own."""
    StandardVersion = apps.get_model("clocks", "StandardVersion")
    for version in StandardVersion.objects.filter(words="").select_related("standard"):
        version.words = version.standard.words
        version.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("clocks", "0007_standards_in_full")]
    operations = [
        migrations.RunPython(carry_words, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, BACK),
    ]
