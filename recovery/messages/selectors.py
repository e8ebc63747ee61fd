"""Reading a person's own inbox and wishes, and, for operators, what became of each delivery."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Min, OuterRef, Prefetch
from django.db.models.functions import Coalesce

from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.models import Attempt, Endpoint, Message, Mute, Preference
from recovery.messages.policy import Wishes, group_of
from recovery.messages.states import Group
from recovery.org.models import Person
from recovery.org.selectors import organisation

PAGE = 30


@dataclass(frozen=True, slots=True)
class Inbox:
    """Newest first. `before` asks for the next older page; None when there is none."""

    messages: list[Message]
    before: int | None


@dataclass(frozen=True, slots=True)
class Wanting:
    """How somebody wants to be told, and which of the records in question they muted."""

    wishes: Wishes
    muted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Newest first; `before` asks for the next older page."""

    messages: list[Message]
    before: int | None


def unread_count(person: Person) -> int:
    """How many inbox messages the person has not read; one query on its own small index."""
    return Message.objects.filter(
        recipient=person, channel=Message.Channel.INBOX, read_at__isnull=True
    ).count()


def inbox(
    person: Person, *, before: int | None = None, unread: bool = False, limit: int = PAGE
) -> Inbox:
    """One page of the person's inbox, or of what is unread in it; one query."""
    mine = Message.objects.filter(recipient=person, channel=Message.Channel.INBOX)
    if unread:
        mine = mine.filter(read_at__isnull=True)
    if before is not None:
        mine = mine.filter(pk__lt=before)
    found = list(mine.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Inbox(shown, shown[-1].pk if len(found) > limit else None)


def mutes_of(person: Person) -> Mapping[str, int]:
    """The person's mutes: their keys by record, newest first."""
    found = Mute.objects.filter(person=person).order_by("-since", "-pk")
    return dict(found.values_list("record", "pk"))


def mute_of(person: Person, record: str) -> int | None:
    """The key of the person's mute of the record at this address; None when there is none."""
    found = Mute.objects.filter(person=person, record=record)
    return found.values_list("pk", flat=True).first()


def preference_of(person: Person) -> Preference:
    """The person's wishes; a blank one, not kept, when they never said any."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def wishes_of(preference: Preference) -> Wishes:
    """Wishes as the rules read them; the person must have been loaded with them."""
    return Wishes(
        zone=ZoneInfo(preference.person.zone or organisation().zone),
        ways=preference.ways,
        quiet_from=preference.quiet_from,
        quiet_until=preference.quiet_until,
        digest_hours=preference.digest_hours,
        working_days_only=preference.working_days_only,
    )


def wanting(person_ids: Collection[int], *, records: Collection[str]) -> Mapping[int, Wanting]:
    """How those who said so want to be told about something on these records; one query."""
    muted = Mute.objects.filter(person_id=OuterRef("person_id"), record__in=records)
    found = (
        Preference.objects.filter(person_id__in=person_ids)
        .select_related("person")
        .annotate(muted=ArraySubquery(muted.values("record")))
    )
    return {each.person_id: Wanting(wishes_of(each), frozenset(each.muted)) for each in found}


def oldest_unsent() -> datetime | None:
    """Since when the mail that should have left first has been due; None if none waits.

    Mail that waits for quiet hours to end or for its digest lies in the future. A webhook that
    nobody takes is its receiver's trouble.
    """
    on_the_way = (Message.State.QUEUED, Message.State.WAITING)
    by_mail = (Message.Channel.EMAIL, Message.Channel.LETTER)
    waiting = Message.objects.filter(state__in=on_the_way, channel__in=by_mail)
    found: datetime | None = waiting.aggregate(oldest=Min(Coalesce("due_at", "created_at")))[
        "oldest"
    ]
    return found


def deliveries(
    *, state: str = "", kind: str = "", before: int | None = None, limit: int = PAGE
) -> Deliveries:
    """One page of what left the house, or did not, with its tries; two queries."""
    query = Message.objects.exclude(channel=Message.Channel.INBOX).select_related("recipient")
    if state:
        query = query.filter(state=state)
    if kind:
        query = query.filter(kind=kind)
    if before is not None:
        query = query.filter(pk__lt=before)
    tries = Prefetch("attempts", Attempt.objects.order_by("pk"))
    found = list(query.prefetch_related(tries).order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Deliveries(shown, shown[-1].pk if len(found) > limit else None)


def endpoints() -> list[Endpoint]:
    """Every address outside, newest first."""
    return list(Endpoint.objects.select_related("owner", "made_by").order_by("-pk"))


def endpoint_of(endpoint_id: int) -> Endpoint:
    """One address outside; raises NotFound."""
    found = Endpoint.objects.select_related("owner", "made_by").filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such webhook."))
    return found


def deliveries_to(endpoint: Endpoint, *, limit: int = PAGE) -> list[Message]:
    """The newest deliveries to an address, with their tries; two queries."""
    tries = Prefetch("attempts", Attempt.objects.order_by("pk"))
    found = Message.objects.filter(endpoint=endpoint).select_related("recipient")
    return list(found.prefetch_related(tries).order_by("-pk")[:limit])


def dead_by_kind() -> list[tuple[str, int]]:
    """How many letters were given up, by kind."""
    dead = Message.objects.filter(state=Message.State.DEAD)
    dead = dead.exclude(channel=Message.Channel.LETTER)
    return list(dead.values_list("kind").annotate(count=Count("pk")).order_by("kind"))


def is_private(message: Message) -> bool:
    """Whether even operators must not learn whom it is for."""
    # Time runs out on private tasks too; what is known of readiness is no secret.
    about = message.record or message.path
    careful = about.startswith("/support/") and not about.startswith("/support/readiness/")
    return careful or group_of(message.kind) is Group.PRIVATE


def was_told(dedupe_key: str) -> bool:
    """Whether anybody was told of this occasion."""
    return Message.objects.filter(dedupe_key__startswith=f"{dedupe_key}:").exists()


def is_on_its_way(message: Message | None, now: datetime) -> bool:
    """Whether a letter waits for its time to leave, and can still be called back."""
    if message is None or message.due_at is None:
        return False
    return message.state == Message.State.QUEUED and message.due_at > now
