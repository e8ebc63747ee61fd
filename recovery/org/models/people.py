from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from recovery.org.models.calendars import Calendar
from recovery.org.querysets import PersonManager
from recovery.org.roles import Role


class Organisation(models.Model):
    """The one organisation of this installation: its name, the zone of its reports, its money."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="one_organisation"),
        )

    def __str__(self) -> str:
        return self.name


class Person(AbstractBaseUser):
    """Whoever acts: a human who signs in, the service behind an API key, or the system itself."""

    class Kind(models.TextChoices):
        HUMAN = "human", "Person"
        SERVICE = "service", "Service"
        SYSTEM = "system", "System"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.HUMAN)
    zone = models.CharField(max_length=64, default="", blank=True)
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="team"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="system"), name="one_system_person"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A node of the organisation; a desk is a department that holds work.

    `path` holds the ids from the root down to this department, so that "in my subtree" is one
    array test.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )
    path = ArrayField(models.BigIntegerField(), default=list, blank=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a department; a lead hears first when its time runs out."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    is_lead = models.BooleanField(default=False)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "department", "role"],
                condition=models.Q(until__isnull=True),
                name="membership_once",
            ),
        )
        indexes = (models.Index(fields=["department", "role"], name="membership_desk"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.department_id}"
