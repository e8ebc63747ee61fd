from django.db import models

from recovery.org.models import Department


class Category(models.Model):
    """First level of the catalogue: which part of the service failed."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class FailureMode(models.Model):
    """Second level: how it failed. Patterns, charts and process cases are kept by mode."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="modes")
    slug = models.SlugField(max_length=120)
    name = models.CharField(max_length=160)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["category", "slug"], name="failure_mode_once"),
        )

    def __str__(self) -> str:
        return self.name


class BlueprintStep(models.Model):
    """A step of the service as designed, in its lane, owned by one department."""

    class Lane(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        ONSTAGE = "onstage", "In sight of the customer"
        BACKSTAGE = "backstage", "Behind the scenes"
        SUPPORT = "support", "Support"

    name = models.CharField(max_length=120)
    lane = models.CharField(max_length=10, choices=Lane)
    department = models.ForeignKey(Department, models.PROTECT)
    order = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class ServicePromise(models.Model):
    """What the organisation promises to everyone, in customers' words."""

    slug = models.SlugField(max_length=80, unique=True)
    words = models.CharField(max_length=240)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.words
