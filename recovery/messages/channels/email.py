"""E-mail: text with an HTML twin, grouped by record in whatever program reads it."""

from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone

from recovery.messages.channels.carrier import Unreachable
from recovery.messages.models import Message
from recovery.org.selectors import organisation

DIGEST: Final = "digest"


@dataclass(frozen=True, slots=True)
class Group:
    """What a digest says about one record; no address for what is about none."""

    reference: str
    address: str
    notices: list[Message]


class Mailbox:
    """One connection to the mail server for a batch of messages."""

    def __init__(self) -> None:
        self.connection = mail.mailers.default

    def __enter__(self) -> Self:
        try:
            self.connection.open()
        except OSError as error:
            raise Unreachable(str(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def send(self, message: Message) -> None:
        """Send one message; raises what the mail server says."""
        facts = {
            "message": message,
            "link": _link(message),
            "groups": _groups(message) if message.kind == DIGEST else [],
            "preferences": f"{settings.PUBLIC_URL}/inbox/preferences/",
            "answers": bool(settings.MAIL_REPLY_TO),
        }
        with timezone.override(message.recipient.zone or organisation().zone):
            text = render_to_string("messages/mail.txt", facts)
            twin = render_to_string("messages/mail.html", facts)
        letter = mail.EmailMultiAlternatives(
            subject=" ".join(message.subject.split()),
            body=text,
            to=[message.recipient.email],
            reply_to=settings.MAIL_REPLY_TO,
            headers=_headers(message),
        )
        letter.attach_alternative(twin, "text/html")
        self.connection.send_messages([letter])


def _headers(message: Message) -> dict[str, str]:
    # The id is stable, so that a letter sent again after a crash is known as the same.
    found = {
        "Message-ID": f"<message-{message.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.record:
        # Nobody ever sent that first letter; answering it is what makes all of them one thread.
        root = f"<record{message.record.rstrip('/').replace('/', '.')}@{_domain()}>"
        found |= {"In-Reply-To": root, "References": root}
    return found


def _groups(digest: Message) -> list[Group]:
    """The notices of a digest by record, those of no record last; oldest first."""
    parts = sorted(digest.parts.all(), key=lambda each: (not each.record, each.record, each.pk))
    return [
        Group(
            reference=record.rstrip("/").rpartition("/")[2],
            address=f"{settings.PUBLIC_URL}{record}" if record else "",
            notices=list(found),
        )
        for record, found in groupby(parts, key=lambda each: each.record)
    ]


def _link(message: Message) -> str:
    return f"{settings.PUBLIC_URL}{message.path}" if message.path else ""


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
