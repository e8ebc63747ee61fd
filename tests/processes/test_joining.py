"""How failures come to a case, leave it and wait in the pool."""

import pytest

from processes import services
from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.states import LinkState, ProcessState
from recovery.clocks.models import Clock
from recovery.events.models import Event
from recovery.events.services import record
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.services import assign, lock_failure, report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.selectors import system_person
from tests.factories import NOON, make_mode
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


def test_pooling_one_failure_ends_a_triage_that_holds_nothing_else(house) -> None:
    case = house.proposed()
    second = house.failure()
    services.propose(failure_id=second.pk, because="severity", now=NOON)
    pool(house, house.made[0])
    assert house.state(case) == ProcessState.TRIAGE
    pool(house, second)
    assert house.state(case) == ProcessState.POOLED
    assert not Clock.objects.filter(item_id=case.pk, state="running").exists()


def pool(house, failure: Failure, **given) -> PoolEntry:
    facts = {"reason": "Rare, no harm", "actor": house.owner, "now": LATER} | given
    return services.pool(failure_id=failure.pk, **facts)


def test_pooling_a_whole_triage_places_the_learning_of_all(house) -> None:
    case = house.proposed()
    house.proposed()
    services.pool_case(process_id=case.pk, reason="Rare, no harm", actor=house.owner, now=LATER)
    assert {house.track(each).end for each in house.made} == {TrackEnd.POOLED}
    assert Failure.objects.get(pk=house.made[0].pk).learning_placed_at == LATER


@pytest.mark.parametrize("verb", ["pool", "pool_case"])
def test_safety_is_never_pooled(house, verb) -> None:
    case = house.proposed(safety=3)
    target = {"pool": {"failure_id": house.made[0].pk}, "pool_case": {"process_id": case.pk}}
    with pytest.raises(Invalid) as refusal:
        getattr(services, verb)(reason="x", actor=house.owner, now=LATER, **target[verb])
    assert refusal.value.code == "safety_not_pooled"


def test_pooling_needs_a_reason_and_the_role(house) -> None:
    house.proposed()
    with pytest.raises(Invalid):
        pool(house, house.made[0], reason=" ")
    with pytest.raises(NotAllowed):
        pool(house, house.made[0], actor=house.agent)


@pytest.mark.parametrize("days", [-1, 0, 500])
def test_review_is_within_a_year(house, days) -> None:
    house.proposed()
    with pytest.raises(Invalid) as refusal:
        pool(house, house.made[0], review_at=LATER + days * DAY)
    assert refusal.value.field == "review_at"


def test_failure_under_work_is_not_pooled(house) -> None:
    house.opened()
    with pytest.raises(Conflict) as refusal:
        pool(house, house.made[0])
    assert refusal.value.code == "learning_under_way"


def test_failure_taken_out_of_the_pool_waits_and_can_be_pooled_again(house) -> None:
    failure = house.pooled_failure()
    Track.objects.filter(failure=failure, kind="process").update(
        state=TrackState.WAITING, end="", ended_at=None
    )
    services.consider(failure_id=failure.pk, now=LATER)
    assert PoolEntry.objects.get(pk=failure.pk).taken_out_at == LATER
    pool(house, failure)
    assert PoolEntry.objects.get(pk=failure.pk).taken_out_at is None
    assert house.track(failure).end == TrackEnd.POOLED


def test_case_from_failures_opens_the_proposal_of_their_mode(house) -> None:
    proposal = house.proposed()
    other = house.failure()
    case = services.open_from_failures(
        failure_ids=[house.made[0].pk, other.pk],
        statement="It fails.",
        actor=house.owner,
        now=LATER,
    )
    assert case.pk == proposal.pk
    assert {house.track(each).state for each in (house.made[0], other)} == {TrackState.ACTIVE}


