"""The plain rules: triage, the worst of the links, causes, actions."""

from datetime import timedelta

import pytest

from processes.policy.learning import (
    Step,
    Why,
    check_action,
    check_chains,
    check_choice,
    check_why,
    names_a_person,
)
from processes.policy.tracks import LinkView, cause_returned, learning_is_placed, track_of
from processes.policy.triage import Choice, Facts, advise, expected_in_window, is_signal
from processes.states import PROCESS, ProcessState
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.refusals import Invalid
from tests.factories import NOON

ACTIVE, WAITING = (TrackState.ACTIVE, None), (TrackState.WAITING, None)
DONE = (TrackState.ENDED, TrackEnd.OK)
WAIVED = (TrackState.ENDED, TrackEnd.WAIVED)
POOLED = (TrackState.ENDED, TrackEnd.POOLED)
YEAR = timedelta(days=365)


def link(case: str, *, state: str = "linked", **facts) -> LinkView:
    return LinkView(link=state, case=case, **facts)


@pytest.mark.parametrize(
    ("links", "outcome"),
    [
        ([], None),
        ([link("proven", state="rejected")], None),
        ([link("triage")], WAITING),
        ([link("triage", taken=True)], ACTIVE),
        ([link("problem_open")], ACTIVE),
        ([link("not_shown")], ACTIVE),
        ([link("verifying", state="candidate")], WAITING),
        ([link("proven", state="candidate")], WAITING),
        ([link("proven")], DONE),
        ([link("improved")], DONE),
        ([link("risk_accepted")], WAIVED),
        ([link("pooled")], POOLED),
        ([link("proven"), link("contained")], ACTIVE),
        ([link("proven"), link("triage")], WAITING),
        ([link("proven"), link("risk_accepted")], WAIVED),
        ([link("proven"), link("pooled")], POOLED),
        ([link("problem_open", state="rejected"), link("proven")], DONE),
    ],
)
def test_track_is_the_worst_of_its_links(links, outcome) -> None:
    assert track_of(links) == outcome


def test_pooled_failure_stays_pooled_whatever_adopts_it() -> None:
    assert track_of([link("problem_open")], pooled=True) == POOLED


def test_every_state_of_a_case_means_something_for_the_track() -> None:
    assert all(track_of([link(state)]) for state in ProcessState)


def test_returned_cause_leaves_what_ended_over_a_year_before() -> None:
    back = link("problem_open", reopened_at=NOON)
    assert track_of([back], ended_at=NOON - YEAR - timedelta(days=1)) is None
    assert track_of([back], ended_at=NOON - YEAR + timedelta(days=1)) == ACTIVE
    assert not cause_returned(case="proven", reopened_at=NOON, ended_at=NOON - 2 * YEAR)


@pytest.mark.parametrize(
    ("facts", "choice", "because"),
    [
        (Facts(safety=3, severity=3), Choice.OPEN, "safety"),
        (Facts(safety=0, severity=2, at_risk_now=True), Choice.OPEN, "at_risk"),
        (Facts(safety=0, severity=4), Choice.OPEN, "severity"),
        (Facts(safety=0, severity=2, double_deviation=True), Choice.OPEN, "double_deviation"),
        (Facts(safety=0, severity=2, recent=3, expected=0.5), Choice.OPEN, "signal"),
        (Facts(safety=0, severity=2, recent=3, expected=2.0), Choice.POOL, "low_severity"),
        (Facts(safety=0, severity=2, open_case=True), Choice.LINK, "severity"),
        (Facts(safety=0, severity=2, recent=9, has_mode=False), Choice.POOL, "low_severity"),
    ],
)
def test_rule_proposes(facts, choice, because) -> None:
    advice = advise(facts)
    assert (advice.choice, advice.because) == (choice, because)


def test_frequent_mode_is_no_signal_by_itself() -> None:
    """Three in ninety days is certain at twenty in ninety: only more than expected counts."""
    expected = expected_in_window(count_before=80, days_before=365)
    assert not is_signal(8, expected)
    assert is_signal(16, expected)


def test_young_mode_is_compared_with_a_quarter() -> None:
    assert expected_in_window(1, 5) == pytest.approx(28 / 90)


@pytest.mark.parametrize(
    "words",
    [
        "Human error",
        "The agent forgot the request",
        "Staff did not follow the rule",
        "Carelessness at the desk",
        "Somebody missed the mail",
    ],
)
def test_notices_a_why_that_points_at_a_person(words) -> None:
    assert names_a_person(words)
    with pytest.raises(Invalid) as refusal:
        check_why(words, "log", "")
    assert refusal.value.field == "made_easy_by"
    check_why(words, "log", "No list shows what was asked for")


@pytest.mark.parametrize(
    "words", ["Requests inside 48 h go by e-mail", "The person is told by nobody’s list"]
)
def test_lets_other_whys_pass(words) -> None:
    assert not names_a_person(words)


def test_why_needs_evidence() -> None:
    with pytest.raises(Invalid) as refusal:
        check_why("The feed was off", " ", "")
    assert refusal.value.field == "evidence"


@pytest.mark.parametrize(
    ("whys", "code"),
    [
        ([], "chain_missing"),
        ([Why("occurrence", "The feed was off")], "chain_missing"),
        ([Why("escape", "Nobody counts")], "chain_missing"),
        ([Why("occurrence", "Human error"), Why("escape", "Nobody counts")], "ends_at_person"),
    ],
)
def test_cause_is_not_found_without_both_chains_to_their_end(whys, code) -> None:
    with pytest.raises(Invalid) as refusal:
        check_chains(whys)
    assert refusal.value.code == code


def test_person_may_stand_inside_a_chain() -> None:
    check_chains(
        [
            Why("occurrence", "Human error"),
            Why("occurrence", "No list shows what was asked for"),
            Why("escape", "Nobody counts"),
        ]
    )


def step(strength: str, *, justified: bool = False, kind: str = "corrective") -> Step:
    return Step(kind=kind, strength=strength, justified=justified)


def test_weak_action_alone_needs_its_reasons() -> None:
    with pytest.raises(Invalid) as refusal:
        check_action(step("weak"), [])
    assert refusal.value.field == "justification"
    check_action(step("weak", justified=True), [])
    check_action(step("weak"), [step("strong")])
    check_action(step("weak", kind="containment"), [])


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([], "no_fix"),
        ([step("strong", kind="containment")], "no_fix"),
        ([step("weak")], "weak_alone"),
        ([step("weak", justified=True), step("weak")], "weak_alone"),
    ],
)
def test_actions_that_remove_no_cause_are_not_settled_on(steps, code) -> None:
    with pytest.raises(Invalid) as refusal:
        check_choice(steps)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("state", "owned", "dated", "placed"),
    [
        ("problem_open", True, True, False),
        ("contained", True, True, True),
        ("contained", False, True, False),
        ("cause_found", True, False, False),
        ("verifying", True, True, True),
    ],
)
def test_learning_is_placed_with_containment_owner_and_date(
    state, owned, dated, placed
) -> None:
    assert learning_is_placed(state, owned=owned, dated=dated) is placed


def test_after_the_last_look_nothing_but_acceptance_or_another_thought_is_possible() -> None:
    assert {move.verb for move in PROCESS.available("not_shown")} == {"rethink", "accept_risk"}
