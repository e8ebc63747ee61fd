from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "recovery.messages"
    label = "deliveries"  # "messages" is taken by django.contrib.messages
    default_auto_field = "django.db.models.BigAutoField"
