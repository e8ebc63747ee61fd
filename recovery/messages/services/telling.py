"""Telling people: rows first, in the teller's transaction; mail leaves later, as each wishes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from recovery.kernel import rows
from recovery.messages.models import Message
from recovery.messages.policy import Course, course_of, record_of
from recovery.messages.selectors import Wanting, wanting

STALE_AFTER: Final = timedelta(days=2)  # what nobody was told by then is no news any more
LONGEST_SUBJECT: Final = 200


def tell(
    *,
    person_ids: Collection[int],
    kind: str,
    subject: str,
    lines: Sequence[str],
    path: str,
    dedupe_key: str,
    at: datetime,
    expires_at: datetime | None = None,
    urgent: bool = False,
    personal: bool = False,
) -> int:
    """Put a message into each person's inbox and line up its mail; return how many rows.

    `dedupe_key` (up to 90 characters) names the occasion: a person told once about it is never
    told again. When the mail leaves, and whether, is each person's wish: `urgent` (P1, safety)
    passes quiet hours and digests, `personal` (named, or holding the case) passes a mute. Mail
    not sent by `expires_at` (two days after it was due if not given) is not sent at all. Words
    must be neutral: references, codes and times, nobody's own data.
    """
    people = sorted(set(person_ids))
    if not people:
        return 0
    record = record_of(path)
    wishes = wanting(people, record=record)
    shared = {
        "kind": kind,
        "subject": subject[:LONGEST_SUBJECT],
        "lines": list(lines),
        "path": path,
        "record": record,
        "created_at": at,
    }
    found = []
    for person_id in people:
        course = _course(wishes, person_id, shared, urgent=urgent, personal=personal)
        one = shared | {"recipient_id": person_id}
        found += [
            one | _inbox(at, f"{dedupe_key}:{person_id}:inbox", expires_at),
            one | _mail(course, f"{dedupe_key}:{person_id}:email", expires_at),
        ]
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor, Message, found, on_conflict="(dedupe_key) DO NOTHING", returning=["id"]
        )
    return len(written)


def _course(
    wishes: Mapping[int, Wanting],
    person_id: int,
    shared: Mapping[str, Any],
    *,
    urgent: bool,
    personal: bool,
) -> Course:
    wanted = wishes.get(person_id)
    if wanted is None:
        return Course(shared["created_at"])
    return course_of(
        shared["kind"],
        at=shared["created_at"],
        wishes=wanted.wishes,
        muted=wanted.muted,
        urgent=urgent,
        personal=personal,
    )


def _inbox(at: datetime, key: str, expires_at: datetime | None) -> dict[str, object]:
    """An inbox is reached by writing to it."""
    return {
        "channel": Message.Channel.INBOX.value,
        "dedupe_key": key,
        "state": Message.State.SENT.value,
        "sent_at": at,
        "due_at": at,
        "next_try_at": None,
        "expires_at": expires_at or at + STALE_AFTER,
        "error": "",
    }


def _mail(course: Course, key: str, expires_at: datetime | None) -> dict[str, object]:
    """Mail has its way before it, or stays in the house and says why."""
    if course.due_at is None:
        state = Message.State.KEPT
    else:
        state = Message.State.WAITING if course.bundled else Message.State.QUEUED
    return {
        "channel": Message.Channel.EMAIL.value,
        "dedupe_key": key,
        "state": state.value,
        "sent_at": None,
        "due_at": course.due_at,
        "next_try_at": course.due_at if state is Message.State.QUEUED else None,
        "expires_at": expires_at or (course.due_at + STALE_AFTER if course.due_at else None),
        "error": course.why,
    }
