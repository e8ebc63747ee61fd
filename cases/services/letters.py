"""Letters to the customer: lined up with the words they carry, sent by the house's own mail."""

from email.utils import formataddr, parseaddr
from typing import Final

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Contact, Survey
from cases.selectors import letter_address
from cases.selectors.surveys import survey_token
from cases.services.holding import Held
from cases.services.links import status_url
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.messages.channels import MailServer, Refused, mail_domain, register_carrier
from recovery.messages.models import Message
from recovery.messages.services import post_letter
from recovery.org.selectors import organisation

SURVEY: Final = "survey"
# Best first, as they stand in the mail and on the page.
RATINGS: Final = (
    (5, gettext_noop("Very well")),
    (4, gettext_noop("Well")),
    (3, gettext_noop("Neither well nor badly")),
    (2, gettext_noop("Badly")),
    (1, gettext_noop("Very badly")),
)


def send_letter(held: Held, contact: Contact) -> None:
    """Line the words of a contact up to leave by mail in 15 seconds.

    Raises Invalid when no address of the customer is known.
    """
    address = letter_address(held.case)
    if not address:
        raise Invalid(
            "no_address",
            gettext_noop(
                "No e-mail address of this customer is known. Do not send it, or add the address."
            ),
            field="send",
        )
    reference = item_reference("customer", held.item.pk)
    contact.address = address
    contact.letter = post_letter(
        subject=gettext_noop("Letter to the customer of %(ref)s") % {"ref": reference},
        path=f"/cases/{reference}/",
        dedupe_key=f"letter:{contact.pk}",
        at=held.now,
    )
    contact.save(update_fields=["address", "letter"])


class Letterbox(MailServer):
    """The way out for letters to customers."""

    def send(self, message: Message) -> None:
        """Send the words of the contact this delivery belongs to."""
        contact = (
            Contact.objects.select_related("by", "case__item__department")
            .filter(letter=message)
            .first()
        )
        if contact is None or not contact.words:
            nothing = "what it said has been erased"
            raise Refused(nothing)
        self.hand_over(letter_of(contact))


register_carrier(Message.Channel.LETTER, Letterbox)


def letter_of(contact: Contact) -> mail.EmailMultiAlternatives:
    """The letter that carries the words of a contact, one thread for each case."""
    ours, item = organisation(), contact.case.item
    reference = item_reference("customer", item.pk)
    facts = {
        "contact": contact,
        "is_recap": contact.channel != Channel.EMAIL,
        "desk": item.department.name if item.department else "",
        "organisation": ours.name,
        "reference": reference,
        "link": status_url(item.pk),
    }
    pattern = "cases/mail"
    if contact.verb == SURVEY:
        survey = survey_token(Survey.objects.get(contact=contact).pk)
        path = reverse("cases:survey", args=[survey])
        facts |= {"survey": f"{settings.PUBLIC_URL}{path}", "ratings": RATINGS}
        pattern = "cases/survey_mail"
    with timezone.override(ours.zone):
        text = render_to_string(f"{pattern}.txt", facts)
        twin = render_to_string(f"{pattern}.html", facts)
    thread = f"<case-{reference}@{mail_domain()}>"
    letter = mail.EmailMultiAlternatives(
        subject=_("%(organisation)s: your case %(reference)s") % facts,
        body=text,
        from_email=formataddr((ours.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[contact.address],
        reply_to=settings.MAIL_REPLY_TO,
        headers={
            "Message-ID": f"<letter-{contact.pk}@{mail_domain()}>",
            "In-Reply-To": thread,
            "References": thread,
        },
    )
    letter.attach_alternative(twin, "text/html")
    return letter
