from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "recovery.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Publishers look for the current Celery application, so it must exist everywhere.
        import_module("recovery.celery")
        # The schema finds its extensions by their having been imported.
        import_module("recovery.web.openapi")
