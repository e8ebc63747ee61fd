from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "recovery.coordination"
    label = "coordination"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recovery.coordination import handlers  # noqa: F401  (registers what the log calls)
