"""Where letters to a customer go, and what was taken back before it left."""

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cases.models import Contact, CustomerCase
from recovery.org.models import Person

KEPT_FOR: Final = timedelta(hours=1)


def letter_address(case: CustomerCase) -> str:
    """The address mail to the customer of a case goes to; "" when none is known."""
    if case.customer is None:
        return ""
    try:
        validate_email(case.customer.email.strip())
    except ValidationError:
        return ""
    return case.customer.email.strip()


def taken_back_words(case_id: int, writer: Person, *, verb: str, now: datetime) -> str:
    """What somebody took back on a case a moment ago, to be put right and sent; else ""."""
    found = Contact.objects.filter(
        case_id=case_id, by=writer, verb=verb, taken_back_at__gt=now - KEPT_FOR
    )
    return found.order_by("-pk").values_list("words", flat=True).first() or ""
