from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "processes"
    label = "processes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the consumers of this app register."""
        from processes import handlers  # noqa: F401
