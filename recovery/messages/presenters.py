"""Notices, mutes and deliveries as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from recovery.kernel.text import gettext_noop
from recovery.messages.models import Attempt, Endpoint, Message
from recovery.messages.selectors import is_private
from recovery.messages.states import TOPIC_WORDS, Topic

STATES: Final = {
    "dead": gettext_noop("Given up"),
    "queued": gettext_noop("On its way"),
    "waiting": gettext_noop("Waits for a digest"),
    "bundled": gettext_noop("In a digest"),
    "sent": gettext_noop("Sent"),
    "kept": gettext_noop("Inbox only, as wished"),
    "expired": gettext_noop("Not sent: too old, or taken back"),
}
LOOKS: Final = {"dead": "bad", "queued": "info", "waiting": "info", "sent": "ok"}
ICONS: Final = {
    "dead": "octagon-alert",
    "queued": "clock",
    "waiting": "clock",
    "sent": "check",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A notice of the inbox; `mute_id` is set while its record is muted."""

    message: Message
    reference: str
    mute_id: int | None


@dataclass(frozen=True, slots=True)
class MutedRecord:
    """A muted record on the page of preferences."""

    mute_id: int
    reference: str
    address: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as operators see it: of private ones neither the person nor what was answered."""

    message: Message
    to: str
    state: str
    look: str
    icon: str
    tries: list[Attempt]
    private: bool

    @property
    def is_dead(self) -> bool:
        """Whether it can be sent again; a letter to a customer is its writer's to write again."""
        is_letter = self.message.channel == Message.Channel.LETTER
        return self.message.state == Message.State.DEAD and not is_letter


def rows_of(messages: Sequence[Message], mutes: Mapping[str, int]) -> list[Row]:
    """Notices with what can be done about their records."""
    return [Row(each, reference_in(each.record), mutes.get(each.record)) for each in messages]


def mutes_in_words(mutes: Mapping[str, int]) -> list[MutedRecord]:
    """The muted records, newest first."""
    return [
        MutedRecord(mute_id, reference_in(record), record) for record, mute_id in mutes.items()
    ]


def deliveries_of(messages: Sequence[Message]) -> list[Delivery]:
    """Deliveries with their tries."""
    return [
        Delivery(
            message=each,
            to=_to(each),
            state=STATES[each.state],
            look=LOOKS.get(each.state, ""),
            icon=ICONS.get(each.state, ""),
            tries=list(each.attempts.all()),
            private=is_private(each),
        )
        for each in messages
    ]


def _to(message: Message) -> str:
    if message.channel == Message.Channel.LETTER:
        return message.subject
    return "" if is_private(message) else message.recipient.name


@dataclass(frozen=True, slots=True)
class Hook:
    """An address outside as its pages show it."""

    endpoint: Endpoint
    hears: str
    state: str
    look: str
    icon: str


def hook_of(endpoint: Endpoint) -> Hook:
    """An address with what it hears of and how it fares."""
    hears = " · ".join(_(TOPIC_WORDS[Topic(each)]) for each in endpoint.topics)
    if not endpoint.active:
        return Hook(endpoint, hears, _("paused"), "", "pause")
    if endpoint.failures:
        words = _("does not answer, tried again by itself")
        return Hook(endpoint, hears, words, "warn", "triangle-alert")
    return Hook(endpoint, hears, _("hears of what happens"), "ok", "check")


def reference_in(record: str) -> str:
    """The reference at the end of a record's address."""
    return record.rstrip("/").rpartition("/")[2]
