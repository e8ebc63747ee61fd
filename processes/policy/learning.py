"""Causes and actions: what may be the last why, and when a weak action needs its reasons."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from processes.states import ActionKind, ActionStrength, CauseKind
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

FIXING = frozenset({ActionKind.CORRECTIVE, ActionKind.PREVENTIVE})

# A person may stand in the chain, but not as its end: then it must say what made it easy to do.
_PERSON = re.compile(
    r"\b(?:human|person(?:al|nel)?|staff|employee|colleague|agent|operator|handler|driver|nurse"
    r"|clerk|worker|someone|somebody|he|she|they)\b"
    r"[^.;]{0,60}\b(?:error|mistake|fault|forgot|forget|careless\w*|negligen\w*|inattenti\w*|lapse"
    r"|overlook\w*|miss(?:ed|es)|ignored|failed|did(?: not|n.t)|not (?:follow|check|read)\w*)"
    r"|\b(?:human|operator|user|staff) (?:error|factor)|\bcareless\w*|\bnegligen\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Why:
    """One link of a cause chain."""

    kind: str
    words: str
    made_easy_by: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One action, as the rules read it."""

    kind: str
    strength: str
    justified: bool
    done: bool = False


def names_a_person(words: str) -> bool:
    """Say whether a why points at what somebody did or failed to do."""
    return bool(_PERSON.search(words))


def check_why(words: str, evidence: str, made_easy_by: str) -> None:
    """Refuse a why without words or evidence, or one that stops at a person."""
    refusals = []
    if not words.strip():
        refusals.append(Invalid("blank", gettext_noop("Say why in a sentence."), field="words"))
    if not evidence.strip():
        refusals.append(
            Invalid(
                "evidence_needed",
                gettext_noop("Say how you know: a record, a count, a test, a visit."),
                field="evidence",
            )
        )
    if names_a_person(words) and not made_easy_by.strip():
        refusals.append(
            Invalid(
                "made_easy_by_needed",
                gettext_noop(
                    "A person’s slip is where the question starts. What made it easy to do?"
                ),
                field="made_easy_by",
            )
        )
    if refusals:
        raise Invalid.gather(refusals)


def check_chains(whys: Sequence[Why]) -> None:
    """Refuse “cause found” without both chains, or when a chain ends at a person."""
    for kind, sentence in _CHAIN_MISSING.items():
        chain = [why for why in whys if why.kind == kind]
        if not chain:
            raise Invalid("chain_missing", sentence)
        last = chain[-1]
        if names_a_person(last.words) and not last.made_easy_by.strip():
            raise Invalid("ends_at_person", _ENDS_AT_PERSON)


_CHAIN_MISSING = {
    CauseKind.OCCURRENCE: gettext_noop("Add why it happened, with the evidence."),
    CauseKind.ESCAPE: gettext_noop("Add why it was not caught earlier, with the evidence."),
}
_ENDS_AT_PERSON = gettext_noop(
    "The last why stops at a person. Say what made it easy to do, or ask once more."
)


def check_action(step: Step, others: Collection[Step]) -> None:
    """Refuse a weak action that stands alone and does not say why nothing stronger is possible."""
    if step.kind in FIXING and _weak_alone([*others, step]) and not step.justified:
        raise Invalid(
            "weak_alone",
            gettext_noop(
                "Asking people to remember is weak on its own. Add a stronger action first, or say "
                "why none is possible."
            ),
            field="justification",
        )


def check_choice(steps: Collection[Step]) -> None:
    """Refuse to settle on actions when none removes the cause, or all are weak without reasons."""
    fixing = [step for step in steps if step.kind in FIXING]
    if not fixing:
        raise Invalid(
            "no_fix",
            gettext_noop("Add an action that removes the cause or prevents it elsewhere."),
        )
    if _weak_alone(fixing) and not all(step.justified for step in fixing):
        raise Invalid("weak_alone", _WEAK_ALONE)


_WEAK_ALONE = gettext_noop(
    "All actions only ask people to remember. Add a stronger one, or say for each why not."
)


def _weak_alone(steps: Collection[Step]) -> bool:
    fixing = [step for step in steps if step.kind in FIXING]
    return all(step.strength == ActionStrength.WEAK for step in fixing)


def check_contained(steps: Collection[Step]) -> None:
    """Refuse “contained” before a containment action is done."""
    if not any(step.kind == ActionKind.CONTAINMENT and step.done for step in steps):
        raise Invalid(
            "nothing_contains",
            gettext_noop(
                "Say first what stops the spread, and mark it done with its evidence."
            ),
        )


def check_done(steps: Collection[Step]) -> None:
    """Refuse “implemented” while an action that removes the cause is not done."""
    if any(step.kind in FIXING and not step.done for step in steps):
        raise Invalid(
            "actions_open",
            gettext_noop("An action is not done yet. Finish it first, with its evidence."),
        )
