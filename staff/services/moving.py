"""Support cases following their failure when two records turn out to be one, and back."""

from collections.abc import Collection

from staff.models import EmployeeCase


def move_cases(*, from_id: int, to_id: int) -> list[int]:
    """Point support cases at another failure; returns their ids.

    A person who has one on both keeps the two: neither supporter loses what was begun.
    """
    there = EmployeeCase.objects.filter(failure_id=to_id, person__isnull=False)
    moving = EmployeeCase.objects.filter(failure_id=from_id).exclude(
        person_id__in=there.values("person_id")
    )
    ids = list(moving.order_by("pk").values_list("pk", flat=True))
    EmployeeCase.objects.filter(pk__in=ids).update(failure_id=to_id)
    return ids


def move_back(*, case_ids: Collection[int], from_id: int, to_id: int) -> list[int]:
    """Point them back where they still are as the merge left them; returns those moved."""
    moving = EmployeeCase.objects.filter(pk__in=case_ids, failure_id=from_id)
    ids = list(moving.values_list("pk", flat=True))
    moving.update(failure_id=to_id)
    return ids
