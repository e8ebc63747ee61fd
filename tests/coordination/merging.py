"""Two records of one failure, merged and taken apart, and what is seen of them."""

from datetime import timedelta

from recovery.clocks.models import Clock
from recovery.coordination.services import merge_failures, report_failures, unmerge_failure
from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.coordination.reporting import (
    a_complaint,
    a_customer,
    a_report,
    a_silent_report,
    make_desk,
)
from tests.factories import NOON, make_department, make_person

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANA = a_customer(name="Ana Reis", email="ana@example.org")


def make_merging_desk():
    """A desk with standards, and a supporter for whoever is hit."""
    desk = make_desk()
    make_person(Role.SUPPORTER, make_department())
    forget_snapshots()
    return desk


def logged(lead, *, minutes=0, complaint=True, **facts):
    at = NOON + minutes * MINUTE
    said = a_complaint(received_at=at) if complaint else None
    make = a_report if complaint else a_silent_report
    (found,) = report_failures(
        [make(**{"severity": {"experience": 2}, "complaint": said} | facts)],
        actor=lead, now=at,
    )  # fmt: skip
    pump(at)
    return found


def merge(a, b, actor, at=NOON + HOUR):
    return merge_failures(merged_id=b.failure_id, into_id=a.failure_id, actor=actor, now=at)


def part(b, actor, at=NOON + 2 * HOUR):
    return unmerge_failure(merged_id=b.failure_id, actor=actor, now=at)


def status(found):
    return Failure.objects.get(pk=found.failure_id).status


def tracks(found):
    rows = Track.objects.filter(failure_id=found.failure_id)
    return {row.kind: (row.state, row.end, tuple(row.reasons)) for row in rows}


def counts(found):
    failure = Failure.objects.get(pk=found.failure_id)
    return failure.affected_count, failure.received_at


def live(case_id):
    rows = Clock.objects.filter(item_id=case_id, state="running")
    return dict(rows.values_list("kind", "started_at"))
