from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Customer(models.Model):
    """A person or firm affected by failures. All identifiers of customers live here."""

    source = models.CharField(max_length=60, default="", blank=True)
    external_id = models.CharField(max_length=120, default="", blank=True)
    name = models.CharField(max_length=160, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    email_normal = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    phone_normal = models.CharField(max_length=20, default="", blank=True)
    segment = models.CharField(max_length=60, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="customer_external_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["email_normal"], name="customer_email", condition=~Q(email_normal="")
            ),
            models.Index(
                fields=["phone_normal"], name="customer_phone", condition=~Q(phone_normal="")
            ),
        )

    def __str__(self) -> str:
        return self.name or f"customer {self.pk}"
