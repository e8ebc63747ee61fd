"""Where a process case stands: the stage strip, the step in words, what comes next."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.states import PROCESS, ProcessState
from recovery.failures.states import TrackEnd

STAGES: Final[tuple[tuple[ProcessState, Promise], ...]] = (
    (ProcessState.OPEN, gettext_lazy("Opened")),
    (ProcessState.CONTAINED, gettext_lazy("Contained")),
    (ProcessState.CAUSE_FOUND, gettext_lazy("Cause found")),
    (ProcessState.ACTION_CHOSEN, gettext_lazy("Action chosen")),
    (ProcessState.IMPLEMENTED, gettext_lazy("In place")),
    (ProcessState.VERIFYING, gettext_lazy("Watching")),
    (ProcessState.PROVEN, gettext_lazy("Shown to work")),
)
NEXT: Final[Mapping[str, Promise]] = {
    ProcessState.TRIAGE: gettext_lazy("Decide: open it, or let it wait in the pool"),
    ProcessState.OPEN: gettext_lazy("Stop the spread, then find out why"),
    ProcessState.CONTAINED: gettext_lazy("Find out why it happened, and why it was not caught"),
    ProcessState.CAUSE_FOUND: gettext_lazy("Choose what removes the cause"),
    ProcessState.ACTION_CHOSEN: gettext_lazy(
        "Write how you will know that it worked, then act"
    ),
    ProcessState.IMPLEMENTED: gettext_lazy("Begin the watch"),
    ProcessState.VERIFYING: gettext_lazy("Watch, and look on the planned days"),
    ProcessState.NOT_SHOWN: gettext_lazy("Think again, or accept by name what risk remains"),
}
ENDS: Final[Mapping[str, Promise]] = {
    ProcessState.POOLED: gettext_lazy("Waits in the pool with others of its kind."),
    ProcessState.PROVEN: gettext_lazy("Shown to reach the target written before the fix."),
    ProcessState.IMPROVED: gettext_lazy("Shown to be better; the target itself is not proven."),
    ProcessState.RISK_ACCEPTED: gettext_lazy(
        "No effect was shown. What risk remains was accepted by name."
    ),
}


def strip_of(state: str) -> list[tuple[str, str]]:
    """The stages as (label, done | now | todo); nothing in triage and in the pool."""
    if state in {ProcessState.TRIAGE, ProcessState.POOLED}:
        return []
    if PROCESS.end_of(state) == TrackEnd.OK:
        return [(str(name), "done") for _state, name in STAGES]
    here = _place(state)
    return [
        (str(name), "done" if place < here else "now" if place == here else "todo")
        for place, (_state, name) in enumerate(STAGES)
    ]


def step_words(state: str) -> str:
    """Say the step in words: "step 5 of 7, then Watching"; nothing off the main line."""
    if not strip_of(state) or PROCESS.is_end(state):
        return ""
    here = _place(state)
    return _("step %(step)d of %(of)d, then %(next)s") % {
        "step": here + 1,
        "of": len(STAGES),
        "next": STAGES[min(here + 1, len(STAGES) - 1)][1],
    }


def next_words(state: str) -> str:
    """Say what comes next; nothing once the case has ended."""
    return str(NEXT.get(state, ""))


def end_words(state: str) -> str:
    """Say what the end means; nothing while the case is open."""
    return str(ENDS.get(state, ""))


def _place(state: str) -> int:
    """An effect not shown, and a risk accepted, are where the watch was."""
    known = [each for each, _name in STAGES]
    return known.index(ProcessState(state)) if state in known else len(STAGES) - 2
