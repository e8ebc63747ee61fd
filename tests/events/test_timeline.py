"""A person sees of the log what they may, newest first, page by page."""

from datetime import UTC, datetime

import pytest

from recovery.events.models import Audience
from recovery.events.selectors import timeline
from recovery.events.services import record

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def write(verb, **columns):
    columns = {"stream": "failure:900", "actor_id": 1, "at": NOON, "failure_id": 900} | columns
    return record(verb=verb, **columns)


def verbs(**question):
    return [entry.verb for entry in timeline(**question).entries]


def test_shows_scoped_events_only_of_cases_the_viewer_may_read():
    write("all.told")
    write("case.worked", audience=Audience.SCOPE, item_id=7)
    assert verbs(viewer_id=1, failure_id=900) == ["all.told"]
    assert verbs(viewer_id=1, failure_id=900, items=[7]) == ["case.worked", "all.told"]


def test_shows_named_events_only_to_those_named():
    write(
        "support.offered", stream="employee:8", failure_id=None, item_id=8,
        audience=Audience.NAMED, private={"readers": [3]},
    )  # fmt: skip
    assert verbs(viewer_id=3, streams=["employee:8"]) == ["support.offered"]
    assert verbs(viewer_id=4, streams=["employee:8"], items=[8]) == []


def test_keeps_private_facts_from_those_out_of_scope():
    write("case.paid", item_id=7, public={"kind": "refund"}, private={"amount": 100})
    (outside,) = timeline(viewer_id=1, failure_id=900).entries
    (inside,) = timeline(viewer_id=1, failure_id=900, items=[7]).entries
    assert outside.facts == {"kind": "refund"}
    assert inside.facts == {"kind": "refund", "amount": 100}


def test_goes_back_page_by_page_with_one_query_each(django_assert_num_queries):
    ids = [write(f"step.{n}") for n in range(5)]
    with django_assert_num_queries(1):
        first = timeline(viewer_id=1, failure_id=900, limit=2)
    second = timeline(viewer_id=1, failure_id=900, limit=2, before=first.before)
    third = timeline(viewer_id=1, failure_id=900, limit=2, before=second.before)
    found = [entry.id for page in (first, second, third) for entry in page.entries]
    assert found == ids[::-1]
    assert third.before is None


def test_joins_a_failure_with_other_streams():
    write("here.done")
    write("there.done", stream="process:5", failure_id=None)
    assert verbs(viewer_id=1, failure_id=900, streams=["process:5"]) == [
        "there.done",
        "here.done",
    ]


def test_shows_nothing_when_asked_for_nothing():
    write("here.done")
    assert verbs(viewer_id=1) == []
