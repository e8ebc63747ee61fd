"""What people may give: spent and given back so that two at once never overspend."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from cases.models import Allowance, Remedy
from cases.policy import Authority
from cases.selectors import case_key, week_key
from recovery.org.models import Person


def spend(
    *, person: Person, case_id: int, amount_minor: int, authority: Authority, now: datetime
) -> bool:
    """Charge an amount to the person's limits; False, and nothing charged, if one is too small.

    The case must be locked, which makes its own sum safe. The week is shared with other cases:
    whoever comes second finds the row locked, then too little left.
    """
    if not authority.covers(amount_minor):
        return False
    if authority.week_limit is not None and not _charge(
        person, week_key(now), amount_minor=amount_minor, limit_minor=authority.week_limit
    ):
        return False
    return authority.case_limit is None or _charge(
        person, case_key(case_id), amount_minor=amount_minor, limit_minor=authority.case_limit
    )


def _charge(person: Person, key: str, *, amount_minor: int, limit_minor: int) -> bool:
    Allowance.objects.bulk_create(
        [Allowance(holder=person, scope_key=key, limit_minor=limit_minor)],
        ignore_conflicts=True,
    )
    # One statement decides; the limit in force now replaces the one the row was made with.
    changed = Allowance.objects.filter(
        holder=person,
        scope_key=key,
        committed_minor__lte=limit_minor - amount_minor,
    ).update(committed_minor=F("committed_minor") + amount_minor, limit_minor=limit_minor)
    return changed == 1


def give_back(remedy: Remedy) -> None:
    """Take a remedy that was not given off the limits it was charged to."""
    if remedy.charged_to_id is None:
        return
    charged_at = remedy.approved_at or remedy.offered_at
    Allowance.objects.filter(
        holder_id=remedy.charged_to_id,
        scope_key__in=[week_key(charged_at), case_key(remedy.case_id)],
    ).update(committed_minor=Greatest(F("committed_minor") - remedy.amount_minor, 0))
    remedy.charged_to = None
    remedy.save(update_fields=["charged_to"])
