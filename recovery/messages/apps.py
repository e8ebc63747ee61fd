"""Deliveries to people: the in-app inbox and e-mail."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "recovery.messages"
    label = "deliveries"  # "messages" is taken by django.contrib.messages
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the daily jobs of this app register."""
        from recovery.messages import handlers  # noqa: F401
