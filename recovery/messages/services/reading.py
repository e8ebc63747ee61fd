"""What a person does with their own inbox: reading, muting a record, unmuting it."""

from datetime import datetime

from django.db import transaction

from recovery.kernel.refusals import Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.models import Message, Mute, Preference
from recovery.messages.policy import record_of
from recovery.org.models import Person

_GONE = gettext_noop("There is no such notice in your inbox.")


def mark_read(*, message_id: int, person: Person, now: datetime) -> str | None:
    """Mark one of the person's inbox messages as read; its path, or None if it is not theirs."""
    mine = Message.objects.filter(
        pk=message_id, recipient=person, channel=Message.Channel.INBOX
    )
    mine.filter(read_at__isnull=True).update(read_at=now)
    return mine.values_list("path", flat=True).first()


def mark_all_read(*, person: Person, now: datetime) -> int:
    """Mark everything in the person's inbox as read; return how many were new."""
    return Message.objects.filter(
        recipient=person, channel=Message.Channel.INBOX, read_at__isnull=True
    ).update(read_at=now)


@transaction.atomic
def mute(*, message_id: int, person: Person, now: datetime) -> str:
    """Send no more mail about the record of one of the person's notices; return its address.

    The inbox still has everything; being named, and holding the case, still reach. Raises
    NotFound for a notice of somebody else, Invalid for one that is about no record.
    """
    mine = Message.objects.filter(
        pk=message_id, recipient=person, channel=Message.Channel.INBOX
    )
    record = mine.values_list("record", flat=True).first()
    if record is None:
        raise NotFound("not_found", _GONE)
    if not record:
        raise Invalid(
            "no_record",
            gettext_noop("This notice is about no single record, so there is none to mute."),
        )
    _mute(record, person, now)
    return record


@transaction.atomic
def mute_record(*, record: str, person: Person, now: datetime) -> None:
    """Send the person no more mail about the record of this address, as `mute` does.

    Raises Invalid for what is no record's own address.
    """
    if not record or record_of(record) != record:
        raise Invalid("no_record", gettext_noop("There is no record of this address to mute."))
    _mute(record, person, now)


def _mute(record: str, person: Person, now: datetime) -> None:
    Preference.objects.get_or_create(person=person)
    Mute.objects.get_or_create(person=person, record=record, defaults={"since": now})


@transaction.atomic
def unmute(*, mute_id: int, person: Person) -> str:
    """Have mail about a record again; return its address. Raises NotFound if it is not muted."""
    found = Mute.objects.filter(pk=mute_id, person=person).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("You have not muted this."))
    found.delete()
    return found.record
