from django.db import models


class Calendar(models.Model):
    """Working hours of a desk or station, in its own zone.

    `week` maps "0" (Monday) to "6" onto a list of ["HH:MM", "HH:MM"] intervals; an interval whose
    end is not after its start runs over midnight. `always` means around the clock.
    """

    name = models.CharField(max_length=80, unique=True)
    zone = models.CharField(max_length=64)
    always = models.BooleanField(default=False)
    week = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class CalendarException(models.Model):
    """Another day than the week says: a holiday (no intervals) or special hours."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="exceptions")
    date = models.DateField()
    intervals = models.JSONField(default=list, blank=True)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["calendar", "date"], name="calendar_exception_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.date}"
