from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from recovery.org.models import Person


class Message(models.Model):
    """One delivery to one person by one channel. `dedupe_key` makes telling twice impossible.

    Subject and lines are neutral (references, codes, times), never a customer's or colleague's
    own data, because mail leaves the house.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", "Inbox"
        EMAIL = "email", "E-mail"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        EXPIRED = "expired", "Expired"
        DEAD = "dead", "Given up"

    recipient = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    path = models.CharField(max_length=200, default="", blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="sent_message_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_try_at", "id"], name="message_due", condition=Q(state="queued")
            ),
            models.Index(fields=["recipient", "-created_at"], name="message_inbox"),
            models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=Q(channel="inbox", read_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.subject
