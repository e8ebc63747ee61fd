"""What nobody else will remind of: a follow-up between two people, an action that is due."""

from datetime import datetime

from recovery.kernel.text import gettext_noop
from staff.models import EmployeeCase, EnablementAction
from staff.services.cases import tell_privately
from staff.services.readiness import tell_owner
from staff.states import EmployeeState

AT_ONCE = 500
_DUE = gettext_noop("Something that makes us readier is due: %(ref)s")


def remind(*, now: datetime) -> int:
    """Tell supporters of follow-ups and owners of actions that are due, each once. How many.

    The reminder of a follow-up goes to the supporter alone: no clock runs and no lead hears,
    because either would tell that an offer was taken.
    """
    cases = EmployeeCase.objects.filter(
        state=EmployeeState.IN_SUPPORT, ended_at__isnull=True, follow_up_at__lte=now
    ).order_by("follow_up_at")[:AT_ONCE]
    told = 0
    for case in cases:
        tell_privately(case, case.supporter_id, what="follow_up", now=now)
        told += 1
    actions = EnablementAction.objects.filter(
        done_at__isnull=True, due_on__lte=now.date()
    ).order_by("due_on")[:AT_ONCE]
    for action in actions:
        tell_owner(action, what="due", subject=_DUE, now=now)
        told += 1
    return told
