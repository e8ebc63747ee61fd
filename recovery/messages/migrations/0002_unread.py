from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=models.Q(channel="inbox", read_at__isnull=True),
            ),
        ),
    ]
