from django.apps import AppConfig


class FailuresConfig(AppConfig):
    name = "recovery.failures"
    label = "failures"
    default_auto_field = "django.db.models.BigAutoField"
