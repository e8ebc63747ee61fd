from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "recovery.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recovery.insight import handlers  # noqa: F401  (registers what the log calls)
