"""What making two records of a customer one, and parting them, have in common."""

from datetime import datetime
from typing import Final

from cases.models import Customer, CustomerCase, CustomerMerge
from cases.selectors.customers import customers_of, may_with_customer
from cases.services.customers import say_of_customer
from cases.states import CaseState
from recovery.events.models import Audience
from recovery.events.services import EventRow, record_many
from recovery.kernel.refusals import NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission

# What a merge moves, beside what cases.services.moving names.
CASE: Final = "case"
BEHIND: Final = "customer"
SURVEYS: Final = "no_surveys"
_GONE = gettext_noop("There is nobody here under this reference, or they are not yours to see.")


def permit_merge(actor: Person, *customer_ids: int) -> None:
    """Raise NotFound unless `actor` may see each of them, NotAllowed without the permission."""
    if customers_of(actor).filter(pk__in=customer_ids).count() < len(set(customer_ids)):
        raise NotFound("not_found", _GONE)
    for customer_id in customer_ids:
        if not may_with_customer(actor, customer_id, Permission.CUSTOMER_MERGE):
            raise NotAllowed(
                "not_allowed",
                gettext_noop("Your role does not allow this here. Ask whoever leads the desk."),
            )


def lock_both(first_id: int, second_id: int) -> tuple[Customer, Customer]:
    """Lock in order of key, so hard that no case of either can be opened until we are done."""
    query = Customer.objects.select_for_update(of=("self",)).order_by("pk")
    locked = {each.pk: each for each in query.filter(pk__in=[first_id, second_id])}
    return locked[first_id], locked[second_id]


def tell_both(merge: CustomerMerge, verb: str, *, actor: Person, now: datetime) -> None:
    """Record on both records what became of them; keys only."""
    for one, other in ((merge.merged_id, merge.into_id), (merge.into_id, merge.merged_id)):
        say_of_customer(one, verb, actor=actor, now=now, other=other, merge=merge.pk)


def tell_cases(customer: Customer, verb: str, *, actor: Person, now: datetime) -> None:
    """Record it on each live case of the customer as well."""
    live = CustomerCase.objects.filter(customer=customer).exclude(item__state=CaseState.MERGED)
    record_many(
        [
            EventRow(
                f"customer:{case_id}", verb, actor.pk, now,
                failure_id=failure_id, item_id=case_id, audience=Audience.SCOPE,
            )
            for case_id, failure_id in live.order_by("pk").values_list("pk", "failure_id")
        ]
    )  # fmt: skip
