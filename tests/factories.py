"""A small cast and the rows tests start from. Verbs under test are called, never imitated."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.utils.text import slugify

from recovery.failures.models import Category, Failure, FailureMode, SearchDoc, Track, WorkItem
from recovery.failures.states import TrackKind, TrackState
from recovery.org.models import AuthorityLimit, Calendar, Department, Membership, Person
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
WEEKDAYS = {str(day): [["08:00", "16:00"]] for day in range(5)}
_number = count(1)


def make_calendar(name: str = "", *, zone: str = "UTC", always: bool = False) -> Calendar:
    """Weekdays 8 to 16 unless always."""
    found = Calendar.objects.create(
        name=name or f"Calendar {next(_number)}", zone=zone, always=always, week=WEEKDAYS
    )
    forget_snapshots()
    return found


def make_department(
    name: str = "", *, parent: Department | None = None, **facts: Any
) -> Department:
    name = name or f"Desk {next(_number)}"
    department = Department.objects.create(
        name=name, slug=f"{slugify(name)}-{next(_number)}", parent=parent, **facts
    )
    department.path = [*(parent.path if parent else []), department.pk]
    department.save(update_fields=["path"])
    forget_snapshots()
    return department


def make_person(
    role: Role | None = None,
    department: Department | None = None,
    *,
    name: str = "",
    lead: bool = False,
    **facts: Any,
) -> Person:
    """Somebody with one role in one department; with no role, an outsider."""
    number = next(_number)
    name = name or f"{(role or 'outsider').replace('_', ' ').title()} {number}"
    person = Person.objects.create_user(
        email=f"p{number}@example.org", name=name, password=facts.pop("password", None), **facts
    )
    if role is not None:
        Membership.objects.create(
            person=person, department=department or make_department(), role=role, is_lead=lead
        )
    return person


def make_limit(role: Role, *, case: int, week: int | None = None) -> None:
    """Authority in minor units for a role, per case and per week."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for scope, amount in (("case", case), ("week", week or case * 10)):
        AuthorityLimit.objects.update_or_create(
            role=role, scope=scope, department=None, valid_from=start,
            defaults={"amount_minor": amount},
        )  # fmt: skip


def make_mode(name: str = "", **facts: Any) -> FailureMode:
    number = next(_number)
    category = facts.pop("category", None) or Category.objects.create(
        slug=f"category-{number}", name=f"Category {number}"
    )
    return FailureMode.objects.create(
        category=category, slug=f"mode-{number}", name=name or f"Mode {number}", **facts
    )


def make_failure(
    *,
    department: Department | None = None,
    reported_by: Person | None = None,
    at: datetime = NOON,
    tracks: dict[TrackKind, TrackState] | None = None,
    **facts: Any,
) -> Failure:
    """A bare failure with its three tracks, all waiting unless said otherwise."""
    defaults: dict[str, Any] = {
        "title": "Bag not on flight",
        "channel": "phone",
        "detection": "complaint",
        "priority": 3,
        "priority_reason": "grade_3",
        "experience": 3,
        "detected_at": at,
        "day": date(at.year, at.month, at.day),
    }
    failure = Failure.objects.create(
        owning_department=department or make_department(),
        reported_by=reported_by or make_person(),
        **(defaults | facts),
    )
    for kind in TrackKind:
        state = (tracks or {}).get(kind, TrackState.WAITING)
        Track.objects.create(failure=failure, kind=kind, state=state)
    SearchDoc.objects.create(failure=failure, words=failure.title)
    return failure


def make_item(
    failure: Failure | None = None, *, kind: str = "customer", at: datetime = NOON, **facts: Any
) -> WorkItem:
    """A bare work item; use the track's services for a whole case."""
    if kind != "employee":
        failure = failure or make_failure()
        facts.setdefault("department", failure.owning_department)
        facts.setdefault("headline", failure.title)
        facts.setdefault("priority", failure.priority)
        facts.setdefault("state", {"customer": "received", "process": "triage"}[kind])
    return WorkItem.objects.create(kind=kind, failure=failure, opened_at=at, **facts)
