"""What people may give: spent and given back so that two at once never overspend."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from cases.models import Allowance, Remedy
from cases.policy import Authority
from cases.selectors import case_key, customer_key, week_key
from cases.selectors.authority import given_to
from recovery.org.models import Person
from recovery.org.policy.authority import LimitCard
from recovery.org.selectors import authority_limits


class _TooSmall(Exception):  # noqa: N818  (it only leaves the savepoint)
    """One of several limits does not cover the amount."""


def spend(
    *, person: Person, remedy: Remedy, customer_id: int | None, authority: Authority,
    now: datetime,
) -> bool:  # fmt: skip
    """Charge a remedy to the person's limits; False, and nothing charged, if one is too small.

    The case must be locked, which makes its own sum safe. Customer and week are shared with
    other cases: whoever comes second finds the row locked, then too little left.
    """
    if not authority.covers(remedy.amount_minor):
        return False
    try:
        with transaction.atomic():
            if authority.customer is not None and customer_id is not None:
                card = authority_limits(person, now)["customer"]
                _charge_customer(person, customer_id, card, remedy=remedy, now=now)
            if authority.week is not None:
                _charge(
                    person, week_key(now), amount_minor=remedy.amount_minor,
                    limit_minor=authority.week.limit,
                )  # fmt: skip
            if authority.case is not None:
                _charge(
                    person, case_key(remedy.case_id), amount_minor=remedy.amount_minor,
                    limit_minor=authority.case.limit,
                )  # fmt: skip
    except _TooSmall:
        return False
    return True


def _charge_customer(
    person: Person, customer_id: int, card: LimitCard, *, remedy: Remedy, now: datetime
) -> None:
    """The row is the lock; what counts under it is summed anew, for old gifts fall out of it."""
    holder, key = (None if card.together else person), customer_key(customer_id, card)
    _open(holder, key, card.amount_minor)
    row = Allowance.objects.select_for_update().get(holder=holder, scope_key=key)
    used = given_to(customer_id, card, person=person, now=now)
    if used + remedy.amount_minor > card.amount_minor:
        raise _TooSmall
    row.limit_minor, row.committed_minor = card.amount_minor, used + remedy.amount_minor
    row.save(update_fields=["limit_minor", "committed_minor"])


def _open(holder: Person | None, key: str, limit_minor: int) -> None:
    Allowance.objects.bulk_create(
        [Allowance(holder=holder, scope_key=key, limit_minor=limit_minor)],
        ignore_conflicts=True,
    )


def _charge(person: Person, key: str, *, amount_minor: int, limit_minor: int) -> None:
    _open(person, key, limit_minor)
    # One statement decides; the limit in force now replaces the one the row was made with.
    changed = Allowance.objects.filter(
        holder=person,
        scope_key=key,
        committed_minor__lte=limit_minor - amount_minor,
    ).update(committed_minor=F("committed_minor") + amount_minor, limit_minor=limit_minor)
    if not changed:
        raise _TooSmall


def give_back(remedy: Remedy) -> None:
    """Take a remedy that was not given, or came back, off the limits it was charged to."""
    if remedy.charged_to_id is None:
        return
    charged_at = remedy.approved_at or remedy.offered_at
    Allowance.objects.filter(
        holder_id=remedy.charged_to_id,
        scope_key__in=[week_key(charged_at), case_key(remedy.case_id)],
    ).update(committed_minor=Greatest(F("committed_minor") - remedy.amount_minor, 0))
    remedy.charged_to = None
    remedy.save(update_fields=["charged_to"])
