from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "recovery.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the daily jobs of this app register."""
        from recovery.org import handlers  # noqa: F401
