"""The floor: a DRF view with the same key check that inserts and commits one row."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "tests.benchmarks.floor_urls"
application = get_wsgi_application()
