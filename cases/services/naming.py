"""Saying whose case it is, once somebody knows."""

from datetime import datetime

from django.db import connection, transaction

from cases.models import CustomerCase
from cases.services.holding import hold, keep, say
from cases.services.recognising import NEW_CUSTOMERS, CustomerFacts, recognise
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.rows import Batch, next_ids
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


@transaction.atomic
def name_customer(
    *,
    case_id: int,
    facts: CustomerFacts,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Tie a case without a customer to whoever it is, known already or new.

    Raises Invalid when nothing is said, Conflict when the case has a customer or that customer
    another case of the same failure.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    if held.case.customer_id is not None:
        raise Conflict(
            "known_already",
            gettext_noop("It is known whose case this is. Correct the customer’s own page."),
        )
    if not any((facts.name, facts.email, facts.phone, facts.external_id)):
        raise Invalid(
            "nobody",
            gettext_noop("Give a name, a booking, a telephone number or an e-mail address."),
            field="name",
        )
    customer_id = _recognised(facts)
    twin = CustomerCase.objects.filter(failure=held.failure_id, customer=customer_id).first()
    if twin is not None:
        raise Conflict(
            "has_a_case",
            gettext_noop("They have a case of this failure: %(case)s. Write it down there."),
            case=item_reference("customer", twin.pk),
        )
    held.set(customer_id=customer_id)
    say(held, "case.customer_named")
    return keep(held)


def _recognised(facts: CustomerFacts) -> int:
    batch = Batch()
    with connection.cursor() as cursor:
        fresh = next_ids(cursor, {NEW_CUSTOMERS: 1})[NEW_CUSTOMERS]
        (found,) = recognise(cursor, batch, [facts], fresh_ids=fresh)
        batch.flush(cursor)
    return found
