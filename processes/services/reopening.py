"""When a cause returns: how many recurrences an ended case bears before it is opened again."""

from datetime import datetime, timedelta

from processes.models import ProcessCase, VerificationPlan
from processes.policy.triage import GRAVE_SAFETY
from processes.selectors import live_links
from processes.services.access import move, new_round
from processes.services.telling import tell_holders
from processes.states import LinkState, ProcessState
from recovery.failures.models import Failure
from recovery.kernel.text import gettext_noop

_BACK = gettext_noop("The cause has returned, work goes on: %(ref)s")
_FIXED = frozenset({ProcessState.PROVEN, ProcessState.IMPROVED, ProcessState.RISK_ACCEPTED})


def reopen_if_returned(
    case: ProcessCase, failure: Failure, *, actor_id: int, now: datetime
) -> bool:
    """Reopen a locked, ended case when a confirmed recurrence passes the limit in its plan.

    At the first one if safety is at stake. A case whose mode has another open case stays ended:
    the work goes on there.
    """
    if case.item.state not in _FIXED or case.closed_at is None:
        return False
    plan = VerificationPlan.objects.filter(process=case, round=case.round).first()
    if plan is None or _is_elsewhere(case):
        return False
    since = max(case.closed_at, now - timedelta(days=plan.reopen_days))
    confirmed = live_links(case).filter(state=LinkState.LINKED)
    grave = (
        failure.safety >= GRAVE_SAFETY
        or confirmed.filter(failure__safety__gte=GRAVE_SAFETY).exists()
    )
    limit = 0 if grave else plan.reopen_limit
    if confirmed.filter(failure__detected_at__gte=since).count() <= limit:
        return False
    move(case, "reopen", actor_id=actor_id, now=now)
    new_round(case)
    case.reopened_at = now
    case.save(update_fields=["reopened_at"])
    tell_holders(case, "process.reopened", _BACK, occasion=f"reopened:{case.round}", now=now)
    return True


def _is_elsewhere(case: ProcessCase) -> bool:
    return (
        case.mode_id is not None
        and ProcessCase.objects.filter(mode_id=case.mode_id, is_open=True).exists()
    )
