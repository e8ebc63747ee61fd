from django.db import models
from django.db.models.functions import Now

from recovery.org.models import Person


class ImportRun(models.Model):
    """One file being read in: how far it has come, so that it can go on after an interruption."""

    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    preset = models.CharField(max_length=60)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rows_done = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    existing = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["digest", "preset"], name="import_run_once"),
        )

    def __str__(self) -> str:
        return self.file_name
