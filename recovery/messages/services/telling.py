"""Telling people: rows first, in the teller's transaction; mail leaves later, as each wishes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from recovery.kernel import rows
from recovery.messages.models import Message
from recovery.messages.policy import Course, course_of, record_of
from recovery.messages.selectors import Wanting, wanting

STALE_AFTER: Final = timedelta(days=2)  # what nobody was told by then is no news any more
LONGEST_SUBJECT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told to some people at one occasion; see `tell` for what the fields mean."""

    person_ids: Collection[int]
    kind: str
    subject: str
    lines: Sequence[str]
    path: str
    dedupe_key: str
    at: datetime
    expires_at: datetime | None = None
    urgent: bool = False
    personal: bool = False

    @property
    def record(self) -> str:
        """The address of the record it is about; "" for none."""
        return record_of(self.path)


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
    notice = Notice(
        person_ids=person_ids, kind=kind, subject=subject, lines=lines, path=path,
        dedupe_key=dedupe_key, at=at, expires_at=expires_at, urgent=urgent, personal=personal,
    )  # fmt: skip
    return tell_many([notice])


def tell_many(notices: Sequence[Notice]) -> int:
    """Tell of many occasions at once, each as `tell` does; one reading and one writing."""
    people = sorted({key for notice in notices for key in notice.person_ids})
    if not people:
        return 0
    wishes = wanting(people, records={notice.record for notice in notices})
    found = [
        row
        for notice in notices
        for person_id in sorted(set(notice.person_ids))
        for row in _deliveries(notice, person_id, wishes.get(person_id))
    ]
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor, Message, found, on_conflict="(dedupe_key) DO NOTHING", returning=["id"]
        )
    return len(written)


def _deliveries(
    notice: Notice, person_id: int, wanted: Wanting | None
) -> tuple[dict[str, object], dict[str, object]]:
    """One person's notice in the inbox, and its mail."""
    shared = {
        "recipient_id": person_id,
        "kind": notice.kind,
        "subject": notice.subject[:LONGEST_SUBJECT],
        "lines": list(notice.lines),
        "path": notice.path,
        "record": notice.record,
        "created_at": notice.at,
    }
    key = f"{notice.dedupe_key}:{person_id}"
    return (
        shared | _inbox(notice.at, f"{key}:inbox", notice.expires_at),
        shared | _mail(_course(notice, wanted), f"{key}:email", notice.expires_at),
    )


def _course(notice: Notice, wanted: Wanting | None) -> Course:
    if wanted is None:
        return Course(notice.at)
    return course_of(
        notice.kind,
        at=notice.at,
        wishes=wanted.wishes,
        muted=notice.record in wanted.muted,
        urgent=notice.urgent,
        personal=notice.personal,
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
