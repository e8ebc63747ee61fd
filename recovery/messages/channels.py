"""The way out of the house: e-mail, text with an HTML twin."""

from types import TracebackType
from typing import Self

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string

from recovery.messages.models import Message


class Unreachable(Exception):  # noqa: N818  (reads as the fact it states)
    """There is no mail server to be had just now."""


class Mailbox:
    """One connection for a batch of messages; entering raises Unreachable if there is none."""

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
            "link": f"{settings.PUBLIC_URL}{message.path}" if message.path else "",
        }
        letter = mail.EmailMultiAlternatives(
            subject=" ".join(message.subject.split()),
            body=render_to_string("messages/mail.txt", facts),
            to=[message.recipient.email],
            headers={
                # Stable, so that a letter sent again after a crash is known as the same.
                "Message-ID": f"<message-{message.pk}@{_domain()}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        letter.attach_alternative(render_to_string("messages/mail.html", facts), "text/html")
        self.connection.send_messages([letter])


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
