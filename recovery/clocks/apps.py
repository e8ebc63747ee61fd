from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "recovery.clocks"
    label = "clocks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the consumers of this app register."""
        from recovery.clocks import handlers  # noqa: F401
