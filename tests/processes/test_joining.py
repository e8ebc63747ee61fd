"""How failures come to a case, leave it and wait in the pool."""

import pytest

from processes import services
from processes.models import ProcessCase, ProcessLink
from processes.selectors import Waiting, candidates_waiting
from processes.states import LinkState
from recovery.events.models import Event
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.services import assign
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.selectors import system_person
from tests.factories import NOON
from tests.processes.conftest import DAY

LATER = NOON + DAY


def test_proposal_names_the_kind_and_the_desk_and_no_person(house) -> None:
    case = house.proposed()
    item = WorkItem.objects.get(pk=case.pk)
    assert (item.kind, item.state, item.owner) == ("process", "triage", None)
    assert item.headline == house.mode.name
    assert item.department == house.desk
    assert item.failure is None


def test_second_failure_of_the_mode_joins_the_same_proposal(house) -> None:
    first, second = house.proposed(), house.proposed()
    assert first.pk == second.pk
    states = ProcessLink.objects.values_list("state", flat=True)
    assert set(states) == {LinkState.LINKED}


def test_proposing_twice_changes_nothing(house) -> None:
    case = house.proposed()
    version = WorkItem.objects.get(pk=case.pk).version
    services.propose(failure_id=house.made[0].pk, because="severity", now=LATER)
    assert WorkItem.objects.get(pk=case.pk).version == version
    assert ProcessLink.objects.count() == 1


def test_failure_after_triage_is_a_candidate_and_waits(house) -> None:
    house.opened()
    failure = house.failure(at=LATER)
    services.consider(failure_id=failure.pk, now=LATER)
    link = ProcessLink.objects.get(failure=failure)
    assert candidates_waiting() == [Waiting(link.process_id, failure.pk, after_fix=False)]
    assert link.state == LinkState.CANDIDATE
    assert link.answer_by
    assert link.answer_by > LATER
    assert house.track(failure).state == TrackState.WAITING


def test_silence_counts_as_the_same_cause_after_its_day(house) -> None:
    house.opened()
    failure = house.failure(at=LATER)
    services.consider(failure_id=failure.pk, now=LATER)
    due = ProcessLink.objects.get(failure=failure).answer_by
    assert due
    assert services.answer_for_the_silent(now=due - DAY) == 0
    assert services.answer_for_the_silent(now=due) == 1
    link = ProcessLink.objects.get(failure=failure)
    assert (link.state, link.judged_by) == (LinkState.LINKED, system_person())
    assert services.answer_for_the_silent(now=due) == 0


def test_other_cause_sends_the_failure_back_to_triage(house) -> None:
    case = house.opened()
    failure = house.failure(at=LATER)
    services.consider(failure_id=failure.pk, now=LATER)
    given = {"process_id": case.pk, "failure_id": failure.pk, "actor": house.owner}
    services.judge_candidate(same=False, now=LATER, **given)
    assert house.track(failure).state == TrackState.WAITING
    with pytest.raises(Conflict):
        services.judge_candidate(same=False, now=LATER, **given)
    with pytest.raises(NotFound):
        services.judge_candidate(same=True, now=LATER, **(given | {"failure_id": 0}))


def test_failure_of_another_cause_is_decided_by_itself(house) -> None:
    case = house.opened()
    failure = house.failure(at=LATER)
    services.consider(failure_id=failure.pk, now=LATER)
    judge_other(house, case, failure)
    [own] = ProcessCase.objects.exclude(pk=case.pk)
    assert (own.mode, own.item.state, own.item.closed_at) == (None, "triage", None)
    assert own.item.department == house.desk
    assert own.item.clocks.filter(kind="triage", state="running").exists()
    assert ProcessLink.objects.get(process=own).failure == failure
    assert house.track(failure).state == TrackState.WAITING


def test_failure_taken_out_of_a_case_at_work_is_decided_by_itself(house) -> None:
    case = house.opened()
    services.unlink_failure(
        process_id=case.pk, failure_id=house.made[0].pk, actor=house.owner, now=LATER
    )
    house.told(LATER)
    house.told(LATER)
    [own] = ProcessCase.objects.exclude(pk=case.pk)
    assert ProcessLink.objects.get(process=own).failure == house.made[0]


def test_failure_told_apart_from_a_fix_opens_its_kind_anew(house) -> None:
    case = house.proven()
    late = NOON + 250 * DAY
    failure = house.failure(at=late)
    services.consider(failure_id=failure.pk, now=late)
    judge_other(house, case, failure, at=late)
    [own] = ProcessCase.objects.exclude(pk=case.pk)
    assert (own.mode, own.item.state) == (house.mode, "triage")


def test_nothing_is_decided_on_what_needed_no_learning(house) -> None:
    case = house.opened()
    failure = house.failure(at=LATER, process=TrackState.NOT_REQUIRED, experience=1)
    services.consider(failure_id=failure.pk, now=LATER)
    judge_other(house, case, failure)
    assert ProcessCase.objects.get() == case
    assert house.track(failure).state == TrackState.NOT_REQUIRED


