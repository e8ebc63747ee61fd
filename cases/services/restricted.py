"""What only few may read of a customer: needs and danger, each reading recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from cases.models import RestrictedFacts
from cases.services.customers import (
    hold_customer,
    revise,
    say_of_customer,
    too_long,
    unknown_codes,
)
from cases.states import Need
from recovery.kernel.refusals import Invalid
from recovery.org.models import Person
from recovery.org.roles import Permission

MOST_HELP: Final = 2_000


@transaction.atomic
def read_restricted(*, customer_id: int, actor: Person, now: datetime) -> None:
    """Record that somebody opens what only few may read. Raises NotFound, NotAllowed."""
    hold_customer(customer_id, actor, Permission.CUSTOMER_RESTRICTED)
    say_of_customer(customer_id, "customer.restricted_read", actor=actor, now=now)


@transaction.atomic
def change_restricted(
    *,
    customer_id: int,
    needs: Sequence[str],
    help_words: str,
    safety_words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> RestrictedFacts:
    """Write down needs and danger; the log says "changed" and never what."""
    customer = hold_customer(
        customer_id, actor, Permission.CUSTOMER_RESTRICTED, expected_version=expected_version
    )
    faults = [
        *unknown_codes(needs, tuple(Need), name="needs"),
        *too_long(help_words, most=MOST_HELP, name="help_words"),
        *too_long(safety_words, most=MOST_HELP, name="safety_words"),
    ]
    if faults:
        raise Invalid.gather(faults)
    held = RestrictedFacts.objects.filter(pk=customer_id).first() or RestrictedFacts(
        customer=customer
    )
    before = _restricted_words(held)
    held.needs = [each.value for each in Need if each in needs]
    held.help_words, held.safety_words = help_words.strip(), safety_words.strip()
    after = _restricted_words(held)
    changed = {
        name: (before[name], after[name]) for name in after if before[name] != after[name]
    }
    if changed:
        held.changed_at, held.changed_by = now, actor
        held.save()
        customer.version += 1
        customer.save(update_fields=["version"])
        event_id = say_of_customer(
            customer_id, "customer.restricted_changed", actor=actor, now=now
        )
        revise(customer, event_id, changed)
    return held


def _restricted_words(held: RestrictedFacts) -> dict[str, str]:
    return {
        "needs": "\n".join(held.needs),
        "help_words": held.help_words,
        "safety_words": held.safety_words,
    }
