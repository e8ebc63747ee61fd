from django.db import migrations


def seed(apps, schema_editor):
    """The one organisation, and the person in whose name sweeps and rules act."""
    apps.get_model("org", "Organisation").objects.get_or_create(
        pk=1, defaults={"name": "Our organisation"}
    )
    apps.get_model("org", "Person").objects.get_or_create(
        kind="system",
        defaults={"email": "system@recovery.invalid", "name": "Recovery", "password": "!"},
    )


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
