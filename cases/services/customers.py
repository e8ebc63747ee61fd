"""How every verb on a customer begins and ends: scope, lock, permission, event, history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from cases.models import Customer, Revision
from cases.selectors.customers import customers_of, may_with_customer
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission

_GONE = gettext_noop("There is nobody here under this reference, or they are not yours to see.")


def hold_customer(
    customer_id: int,
    actor: Person,
    permission: Permission,
    *,
    expected_version: int | None = None,
) -> Customer:
    """Lock a customer whom `actor` may see, with `permission` where one of their cases lies.

    Raises NotFound out of scope, NotAllowed without the permission, Conflict once merged or
    when the record changed since version `expected_version`.
    """
    customer = (
        Customer.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=customers_of(actor).values("pk"), pk=customer_id)
        .first()
    )
    if customer is None:
        raise NotFound("not_found", _GONE)
    if not may_with_customer(actor, customer_id, permission):
        raise NotAllowed(
            "not_allowed",
            gettext_noop("Your role does not allow this here. Ask whoever leads the desk."),
        )
    if customer.merged_into_id is not None:
        raise Conflict(
            "merged",
            gettext_noop("Another record stands for this customer now. Change that one."),
        )
    if expected_version is not None and customer.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            gettext_noop(
                "Somebody changed this while you were writing. Your words are kept below: look "
                "at what is new, then do it again."
            ),
        )
    return customer


def say_of_customer(
    customer_id: int, verb: str, *, actor: Person, now: datetime, **facts: int
) -> int:
    """Record what happened to a record of a customer: keys only. Returns the event's id."""
    return record(
        stream=f"profile:{customer_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.SCOPE,
        public=facts,
    )


def revise(customer: Customer, event_id: int, changed: Mapping[str, tuple[str, str]]) -> None:
    """Keep what a changed field said before and says now, until the customer is erased."""
    Revision.objects.bulk_create(
        Revision(customer=customer, event_id=event_id, field=name, old=old, new=new)
        for name, (old, new) in changed.items()
    )


def unknown_codes(
    given: Iterable[str], known: Sequence[str], *, name: str
) -> Iterator[Invalid]:
    """A fault of field `name` for each code that is not known; left out is known."""
    for code in given:
        if code and code not in known:
            yield Invalid("unknown_code", gettext_noop("Choose one of the list."), field=name)


def too_long(text: str, *, most: int, name: str) -> Iterator[Invalid]:
    """A fault of field `name` for what is longer than `most` or no text."""
    if len(text) > most or "\x00" in text:
        yield Invalid(
            "too_long",
            gettext_noop("Shorten this to %(most)s characters."),
            field=name,
            most=most,
        )
