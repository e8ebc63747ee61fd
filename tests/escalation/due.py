"""Many due clocks in a moment, written as rows: the verbs that make cases are not under test."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from recovery.clocks.models import Clock
from recovery.failures.models import WorkItem
from recovery.kernel import rows
from recovery.org.models import Department
from tests.factories import NOON, make_failure

QUARTER = 900


def make_due_clocks(
    count: int, *, department: Department, started_at: datetime = NOON, **facts: Any
) -> None:
    """Acknowledge clocks of 15 minutes on customer cases of one failure, not yet looked at."""
    failure = make_failure(department=department, priority=1, **facts)
    with connection.cursor() as cursor:
        keys = rows.next_ids(cursor, {WorkItem: count, Clock: count})
        rows.insert(cursor, WorkItem, [
            {
                "id": key,
                "kind": "customer",
                "failure_id": failure.pk,
                "headline": failure.title,
                "department_id": department.pk,
                "priority": 1,
                "state": "received",
                "opened_at": started_at,
            }
            for key in keys[WorkItem]
        ])  # fmt: skip
        rows.insert(cursor, Clock, [
            {
                "id": key,
                "item_id": item,
                "kind": "acknowledge",
                "target_seconds": QUARTER,
                "started_at": started_at,
                "due_at": started_at + timedelta(seconds=QUARTER),
                "original_due_at": started_at + timedelta(seconds=QUARTER),
                "next_check_at": started_at,
            }
            for key, item in zip(keys[Clock], keys[WorkItem], strict=True)
        ])  # fmt: skip
