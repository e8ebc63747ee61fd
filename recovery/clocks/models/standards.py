from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from recovery.clocks.states import Basis, Begins, ClockKind, Counts, MetBy, Shift
from recovery.org.models import Person

HOUSE_RANK = 1000  # what the house promises everybody is looked at last


class Standard(models.Model):
    """A standard of care: within which time something is done for people.

    `words` is what it says where a version says nothing of its own.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    words = models.CharField(max_length=240, default="", blank=True)
    clock_kind = models.CharField(max_length=20, choices=ClockKind.choices())
    legal = models.BooleanField(default=False)
    law = models.CharField(max_length=160, default="", blank=True)
    authority = models.CharField(max_length=160, default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class StandardVersion(models.Model):
    """What a standard said during one span of time; never changed, only superseded.

    `targets` maps priority "1" to "4" onto seconds; `around_clock` lists the priorities that run
    at all hours (P1 always), the others count working time of the desk's calendar. All pauses
    together take at most `pause_cap_days` (eight working hours each, or a day at all hours).

    It holds for cases whose moment of `basis` lies within `effective` and whose facts satisfy
    all of `conditions`; of several the lowest `rank` wins. A law that counts by days ends `days`
    after the day it began, as days are told in `zone`, shifted as `shift` says over weekends and
    the holidays of `country`.

    A draft holds for no clock until two people have signed it; a version without `made_by` was
    shipped. Once signed only its end, its owner and the date to verify it by may change: the
    database refuses the rest. `revision` counts what was written while it was a draft.
    """

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()
    targets = models.JSONField()
    around_clock = models.JSONField(default=list)
    pause_cap_days = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=240, default="", blank=True)

    words = models.CharField(max_length=240, default="", blank=True)
    conditions = models.JSONField(default=list, blank=True)
    rank = models.PositiveSmallIntegerField(default=HOUSE_RANK)
    basis = models.CharField(max_length=8, choices=Basis.choices(), default=Basis.RECEIVED)
    remedy = models.CharField(max_length=400, default="", blank=True)
    jurisdiction = models.CharField(max_length=80, default="", blank=True)

    counts = models.CharField(max_length=13, choices=Counts.choices(), default=Counts.EXACT)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="", blank=True)
    shift = models.CharField(max_length=8, choices=Shift.choices(), default=Shift.AS_IS)
    country = models.CharField(max_length=2, default="", blank=True)
    begins = models.CharField(max_length=9, choices=Begins.choices(), default="", blank=True)
    met_by = models.CharField(max_length=9, choices=MetBy.choices(), default="", blank=True)

    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    verify_by = models.DateField(null=True, blank=True)
    draft = models.BooleanField(default=False)
    gap_ok = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=1)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["standard", "number"], name="standard_version_once"
            ),
            models.UniqueConstraint(
                fields=["standard"], condition=Q(draft=True), name="one_draft_of_a_standard"
            ),
            ExclusionConstraint(
                name="standard_versions_do_not_overlap",
                expressions=[
                    ("standard", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(draft=False),
            ),
            models.CheckConstraint(
                condition=Q(draft=True, approved_by__isnull=True)
                | Q(draft=False, made_by__isnull=True)
                | Q(draft=False, signed_by__isnull=False, approved_by__isnull=False),
                name="standard_signed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(signed_by__isnull=False) & ~Q(signed_by=F("approved_by")),
                name="standard_signed_by_another",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
                    | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
                    name=f"standard_{name}_has_both",
                )
                for name in ("made", "signed", "approved")
            ),
            models.CheckConstraint(
                condition=Q(counts="exact", days__isnull=True)
                | ~Q(counts="exact") & Q(days__gte=1),
                name="standard_counts_one_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.standard_id} v{self.number}"
