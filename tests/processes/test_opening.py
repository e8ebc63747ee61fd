"""Cases opened from failures, and failures that change under a case."""

import pytest

from processes import services
from processes.models import PoolEntry, ProcessLink
from processes.states import ProcessState
from recovery.events.models import Event
from recovery.events.services import record
from recovery.failures.models import Failure
from recovery.failures.services import lock_failure, report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.kernel.refusals import Conflict, Invalid
from tests.factories import NOON, make_mode
from tests.processes.conftest import DAY

LATER = NOON + DAY


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
    tied = Event.objects.filter(verb="process.linked", failure_id=house.made[0].pk)
    assert tied.count() == 1  # it stood in the proposal already


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