def test_case_from_failures_of_several_modes_has_no_mode(house) -> None:
    other = house.failure(mode=make_mode())
    case = services.open_from_failures(
        failure_ids=[house.failure().pk, other.pk], statement="x", actor=house.owner, now=LATER
    )
    assert case.mode is None
    assert ProcessLink.objects.filter(process=case).count() == 2


def test_second_case_of_a_mode_is_refused(house) -> None:
    house.opened()
    with pytest.raises(Conflict) as refusal:
        services.open_from_failures(
            failure_ids=[house.failure().pk], statement="x", actor=house.owner, now=LATER
        )
    assert refusal.value.code == "mode_has_case"


@pytest.mark.parametrize("ids", [[], [0], list(range(600))])
def test_case_from_no_unknown_or_too_many_failures_is_refused(house, ids) -> None:
    with pytest.raises(Invalid):
        services.open_from_failures(
            failure_ids=ids, statement="x", actor=house.owner, now=LATER
        )


def test_linking_takes_a_failure_out_of_its_triage(house) -> None:
    case = house.opened()
    stray = house.failure(mode=None)
    services.consider(failure_id=stray.pk, now=NOON)
    left = ProcessLink.objects.get(failure=stray).process
    services.link_failure(process_id=case.pk, failure_id=stray.pk, actor=house.owner, now=LATER)
    assert house.state(left) == ProcessState.POOLED
    assert house.track(stray).state == TrackState.ACTIVE
    services.unlink_failure(
        process_id=case.pk, failure_id=stray.pk, actor=house.owner, now=LATER
    )
    assert house.track(stray).state == TrackState.WAITING


def test_ended_case_takes_no_more_links_by_hand(house) -> None:
    case = house.proven()
    with pytest.raises(Conflict):
        services.link_failure(
            process_id=case.pk, failure_id=house.failure().pk, actor=house.owner, now=LATER
        )


def test_history_says_codes_and_no_words(house) -> None:
    house.proven()
    written = str(list(Event.objects.values_list("public", "private")))
    for words in ("Late requests", "mailbox", "feed", "Tomasz"):
        assert words not in written


def happened(failure: Failure, verb: str, **public) -> None:
    """What the spine would write into the log."""
    record(
        stream=f"failure:{failure.pk}", verb=verb, actor_id=failure.reported_by_id, at=LATER,
        failure_id=failure.pk, public=public,
    )  # fmt: skip


def test_merged_failure_leaves_triage_to_the_one_it_became_part_of(house) -> None:
    case = house.proposed(mode=None)
    merged, into = house.made[0], house.failure(mode=None)
    Failure.objects.filter(pk=merged.pk).update(merged_into=into)
    happened(merged, "failure.merged", into=into.pk)
    house.told(LATER)
    assert ProcessLink.objects.get(failure=into).process == case
    assert house.state(case) == ProcessState.TRIAGE


@pytest.mark.parametrize("verb", ["failure.voided", "track.changed"])
def test_triage_ends_when_its_only_failure_no_longer_counts(house, verb) -> None:
    case = house.proposed()
    failure = house.made[0]
    if verb == "failure.voided":
        Failure.objects.filter(pk=failure.pk).update(voided_at=LATER, voided_by=house.lead)
        happened(failure, verb)
    else:
        lock_failure(failure.pk)
        report_track(
            failure_id=failure.pk, kind=TrackKind.PROCESS, state=TrackState.ENDED,
            end=TrackEnd.WAIVED, at=LATER, actor_id=house.lead.pk,
        )  # fmt: skip
    house.told(LATER)
    assert house.state(case) == ProcessState.POOLED


def test_pool_entry_follows_its_failure_to_another_kind(house) -> None:
    failure = house.pooled_failure()
    other = make_mode()
    Failure.objects.filter(pk=failure.pk).update(mode=other)
    happened(failure, "failure.edited", fields=["mode_id"])
    house.told(LATER)
    assert PoolEntry.objects.get(pk=failure.pk).mode == other
