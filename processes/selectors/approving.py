"""Plans that wait for somebody else's approval."""

from collections.abc import Collection

from django.db.models import F

from processes.models import VerificationPlan
from recovery.org.models import Person


def plans_to_approve(
    viewer: Person, desks: Collection[int], *, most: int
) -> list[VerificationPlan]:
    """Plans of cases at work at these desks, oldest first, without those the viewer wrote."""
    written = VerificationPlan.objects.select_related(
        "process__item__department", "written_by"
    ).filter(
        approved_at__isnull=True,
        round=F("process__round"),
        process__is_open=True,
        process__item__department_id__in=desks,
    )
    return list(written.exclude(written_by=viewer).order_by("written_at")[:most])
