from itertools import product

import pytest

from recovery.failures.policy import (
    Flag,
    PriorityReason,
    TrackPlan,
    TrackView,
    priority_of,
    required_tracks,
    risk_words,
    title_of,
    whole_status,
)
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole

CUSTOMER, PROCESS, EMPLOYEE = TrackKind
NR, WAIT, ACT = TrackView("not_required"), TrackView("waiting"), TrackView("active")
OK, UNCONFIRMED, POOLED, WAIVED, FAILED, PARTLY = (
    TrackView("ended", end)
    for end in ("ok", "ok_unconfirmed", "pooled", "waived", "failed", "partly")
)
ALL = (NR, WAIT, ACT, OK, UNCONFIRMED, POOLED, WAIVED, FAILED, PARTLY)
REOPENED_WAIT = TrackView("waiting", ended_before=True)
REOPENED_ACT = TrackView("active", ended_before=True)


def whole(customer, process, employee, **kwargs):
    return whole_status({CUSTOMER: customer, PROCESS: process, EMPLOYEE: employee}, **kwargs)


@pytest.mark.parametrize(
    ("tracks", "status"),
    [
        ((NR, NR, NR), Whole.NOTED),
        ((WAIT, WAIT, WAIT), Whole.OPEN),
        ((WAIT, POOLED, NR), Whole.OPEN),
        ((ACT, WAIT, WAIT), Whole.RECOVERING),
        ((WAIT, WAIT, OK), Whole.RECOVERING),
        ((OK, WAIT, NR), Whole.RECOVERING),
        ((ACT, POOLED, NR), Whole.RECOVERING),
        ((OK, POOLED, NR), Whole.RECOVERED),
        ((NR, POOLED, NR), Whole.RECOVERED),
        ((OK, OK, OK), Whole.RECOVERED),
        ((UNCONFIRMED, OK, OK), Whole.RECOVERED_UNCONFIRMED),
        ((REOPENED_ACT, OK, OK), Whole.REOPENED),
        ((OK, OK, REOPENED_WAIT), Whole.REOPENED),
        ((OK, REOPENED_ACT, OK), Whole.REOPENED),
        ((OK, OK, WAIVED), Whole.CLOSED_WAIVED),
        ((UNCONFIRMED, OK, WAIVED), Whole.CLOSED_WAIVED),
        ((FAILED, OK, OK), Whole.CLOSED_UNRECOVERED),
        ((FAILED, WAIVED, OK), Whole.CLOSED_UNRECOVERED),
        ((PARTLY, OK, OK), Whole.CLOSED_PARTLY),
        ((PARTLY, WAIVED, OK), Whole.CLOSED_PARTLY),
        ((OK, FAILED, OK), Whole.CLOSED_UNRECOVERED),
    ],
)
def test_says_the_whole_of_the_acceptance_scenarios(tracks, status):
    assert whole(*tracks) == status


def test_a_customer_found_later_reopens_what_had_ended():
    assert whole(WAIT, POOLED, NR, had_ended=True) == Whole.REOPENED


@pytest.mark.parametrize("tracks", list(product(ALL, repeat=3)))
def test_every_combination_follows_the_rules_in_their_order(tracks):
    required = [track for track in tracks if track is not NR]
    ends = {track.end for track in required}
    status = whole(*tracks)
    if not required:
        assert status == Whole.NOTED
    elif WAIT in required or ACT in required:
        assert status in {Whole.OPEN, Whole.RECOVERING}
        assert (status == Whole.OPEN) == (set(required) <= {WAIT, POOLED})
    elif {TrackEnd.FAILED, TrackEnd.PARTLY} & ends:
        assert status in {Whole.CLOSED_UNRECOVERED, Whole.CLOSED_PARTLY}
        assert (status == Whole.CLOSED_PARTLY) == (TrackEnd.PARTLY in ends)
    elif TrackEnd.WAIVED in ends:
        assert status == Whole.CLOSED_WAIVED
    elif UNCONFIRMED in tracks:
        assert status == Whole.RECOVERED_UNCONFIRMED
    else:
        assert status == Whole.RECOVERED


def grades(worst, name="experience"):
    return {name: worst}


