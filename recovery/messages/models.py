from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from recovery.org.models import Person


class Endpoint(models.Model):
    """An address outside that hears of events, in the name of a service person of its own.

    `sealed` is its secret, encrypted. `rests_until` and `failures` (in a row) keep a receiver
    that does not answer from being asked all the time, `leased_until` from being asked by two.
    """

    owner = models.OneToOneField(Person, models.PROTECT, related_name="endpoint")
    url = models.CharField(max_length=500)
    sealed = models.TextField()
    topics = ArrayField(models.CharField(max_length=10))
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(topics__len__gt=0), name="endpoint_hears_of_something"
            ),
        )

    def __str__(self) -> str:
        return self.url


class Message(models.Model):
    """One delivery to one person by one channel. `dedupe_key` makes telling twice impossible.

    Subject and lines are neutral (references, codes, times), never a customer's or colleague's
    own data, because mail leaves the house.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", "Inbox"
        EMAIL = "email", "E-mail"
        WEBHOOK = "webhook", "Webhook"
        LETTER = "letter", "Letter to a customer"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        WAITING = "waiting", "Waits for a digest"
        BUNDLED = "bundled", "In a digest"
        KEPT = "kept", "Inbox only"
        SENT = "sent", "Sent"
        EXPIRED = "expired", "Expired"
        DEAD = "dead", "Given up"

    recipient = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    path = models.CharField(max_length=200, default="", blank=True)
    # The address of the record it is about: what mail programs group by, and what is muted.
    record = models.CharField(max_length=200, default="", blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField()
    # When it was to leave at first; tries move next_try_at only.
    due_at = models.DateTimeField(null=True, blank=True)
    # Where a webhook goes, and what it says.
    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    body = models.JSONField(null=True, blank=True)
    digest = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts"
    )
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
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(due_at__isnull=False),
                name="waiting_message_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="bundled", digest__isnull=False)
                | ~Q(state="bundled") & Q(digest__isnull=True),
                name="bundled_message_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(channel="webhook", endpoint__isnull=False, body__isnull=False)
                | ~Q(channel="webhook") & Q(endpoint__isnull=True, body__isnull=True),
                name="webhook_has_somewhere_to_go",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_try_at", "id"], name="message_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["due_at", "id"], name="message_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["kind", "id"], name="message_dead", condition=Q(state="dead")),
            models.Index(fields=["created_at"], name="message_age"),
            models.Index(
                fields=["endpoint", "-id"],
                name="message_of_endpoint",
                condition=Q(endpoint__isnull=False),
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


class Attempt(models.Model):
    """One try to send one message, and what came of it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    sent = models.BooleanField()
    error_class = models.CharField(max_length=80, default="", blank=True)
    error = models.CharField(max_length=500, default="", blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.error_class or "sent"


class Preference(models.Model):
    """How a person wants to be told; whoever has none is told everything by mail at once.

    `ways` holds a way ("now", "digest", "inbox") by group of notices; hours and quiet times are
    in the person's own zone.
    """

    person = models.OneToOneField(
        Person, models.PROTECT, primary_key=True, related_name="preference"
    )
    ways = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest_hours = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    working_days_only = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(digest_hours__contained_by=list(range(24))),
                name="digest_hours_of_the_day",
            ),
        )

    def __str__(self) -> str:
        return f"wishes of {self.person_id}"


class Mute(models.Model):
    """A record a person wants no mail about; its notices still reach the inbox."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="mutes")
    record = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "record"], name="muted_once"),
            models.CheckConstraint(condition=~Q(record=""), name="muted_record_is_one"),
        )

    def __str__(self) -> str:
        return self.record
