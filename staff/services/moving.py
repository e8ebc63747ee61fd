"""Support cases follow their failure into a merge and back."""

from collections.abc import Collection

from staff.models import EmployeeCase


def move_cases(*, from_id: int, to_id: int) -> list[int]:
    """Move the cases of one failure to another, both locked; returns their keys.

    A person already looked after there keeps both, each under its own failure.
    """
    mine = EmployeeCase.objects.filter(failure_id=from_id)
    there = EmployeeCase.objects.filter(
        failure_id=to_id, person__isnull=False, ended_at__isnull=True
    )
    moved = list(
        mine.exclude(ended_at__isnull=True, person_id__in=there.values("person_id"))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    EmployeeCase.objects.filter(pk__in=moved).update(failure_id=to_id)
    return moved


def move_back(*, case_ids: Collection[int], from_id: int, to_id: int) -> None:
    """Undo `move_cases` for those of `case_ids` that are still where it put them."""
    EmployeeCase.objects.filter(pk__in=list(case_ids), failure_id=from_id).update(
        failure_id=to_id
    )