@pytest.mark.parametrize(
    ("severity", "facts", "priority", "reason"),
    [
        (grades(0), {"at_risk_now": True}, 1, PriorityReason.AT_RISK_NOW),
        (grades(0), {"legal_share": 0.75}, 1, PriorityReason.LEGAL_CLOCK),
        (grades(0), {"legal_share": 0.74}, 4, PriorityReason.REST),
        (grades(4, "money"), {}, 2, PriorityReason.GRADE_4),
        (grades(1), {"double_deviation": True}, 2, PriorityReason.DOUBLE_DEVIATION),
        (grades(3, "trust"), {}, 3, PriorityReason.GRADE_3),
        (grades(2), {}, 4, PriorityReason.REST),
        ({}, {}, 4, PriorityReason.REST),
        ({"experience": 1, "safety": 4}, {}, 2, PriorityReason.GRADE_4),
    ],
)
def test_priority_is_the_first_rule_that_fits(severity, facts, priority, reason):
    assert priority_of(severity, **facts) == (priority, reason)


def tracks_for(worst=1, *, affected=0, complained=False, no_reach=False, flags=(), risk=False):
    return required_tracks(
        grades(worst),
        affected=affected,
        complained=complained,
        no_reach=no_reach,
        flags=flags,
        at_risk_now=risk,
    )


class TestRequiredTracks:
    def test_a_complaint_needs_customer_recovery_even_when_anonymous(self):
        track = tracks_for(complained=True)[CUSTOMER]
        assert track == TrackPlan(TrackState.WAITING, reasons=("complaint",))

    def test_a_silent_customer_needs_recovery(self):
        assert tracks_for(affected=1)[CUSTOMER].reasons == ("customers_affected",)

    def test_no_reach_needs_none_and_says_so(self):
        track = tracks_for(no_reach=True)[CUSTOMER]
        assert track == TrackPlan(TrackState.NOT_REQUIRED, reasons=("no_reach",))

    def test_nobody_known_needs_none_yet(self):
        assert tracks_for()[CUSTOMER].reasons == ("nobody_known",)

    @pytest.mark.parametrize("worst", [0, 1])
    def test_small_failures_are_pooled_by_rule(self, worst):
        track = tracks_for(worst)[PROCESS]
        assert track == TrackPlan(TrackState.ENDED, "pooled", ("low_severity",))

    @pytest.mark.parametrize("worst", [2, 3, 4])
    def test_larger_ones_wait_for_a_decision(self, worst):
        track = tracks_for(worst)[PROCESS]
        assert track == TrackPlan(TrackState.WAITING, reasons=(f"grade_{worst}",))

    def test_a_flag_keeps_a_small_one_out_of_the_pool(self):
        assert tracks_for(flags=(Flag.PROMISE_BROKEN,))[PROCESS].reasons == ("promise_broken",)
        assert tracks_for(risk=True)[PROCESS].state == TrackState.WAITING

    @pytest.mark.parametrize("flag", [Flag.HOSTILE_CONTACT, Flag.STAFF_AFFECTED])
    def test_what_a_colleague_went_through_leaves_the_process_alone(self, flag):
        assert tracks_for(flags=(flag,))[PROCESS].end == "pooled"

    @pytest.mark.parametrize(
        "facts",
        [
            {"worst": 3},
            {"worst": 0, "flags": ("hostile_contact",)},
            {"worst": 1, "flags": ("staff_affected",)},
        ],
    )
    def test_care_gives_the_one_public_reason(self, facts):
        assert tracks_for(**facts)[EMPLOYEE] == TrackPlan(TrackState.WAITING, reasons=("rule",))

    def test_care_is_not_asked_for_by_small_things(self):
        assert tracks_for(2)[EMPLOYEE] == TrackPlan(TrackState.NOT_REQUIRED)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("He needs his medicine from the suitcase", ("medicine",)),
        (
            "my child is alone at gate 4; a WHEELCHAIR was promised",
            ("child is alone", "wheelchair"),
        ),
        ("Two allergic people, one allergic to nuts", ("allergic",)),
        ("She was hurt", ("hurt",)),
        ("It happened 3 times, the fired clerk was tired", ()),
        ("We want compensation", ()),
    ],
)
def test_words_suggest_that_somebody_is_at_risk(words, found):
    assert risk_words(words) == found


class TestTitle:
    def test_prefers_the_mode_and_adds_the_service(self):
        title = title_of(
            mode="Assistance not met",
            category="Airport",
            channel="phone",
            service_reference="B14",
        )
        assert title == "Assistance not met, B14"

    def test_falls_back_to_the_category_then_the_channel(self):
        assert title_of(category="Airport", channel="phone") == "Airport"
        assert title_of(channel="letter") == "Complaint by letter"
        assert title_of() == "Failure"

    def test_fits_its_column(self):
        assert len(title_of(mode="m" * 160, service_reference="s" * 80)) == 160
