"""What a person may do with a process case now: one button that matters most, and the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.models import ProcessCase
from processes.policy.learning import check_chains, check_choice, check_done
from processes.selectors import CaseFile
from processes.states import PROCESS, ProcessState, Result
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Invalid
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can


@dataclass(frozen=True, slots=True)
class Word:
    """How a verb is called: on its button, over its form, and the icon with it."""

    label: Promise
    heading: Promise
    icon: str
    permission: Permission = Permission.PROCESS_WORK


W, A = Permission.PROCESS_WORK, Permission.PROCESS_APPROVE
WORDS: Final[Mapping[str, Word]] = {
    "open": Word(_("Open it"), _("Work on it: what is the problem?"), "layers"),
    "pool": Word(_("Let it wait"), _("Let it wait in the pool"), "inbox"),
    "contain": Word(_("Spread stopped"), _("What stops the spread?"), "flag"),
    "cause": Word(_("Add a why"), _("Why?"), "search"),
    "found": Word(_("Cause found"), _("Cause found"), "check"),
    "action": Word(_("Add an action"), _("What is to be done?"), "plus"),
    "done": Word(_("Done"), _("It is done: how do you know?"), "check"),
    "chosen": Word(_("These actions it is"), _("These actions it is"), "check"),
    "plan": Word(_("Write the plan"), _("How will you know that it worked?"), "pencil"),
    "approve": Word(_("Approve the plan"), _("Approve the plan"), "check", A),
    "implement": Word(_("It is in place"), _("The change is in place"), "check"),
    "watch": Word(_("Begin the watch"), _("Begin the watch"), "eye"),
    "look": Word(_("Look now"), _("Did it work?"), "eye"),
    "settle": Word(_("End as improved"), _("End the watch as improved"), "check"),
    "rethink": Word(_("Think again"), _("Think again"), "undo-2"),
    "accept-risk": Word(_("Accept the risk"), _("Accept by name what risk remains"), "flag", A),
    "same": Word(_("Same cause"), _("Same cause"), "check"),
    "other": Word(_("Other cause"), _("Other cause"), "x"),
    "unlink": Word(_("Other cause"), _("It has another cause"), "x"),
    "link": Word(_("Link a failure"), _("Which failure has this cause?"), "link"),
}
del W, A

# Done by a press; the rest open a form first.
PRESSED: Final = frozenset({
    "found", "chosen", "approve", "watch", "settle", "rethink", "same", "other",
})  # fmt: skip
OF_FAILURE: Final = frozenset({"same", "other", "unlink"})
_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    ProcessState.TRIAGE: ("open", "pool"),
    ProcessState.OPEN: ("contain", "found", "cause", "action", "plan"),
    ProcessState.CONTAINED: ("found", "cause", "action", "plan"),
    ProcessState.CAUSE_FOUND: ("chosen", "action", "cause", "plan"),
    ProcessState.ACTION_CHOSEN: ("implement", "approve", "plan", "action", "cause"),
    ProcessState.IMPLEMENTED: ("watch",),
    ProcessState.VERIFYING: ("look", "settle"),
    ProcessState.NOT_SHOWN: ("accept-risk", "rethink"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done: `url` opens its form, or with `press` is posted to at once."""

    verb: str
    label: Promise
    icon: str
    url: str
    press: bool
    field: str = ""
    value: int = 0


@dataclass(frozen=True, slots=True)
class Actions:
    """The button to press next, and the others."""

    primary: Button | None
    others: tuple[Button, ...]


def actions_of(file: CaseFile, viewer: Person, now: datetime) -> Actions:
    """List what `viewer` may do now; nothing that would be refused is offered."""
    first = [
        verb
        for verb in _ORDER.get(file.state, ())
        if may(viewer, file, verb) and _fits(file, verb, viewer=viewer, now=now)
    ]
    if not PROCESS.is_end(file.state) and may(viewer, file, "link"):
        first.append("link")
    buttons = [button_of(verb, file.case.pk) for verb in first]
    if file.plan is not None:
        buttons = [_as_change(button) for button in buttons]
    # Neither takes the case a step further.
    if first[:1] == ["link"] or (file.plan is not None and first[:1] == ["plan"]):
        return Actions(None, tuple(buttons))
    return Actions(buttons[0] if buttons else None, tuple(buttons[1:]))


def _as_change(button: Button) -> Button:
    return replace(button, label=_("Change the plan")) if button.verb == "plan" else button


def _fits(file: CaseFile, verb: str, *, viewer: Person, now: datetime) -> bool:
    """Say whether the rules would let `verb` through as things stand."""
    rule = _RULES.get(verb)
    return rule is None or rule(file, viewer, now)


def _plan_waits(file: CaseFile, viewer: Person, _now: datetime) -> bool:
    plan = file.plan
    return plan is not None and not plan.approved_at and plan.written_by_id != viewer.pk


def _is_ready(file: CaseFile, _viewer: Person, _now: datetime) -> bool:
    approved = file.plan is not None and file.plan.approved_at is not None
    return approved and _passes(check_done, file.steps)


def _look_is_due(file: CaseFile, _viewer: Person, now: datetime) -> bool:
    due = file.next_look_at
    return due is not None and due <= now and not file.candidates


def _is_another(file: CaseFile, viewer: Person, _now: datetime) -> bool:
    writer = file.plan.written_by_id if file.plan else None
    return viewer.pk not in {file.case.item.owner_id, writer}


type _Rule = Callable[[CaseFile, Person, datetime], bool]
_RULES: Final[Mapping[str, _Rule]] = {
    "pool": lambda file, _viewer, _now: not file.is_grave,
    "found": lambda file, _viewer, _now: _passes(check_chains, file.whys),
    "chosen": lambda file, _viewer, _now: _passes(check_choice, file.steps),
    "plan": lambda file, _viewer, _now: file.plan is None or not file.plan.approved_at,
    "approve": _plan_waits,
    "implement": _is_ready,
    "look": _look_is_due,
    "settle": lambda file, _viewer, _now: any(
        look.result == Result.IMPROVED for look in file.looks
    ),
    "accept-risk": _is_another,
}


def _passes[T](check: Callable[[list[T]], None], things: list[T]) -> bool:
    try:
        check(things)
    except Invalid:
        return False
    return True


def may(viewer: Person, file: CaseFile, verb: str) -> bool:
    """Say whether `viewer` holds what `verb` asks for here; owners may work what they own."""
    return may_work(viewer, file.case, WORDS[verb].permission)


def may_work(viewer: Person, case: ProcessCase, permission: Permission) -> bool:
    """Say whether `viewer` holds a permission on a case: in its department, or as its owner."""
    own = case.item.owner_id == viewer.pk
    return can(viewer, permission, None if own else case.item.department_id)


def button_of(verb: str, process_id: int, *, field: str = "", value: int = 0) -> Button:
    """A button for one verb; `field` and `value` name the row it acts on, if it has one."""
    word, press = WORDS[verb], verb in PRESSED
    url = reverse("processes:verb", args=[item_reference("process", process_id), verb])
    if not press:
        url += f"?{field}={value}#act" if field else "#act"
    return Button(verb, word.label, word.icon, url, press, field, value)