def judge_other(house, case, failure, *, at=LATER) -> None:
    """The owner says so, and the log is read until nothing is left to do."""
    services.judge_candidate(
        process_id=case.pk, failure_id=failure.pk, same=False, actor=house.owner, now=at
    )
    house.told(at)
    house.told(at)


def test_ended_case_tells_its_holder_of_a_candidate(house) -> None:
    house.proven()
    failure = house.failure(at=NOON + 250 * DAY)
    services.consider(failure_id=failure.pk, now=NOON + 250 * DAY)
    told = Message.objects.filter(kind="process.candidate", channel="inbox")
    assert [each.recipient for each in told] == [house.owner]


def test_merged_void_and_historic_failures_are_left_alone(house) -> None:
    into = house.failure()
    merged = house.failure(merged_into=into)
    void = house.failure(voided_at=NOON, voided_by=house.owner)
    historic = house.failure(history=True)
    for failure in (merged, void, historic):
        assert services.consider(failure_id=failure.pk, now=NOON) is None
    assert services.propose(failure_id=merged.pk, because="severity", now=NOON) is None
    assert not ProcessCase.objects.exists()


def test_reported_failure_finds_its_case_through_the_log(house) -> None:
    failure = house.failure()
    Event.objects.create(
        stream=f"failure:{failure.pk}", verb="failure.reported", actor_id=house.agent.pk,
        failure_id=failure.pk, at=NOON,
    )  # fmt: skip
    house.told(NOON)
    house.told(NOON)
    assert ProcessLink.objects.get().failure == failure


def test_track_becomes_active_when_somebody_takes_the_proposal(house) -> None:
    case = house.proposed()
    assert house.track(house.made[0]).state == TrackState.WAITING
    assign(item_id=case.pk, owner_id=house.owner.pk, actor=house.owner, now=LATER)
    house.told(LATER)
    assert house.track(house.made[0]).state == TrackState.ACTIVE
    assign(item_id=case.pk, owner_id=None, actor=house.owner, now=LATER)
    house.told(LATER)
    assert house.track(house.made[0]).state == TrackState.WAITING


def test_learning_is_placed_once_contained_with_owner_and_date(house) -> None:
    house.opened()
    house.told(NOON)
    failure = house.made[0]
    assert Failure.objects.get(pk=failure.pk).learning_placed_at is None
    case = ProcessCase.objects.get()
    services.contain(
        process_id=case.pk, words="Stop", evidence="seen", actor=house.owner, now=LATER
    )
    house.told(LATER + DAY)
    assert Failure.objects.get(pk=failure.pk).learning_placed_at == LATER


def test_proof_is_dated_on_every_failure(house) -> None:
    house.proven()
    house.told(NOON + 241 * DAY)
    failure = Failure.objects.get(pk=house.made[0].pk)
    assert failure.proven_at == NOON + 240 * DAY
    assert house.track(failure).end == TrackEnd.OK


def test_thousands_of_failures_are_told_a_hundred_at_a_time(house) -> None:
    case = house.opened()
    for _ in range(101):
        failure = house.failure()
        ProcessLink.objects.create(
            process=case, failure=failure, state=LinkState.LINKED, linked_at=NOON,
            linked_by=house.owner,
        )  # fmt: skip
    last = services.refresh_tracks(process_id=case.pk, now=LATER)
    assert last is not None
    assert Track.objects.filter(kind="process", state="active").count() == 100
    assert services.refresh_tracks(process_id=case.pk, now=LATER, after=last) is None
    assert Track.objects.filter(kind="process", state="active").count() == 102


def test_log_asks_for_the_next_batch_by_itself(house) -> None:
    case = house.proposed()
    for _ in range(101):
        failure = house.failure()
        ProcessLink.objects.create(
            process=case, failure=failure, state=LinkState.LINKED, linked_at=NOON,
            linked_by=house.owner,
        )  # fmt: skip
    services.open_case(process_id=case.pk, statement="It fails.", actor=house.owner, now=LATER)
    house.told(LATER)
    assert Track.objects.filter(kind="process", state="active").count() == 102
    assert Event.objects.filter(verb="process.refresh_continues").count() == 1


def test_opening_needs_a_statement(house) -> None:
    case = house.proposed()
    with pytest.raises(Invalid) as refusal:
        services.open_case(process_id=case.pk, statement="  ", actor=house.owner, now=NOON)
    assert refusal.value.field == "statement"


def test_stale_version_is_a_conflict(house) -> None:
    case = house.proposed()
    with pytest.raises(Conflict):
        services.open_case(
            process_id=case.pk, statement="x", actor=house.owner, now=NOON, expected_version=1
        )


def test_opening_is_not_for_readers_nor_for_strangers(house) -> None:
    case = house.proposed()
    given = {"process_id": case.pk, "statement": "x", "now": NOON}
    with pytest.raises(NotAllowed):
        services.open_case(actor=house.manager, **given)
    with pytest.raises(NotFound):
        services.open_case(actor=house.outsider, **given)
