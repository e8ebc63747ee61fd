from django.db import migrations

WORKING_DAYS = 10


def limit(apps, schema_editor):
    """Waiting for a customer stops the time to put it right for ten working days in all.

    That was the rule from the first case on; here it moves into the standard.
    """
    StandardVersion = apps.get_model("clocks", "StandardVersion")
    StandardVersion.objects.filter(
        standard__key="house-resolve", number=1, pause_cap_days__isnull=True
    ).update(pause_cap_days=WORKING_DAYS)


class Migration(migrations.Migration):
    dependencies = [("clocks", "0003_explained")]
    operations = [migrations.RunPython(limit, migrations.RunPython.noop)]
