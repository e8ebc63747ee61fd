from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from recovery.org.models.people import Person


class ApiKey(models.Model):
    """A key shown once and kept as a SHA-256 digest; it acts as its own service person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
