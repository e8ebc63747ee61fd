"""The process case: its states, verbs and ends; words of causes, actions and proof."""

from recovery.failures.states import TrackEnd, Worded
from recovery.kernel.lifecycle import Lifecycle, Move
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission


class ProcessState(Worded):
    TRIAGE = "triage", gettext_noop("To be decided")
    OPEN = "problem_open", gettext_noop("Opened")
    CONTAINED = "contained", gettext_noop("Contained")
    CAUSE_FOUND = "cause_found", gettext_noop("Cause found")
    ACTION_CHOSEN = "action_chosen", gettext_noop("Action chosen")
    IMPLEMENTED = "implemented", gettext_noop("Implemented")
    VERIFYING = "verifying", gettext_noop("Verifying")
    NOT_SHOWN = "not_shown", gettext_noop("Effect not shown")
    POOLED = "pooled", gettext_noop("Pooled")
    PROVEN = "proven", gettext_noop("Proven to target")
    IMPROVED = "improved", gettext_noop("Improved")
    RISK_ACCEPTED = "risk_accepted", gettext_noop("Remaining risk accepted")


class LinkState(Worded):
    CANDIDATE = "candidate", gettext_noop("same cause?")
    LINKED = "linked", gettext_noop("same cause")
    REJECTED = "rejected", gettext_noop("other cause")


class Because(Worded):
    """Why a process case was proposed: the rule that fired, or a person's own judgement."""

    SAFETY = "safety", gettext_noop("somebody’s safety was at stake")
    AT_RISK = "at_risk", gettext_noop("somebody was at risk")
    SEVERITY = "severity", gettext_noop("too serious to pool")
    DOUBLE_DEVIATION = "double_deviation", gettext_noop("the recovery failed as well")
    SIGNAL = "signal", gettext_noop("more of this kind than expected")
    TAKEN_FROM_POOL = "taken_from_pool", gettext_noop("taken out of the pool")
    BY_HAND = "by_hand", gettext_noop("opened by a person")
    LOW_SEVERITY = "low_severity", gettext_noop("no rule asks for more")


class CauseKind(Worded):
    OCCURRENCE = "occurrence", gettext_noop("Why it happened")
    ESCAPE = "escape", gettext_noop("Why it was not caught")


class ActionKind(Worded):
    CONTAINMENT = "containment", gettext_noop("Stop the spread")
    CORRECTION = "correction", gettext_noop("Mend this instance")
    CORRECTIVE = "corrective", gettext_noop("Remove the cause")
    PREVENTIVE = "preventive", gettext_noop("Prevent it elsewhere")


class ActionStrength(Worded):
    STRONG = "strong", gettext_noop("strong: makes the mistake impossible")
    INTERMEDIATE = "intermediate", gettext_noop("intermediate: helps to notice")
    WEAK = "weak", gettext_noop("weak: asks people to remember")


class Result(Worded):
    PROVEN = "proven", gettext_noop("proven to target")
    IMPROVED = "improved", gettext_noop("improved")
    NOT_SHOWN = "not_shown", gettext_noop("not shown")
    WORSE = "worse", gettext_noop("worse")


P = ProcessState
_WORK = Permission.PROCESS_WORK

PROCESS = Lifecycle(
    name="process case",
    states=tuple(ProcessState),
    initial=(P.TRIAGE, P.OPEN),
    ends={
        P.POOLED: TrackEnd.POOLED,
        P.PROVEN: TrackEnd.OK,
        P.IMPROVED: TrackEnd.OK,
        P.RISK_ACCEPTED: TrackEnd.WAIVED,
    },
    path=(
        P.TRIAGE,
        P.OPEN,
        P.CONTAINED,
        P.CAUSE_FOUND,
        P.ACTION_CHOSEN,
        P.IMPLEMENTED,
        P.VERIFYING,
        P.PROVEN,
    ),
    moves=(
        Move("open", frozenset({P.TRIAGE}), P.OPEN, _WORK, needs=("a problem statement",)),
        Move("pool", frozenset({P.TRIAGE}), P.POOLED, _WORK, needs=("no safety of 3 or more",)),
        Move(
            "contain",
            frozenset({P.OPEN}),
            P.CONTAINED,
            _WORK,
            needs=("a containment action, done",),
        ),
        Move(
            "find_cause",
            frozenset({P.OPEN, P.CONTAINED}),
            P.CAUSE_FOUND,
            _WORK,
            needs=("an occurrence cause and an escape cause, each with evidence",),
        ),
        Move(
            "choose_action",
            frozenset({P.CAUSE_FOUND}),
            P.ACTION_CHOSEN,
            _WORK,
            needs=("a corrective or preventive action", "weak ones justified"),
        ),
        Move(
            "implement",
            frozenset({P.ACTION_CHOSEN}),
            P.IMPLEMENTED,
            _WORK,
            needs=(
                "the verification plan written and approved by another",
                "every corrective action done",
            ),
        ),
        Move("watch", frozenset({P.IMPLEMENTED}), P.VERIFYING, _WORK),
        Move(
            "prove",
            frozenset({P.VERIFYING}),
            P.PROVEN,
            _WORK,
            needs=("a look whose upper bound lies below the target",),
        ),
        Move(
            "improve",
            frozenset({P.VERIFYING}),
            P.IMPROVED,
            _WORK,
            needs=("a look that shows an improvement",),
        ),
        Move("not_show", frozenset({P.VERIFYING}), P.NOT_SHOWN, _WORK),
        Move("worsen", frozenset({P.VERIFYING}), P.CAUSE_FOUND, _WORK),
        Move("rethink", frozenset({P.NOT_SHOWN}), P.CAUSE_FOUND, _WORK),
        Move(
            "accept_risk",
            frozenset({P.NOT_SHOWN}),
            P.RISK_ACCEPTED,
            Permission.PROCESS_APPROVE,
            needs=("a name, a date and the reasons",),
        ),
        Move(
            "reopen",
            frozenset({P.POOLED, P.PROVEN, P.IMPROVED, P.RISK_ACCEPTED}),
            P.OPEN,
            _WORK,
            needs=("more confirmed recurrences than the plan allows",),
            from_end=True,
        ),
    ),
)
del P
