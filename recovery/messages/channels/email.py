"""E-mail: text with an HTML twin, grouped by record in whatever program reads it."""

import smtplib
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone

from recovery.messages.channels.carrier import Refused, Unreachable
from recovery.messages.models import Message
from recovery.org.selectors import organisation

DIGEST: Final = "digest"
FOR_GOOD: Final = 500  # what a mail server answers from here on it will answer next time too


@dataclass(frozen=True, slots=True)
class Group:
    """What a digest says about one record; no address for what is about none."""

    reference: str
    address: str
    notices: list[Message]


class MailServer:
    """One connection to the mail server, for as many letters as the block sends."""

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

    def hand_over(self, letter: mail.EmailMultiAlternatives) -> None:
        """Send one letter; raises what the server says, Refused if it never will take it."""
        try:
            self.connection.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            if codes and min(codes) >= FOR_GOOD:
                raise Refused(str(error)) from error
            raise


class Mailbox(MailServer):
    """What our own people are told by mail."""

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
        self.hand_over(letter)


def _headers(message: Message) -> dict[str, str]:
    # The id is stable, so that a letter sent again after a crash is known as the same.
    found = {
        "Message-ID": f"<message-{message.pk}@{mail_domain()}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.record:
        # Nobody ever sent that first letter; answering it is what makes all of them one thread.
        root = f"<record{message.record.rstrip('/').replace('/', '.')}@{mail_domain()}>"
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


def mail_domain() -> str:
    """Where our letters come from: the right half of their ids."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
