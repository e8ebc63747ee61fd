from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Calendar(models.Model):
    """Working hours of a desk or station, in its own zone: those saved last.

    `week` maps "0" (Monday) to "6" onto a list of ["HH:MM", "HH:MM"] intervals; an interval whose
    end is not after its start runs over midnight. `always` means around the clock. What held
    before is in the versions; a calendar without any has always been as it is. `country` and
    `subdivision` name the public holidays on which it is closed; `revision` counts every change.
    """

    name = models.CharField(max_length=80, unique=True)
    zone = models.CharField(max_length=64)
    always = models.BooleanField(default=False)
    week = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    subdivision = models.CharField(max_length=12, default="", blank=True)
    revision = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(always=True) | ~Q(week={}), name="calendar_has_hours"
            ),
            models.CheckConstraint(
                condition=Q(subdivision="") | ~Q(country=""), name="subdivision_of_a_country"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """The week a calendar was given from a day on; rows are added, never changed.

    On any day the version of the highest number counts whose `since` is not later; no `since`
    is from the beginning.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateField(null=True, blank=True)
    always = models.BooleanField()
    week = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["calendar", "number"], name="calendar_version_once"
            ),
            models.CheckConstraint(
                condition=Q(always=True) | ~Q(week={}), name="calendar_version_has_hours"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(since__isnull=False), name="later_version_has_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.number}"


class CalendarException(models.Model):
    """Another day than the week says: closed (no intervals), other hours, or `as_usual`.

    As usual is a public holiday on which the desk works all the same. What is entered by hand
    is never replaced by the holidays of a country.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="exceptions")
    date = models.DateField()
    intervals = models.JSONField(default=list, blank=True)
    name = models.CharField(max_length=80)
    as_usual = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["calendar", "date"], name="calendar_exception_once"
            ),
            models.CheckConstraint(
                condition=Q(as_usual=False) | Q(intervals=[], by_hand=True),
                name="as_usual_has_no_hours",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.date}"


class Recomputation(models.Model):
    """Running clocks worked out anew after a change of their calendar, in chunks.

    `total` is known once it has begun; `done` of them were looked at, `moved` are due at another
    time, `failed` could not be worked out and stay. A change meanwhile begins a new one and
    ends this as `superseded`.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="recomputations")
    wanted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    wanted_at = models.DateTimeField()
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    last_clock = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["calendar"],
                condition=Q(finished_at__isnull=True),
                name="one_recomputation_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(moved__lte=F("done")), name="moved_were_looked_at"
            ),
        )
        indexes = (
            models.Index(
                fields=["wanted_at"],
                name="recomputation_to_do",
                condition=Q(finished_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.done}/{self.total}"
