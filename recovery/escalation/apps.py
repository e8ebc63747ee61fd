from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "recovery.escalation"
    label = "escalation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the consumers of this app register."""
        from recovery.escalation import handlers  # noqa: F401
