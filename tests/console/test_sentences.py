"""Every verb that the code records has a sentence where it is shown."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import cases.presenters.timeline as customer
import processes.presenters.timeline as process
from processes.services.access import EVENT_OF
from processes.services.linking import _LINK_EVENTS
from recovery.console.presenters.timeline import (
    SENTENCES,
    belongs_here,
    days_of,
    sentence_of,
    track_of,
)
from recovery.events.selectors import Entry
from recovery.failures.models import Failure
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackEnd, TrackState, Whole
from tests.factories import NOON

ROOT = Path(__file__).resolve().parents[2]
VERB = re.compile(
    r"(failure|track|waiver|readiness|case|complaint|remedy|note|process|clock)\.[a-z_]+"
)
# Kinds of messages to people, not of events.
MESSAGES = {"process.candidate", "process.look_due"}
SHARED = (
    "case.assigned",
    "case.handed_over",
    "note.added",
    "clock.breached",
    "clock.told",
    "escalation.fired",
    "escalation.held_back",
)


def recorded() -> Iterator[str]:
    """Verbs as they stand in the services: the words after verb= and of say(), touch() and such."""
    for root in ("recovery", "cases", "processes", "staff"):
        for path in sorted((ROOT / root).rglob("services*/*.py")) + sorted(
            (ROOT / root).rglob("services.py")
        ):
            for node in ast.walk(ast.parse(path.read_text())):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and VERB.fullmatch(value):
                    yield value
    yield from EVENT_OF.values()
    yield from (f"process.{word}" for word in _LINK_EVENTS.values())


def told() -> set[str]:
    return {*SENTENCES, *customer.SENTENCES, *process.SENTENCES, *process.SILENT, *MESSAGES}


def entry(verb, stream="failure:1", item_id=None, **facts):
    return Entry(
        id=1, at=NOON, verb=verb, actor_id=1, stream=stream, item_id=item_id, facts=facts,
        failure_id=1,
    )  # fmt: skip


def test_finds_what_is_recorded():
    assert {"case.acknowledged", "failure.voided", "remedy.offered", "process.proven"} <= set(
        recorded()
    )


def test_every_recorded_verb_has_its_sentence():
    assert set(recorded()) - told() == set()


@pytest.mark.parametrize("verb", SHARED)
@pytest.mark.parametrize("stream", ["customer:1", "process:1"])
def test_what_both_tracks_record_has_a_sentence_in_each(verb, stream):
    raw = verb.replace(".", " ").replace("_", " ").capitalize()
    assert sentence_of(entry(verb, stream)) != raw


@pytest.mark.parametrize("verb", sorted(SENTENCES))
def test_a_sentence_stands_with_facts_missing(verb):
    facts = {"into": 7} if verb == "failure.merged" else {}
    said = sentence_of(entry(verb, **facts))
    assert "%(" not in said


@pytest.mark.parametrize("verb", sorted(customer.SENTENCES))
def test_a_sentence_of_the_customer_stands_with_facts_missing(verb):
    assert "%(" not in sentence_of(entry(verb, "customer:1"))


@pytest.mark.parametrize("verb", sorted(process.SENTENCES))
def test_a_sentence_of_the_process_stands_with_facts_missing(verb):
    assert "%(" not in sentence_of(entry(verb, "process:1"))


def test_says_states_in_words():
    for whole in Whole:
        said = sentence_of(entry("failure.status_changed", to=whole.value))
        assert said == whole.word
    said = sentence_of(
        entry("track.changed", track="customer", state=TrackState.ENDED, end=TrackEnd.OK)
    )
    assert said == f"Customer: {TrackEnd.OK.word}"


def test_an_unknown_verb_is_shown_rather_than_hidden():
    assert sentence_of(entry("failure.turned_blue")) == "Failure turned blue"


def test_a_failure_s_own_story_names_the_case_it_was_tied_to_and_not_itself():
    said = sentence_of(entry("process.linked", "process:9", item_id=9, failure=1))
    assert said == f"Linked to {item_reference('process', 9)}"


def test_counting_and_links_of_others_stay_out():
    other = entry("process.linked", "process:1")
    mine, later = Failure(pk=1, detected_at=other.at), Failure(pk=2, detected_at=other.at)
    assert belongs_here(other, mine)
    assert not belongs_here(other, later)
    assert not belongs_here(entry("process.refresh_continues", "process:1"), mine)


def test_what_a_process_case_went_through_before_stays_out():
    proven = entry("process.proven", "process:1")
    hour = timedelta(hours=1)
    assert belongs_here(proven, Failure(pk=3, detected_at=proven.at - hour))
    assert not belongs_here(proven, Failure(pk=3, detected_at=proven.at + hour))


def test_marks_the_track_it_belongs_to():
    assert track_of(entry("track.changed", track="employee")) == "employee"
    assert track_of(entry("case.opened", "customer:1")) == "customer"
    assert track_of(entry("failure.edited")) == ""


def test_groups_by_day_newest_first():
    rows = [entry("failure.edited"), entry("failure.reported")]
    older = Entry(
        **{f: getattr(rows[0], f) for f in Entry.__slots__} | {"at": NOON - timedelta(days=1)}
    )
    days = days_of([*rows, older], {1: "Ana"})
    assert [(day.day, len(day.rows)) for day in days] == [
        (NOON.date(), 2), (NOON.date() - timedelta(days=1), 1),
    ]  # fmt: skip
    assert days[0].rows[0].who == "Ana"
