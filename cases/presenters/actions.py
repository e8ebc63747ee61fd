"""What a person may do with a case now: one button that matters most, and the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Remedy
from cases.policy import Line, has_open_offer, has_open_right, is_put_right
from cases.selectors import CaseFile, letter_address
from cases.states import CASE, CaseState, LineKind, RemedyState
from recovery.clocks.states import PromiseState
from recovery.failures.selectors import item_reference
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, stands_in_for


@dataclass(frozen=True, slots=True)
class Word:
    """How a verb is called: on its button, over its form, and the icon with it."""

    label: Promise
    heading: Promise
    icon: str
    permission: Permission = Permission.CASE_WORK
    move: str = ""


W, F = Permission.CASE_WORK, Permission.CASE_FINAL_NO
A = Permission.REMEDY_APPROVE
WORDS: Final[Mapping[str, Word]] = {
    "acknowledge": Word(_("Tell them"), _("Tell the customer what we know"), "message-square", W,
                        "acknowledge"),
    "assess": Word(_("Look at it"), _("What it did to the customer"), "eye", W, "assess"),
    "investigate": Word(_("Find out"), _("Find out what happened"), "search", W, "investigate"),
    "wait": Word(_("Ask the customer"), _("Ask the customer and wait"), "pause", W,
                 "wait_for_customer"),
    "answered": Word(_("Write the answer down"), _("The customer has answered"),
                     "message-square", W, "customer_answered"),
    "offer": Word(_("Make an offer"), _("Make an offer"), "wallet", W, "offer"),
    "give": Word(_("Give on the spot"), _("Give something on the spot"), "hand-helping", W,
                 "offer"),
    "put-right": Word(_("All is given"), _("All is given: it is put right"), "check", W,
                      "put_right"),
    "ask": Word(_("Ask if it is solved"), _("Ask whether it is solved"), "phone", W,
                "ask_if_solved"),
    "solved": Word(_("They say it is solved"), _("The customer says it is solved"), "check", W,
                   "confirm_solved"),
    "not-solved": Word(_("Not solved"), _("The customer says it is not solved"), "undo-2", W,
                       "confirm_not_solved"),
    "final-no": Word(_("Say a final no"), _("Say a final no"), "ban", F, "final_response"),
    "unreachable": Word(_("Could not be reached"), _("End: could not be reached"), "ban", W,
                        "mark_unreachable"),
    "lost": Word(_("Customer has left"), _("End: the customer has left us"), "x", W,
                 "mark_lost"),
    "outside": Word(_("An outside body has it"), _("An outside body has taken it up"),
                    "share-2", W, "outside_body_takes_it"),
    "ruled-for": Word(_("Ruling carried out"), _("Ruled for the customer and carried out"),
                      "check", W, "ruled_for_customer"),
    "ruled-against": Word(_("Ruled: no more is owed"), _("Ruled: no more is owed"), "x", W,
                          "ruled_against_customer"),
    "reopen": Word(_("Reopen"), _("Take it up again"), "repeat-2", W, "reopen"),
    "complaint": Word(_("Add a complaint"), _("The customer complains"), "plus", W),
    "contact": Word(_("Log a contact"), _("Log a contact"), "phone", W),
    "write": Word(_("Write to them"), _("Write to the customer"), "mail", W),
    "take-back": Word(_("Take it back"), _("Take the letter back"), "undo-2", W),
    "name": Word(_("Say who it is"), _("Whose case it is"), "user", W),
    "guess": Word(_("Guess it"), _("How will the customer rate us?"), "eye", W),
    "person": Word(_("Add a person"), _("Somebody beside the customer"), "users", W),
    "promise": Word(_("Promise it"), _("Promise the customer something"), "timer", W),
    "keep-promise": Word(_("Kept it"), _("The promise was kept"), "check", W),
    "agree-later": Word(_("Agree on another time"), _("Agree on a later time"), "repeat-2", W),
    "release-promise": Word(_("No longer needed"), _("The customer needs it no longer"),
                            "undo-2", W),
    "bounced": Word(_("It came back"), _("What we sent came back"), "undo-2", W),
    "owe": Word(_("Add what the law owes"), _("What the law owes the customer"), "book-open",
                W),
    "accept": Word(_("They accept"), _("The customer takes the offer"), "check"),
    "decline": Word(_("They turn it down"), _("The customer does not take the offer"), "x"),
    "deliver": Word(_("It was given"), _("It was given"), "hand-helping"),
    "pay": Word(_("It was paid"), _("The right was paid"), "wallet"),
    "withdraw": Word(_("Take it back"), _("Take the offer back"), "undo-2"),
    "approve": Word(_("Approve"), _("Approve the offer"), "check", A),
    "refuse": Word(_("Do not approve"), _("Do not approve the offer"), "x", A),
    "bounce": Word(_("The payment came back"), _("The payment came back to us"), "repeat-2"),
    "claw-back": Word(_("Get it back"), _("Take back what was given"), "undo-2", A),
    "refuse-right": Word(_("Refuse it"), _("Ask to refuse a right"), "ban"),
    "agree-refusal": Word(_("Refuse the right"), _("Refuse the right, as the second person"),
                          "ban", F),
    "keep-right": Word(_("The right stands"), _("The right stands"), "undo-2", F),
}  # fmt: skip
del W, F, A

OF_REMEDY: Final[Mapping[str, tuple[str, ...]]] = {
    RemedyState.AWAITING_APPROVAL: ("approve", "refuse", "withdraw"),
    RemedyState.OFFERED: ("accept", "decline", "withdraw"),
    RemedyState.ACCEPTED: ("deliver", "withdraw"),
    RemedyState.DELIVERED: ("bounce", "claw-back"),
}
OF_RIGHT: Final[Mapping[str, tuple[str, ...]]] = {
    RemedyState.OFFERED: ("pay", "refuse-right"),
    RemedyState.ACCEPTED: ("pay", "refuse-right"),
    RemedyState.REFUSAL_ASKED: ("agree-refusal", "keep-right", "pay"),
    RemedyState.DELIVERED: ("bounce",),
}
_OF_PROMISE: Final = frozenset({"keep-promise", "agree-later", "release-promise"})
_BY_DEPUTY: Final = frozenset({"approve", "refuse"})
_BY_ANOTHER: Final = frozenset({"approve", "refuse", "agree-refusal", "keep-right"})
_FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    CaseState.DETECTED: ("acknowledge",),
    CaseState.RECEIVED: ("acknowledge",),
    CaseState.ACKNOWLEDGED: ("assess",),
    CaseState.ASSESSED: ("put-right", "offer"),
    CaseState.INVESTIGATING: ("put-right", "offer"),
    CaseState.REJECTED: ("put-right", "offer"),
    CaseState.AWAITING_CUSTOMER: ("answered",),
    CaseState.ACCEPTED: ("put-right",),
    CaseState.REMEDIED: ("ask",),
    CaseState.CONFIRMING: ("solved",),
}


PRESSED: Final = frozenset({"investigate", "put-right", "approve", "keep-right"})


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done: `url` opens its form, or with `press` is posted to at once."""

    verb: str
    label: Promise
    icon: str
    url: str
    press: bool
    remedy_id: int | None


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons of a case: the one to press next, the others, and those of each remedy."""

    primary: Button | None
    others: tuple[Button, ...]
    of_remedies: Mapping[int, tuple[Button, ...]]
    of_promises: Mapping[int, tuple[Button, ...]]


def actions_of(
    file: CaseFile, viewer: Person, now: datetime, *, is_unreachable: bool
) -> Actions:
    """List what `viewer` may do now; nothing that would be refused is offered."""
    reference = item_reference("customer", file.case.pk)
    verbs = [
        verb
        for verb in _case_verbs(file.case.item.state, file.lines, is_unreachable=is_unreachable)
        if may(viewer, file, verb)
        and (verb != "name" or file.case.customer_id is None)
        and (verb != "write" or letter_address(file.case))
    ]
    of_remedies = {
        remedy.pk: tuple(
            _button(verb, reference, remedy.pk)
            for verb in _remedy_verbs(remedy, viewer)
            if may(viewer, file, verb, now=now)
        )
        for remedy in file.remedies
    }
    primary = _of_remedies_first(file, of_remedies) or next(
        (
            _button(verb, reference)
            for verb in _FIRST.get(file.case.item.state, ())
            if verb in verbs
        ),
        None,
    )
    others = tuple(
        _button(verb, reference) for verb in verbs if not primary or verb != primary.verb
    )
    return Actions(primary, others, of_remedies, _of_promises(file, viewer, reference))


def _case_verbs(state: str, lines: Iterable[Line], *, is_unreachable: bool) -> list[str]:
    lines = list(lines)
    known = {move.verb for move in CASE.available(state)}
    verbs = [verb for verb, word in WORDS.items() if word.move in known]
    hidden = set()
    if has_open_offer(lines):
        hidden |= {"offer", "give"}
    if not is_put_right(lines):
        hidden.add("put-right")
    if has_open_right(lines):
        hidden |= {"solved", "ruled-for"}
    if not is_unreachable:
        hidden.add("unreachable")
    if state != CaseState.MERGED:
        verbs += ["complaint", "contact", "name", "person", "promise"]
    if state not in {CaseState.MERGED, CaseState.DETECTED, CaseState.RECEIVED}:
        verbs.append("write")
    if not CASE.is_end(state):
        verbs.append("owe")
    return [verb for verb in verbs if verb not in hidden]


def _of_promises(
    file: CaseFile, viewer: Person, reference: str
) -> dict[int, tuple[Button, ...]]:
    return {
        promise.pk: tuple(
            _button(verb, reference, promise.pk, on="promise")
            for verb in ("keep-promise", "agree-later", "release-promise")
            if may(viewer, file, verb)
            and (verb != "agree-later" or promise.renegotiated_at is None)
        )
        for promise in file.promises
        if promise.state == PromiseState.OPEN
    }


def _remedy_verbs(remedy: Remedy, viewer: Person) -> tuple[str, ...]:
    is_right = remedy.line == LineKind.ENTITLEMENT
    if remedy.state == RemedyState.DELIVERED and not remedy.amount_minor:
        return ()
    verbs = (OF_RIGHT if is_right else OF_REMEDY).get(remedy.state, ())
    asked_by = remedy.refusal_asked_by_id if is_right else remedy.offered_by_id
    return tuple(v for v in verbs if v not in _BY_ANOTHER or asked_by != viewer.pk)


def _of_remedies_first(
    file: CaseFile, of_remedies: Mapping[int, tuple[Button, ...]]
) -> Button | None:
    """A decision that waits for this very person, an answer, or what is to be given, come first."""
    wanted = ["approve", "agree-refusal"]
    if file.case.item.state == CaseState.OFFERED:
        wanted.append("accept")
    if file.case.item.state == CaseState.ACCEPTED:
        wanted += ["deliver", "pay"]
    found = {button.verb: button for each in of_remedies.values() for button in each}
    return next((found[verb] for verb in wanted if verb in found), None)


def may(viewer: Person, file: CaseFile, verb: str, *, now: datetime | None = None) -> bool:
    """Say whether `viewer` holds what `verb` asks for here; owners may work what they own.

    With `now` a deputy may decide for who is away; that costs a query where it is their only way.
    """
    item, permission = file.case.item, WORDS[verb].permission
    mine = item.owner_id == viewer.pk or (
        verb in _OF_PROMISE and any(each.holder_id == viewer.pk for each in file.promises)
    )
    own = mine and permission == Permission.CASE_WORK
    if can(viewer, permission, None if own else item.department_id):
        return True
    if now is None or verb not in _BY_DEPUTY:
        return False
    return bool(stands_in_for(viewer, permission, department_id=item.department_id, now=now))


def _button(verb: str, reference: str, key: int | None = None, *, on: str = "remedy") -> Button:
    word, press = WORDS[verb], verb in PRESSED
    url = reverse("cases:verb", args=[reference, verb])
    if not press:
        url += f"?{on}={key}#act" if key else "#act"
    return Button(verb, word.label, word.icon, url, press, key)
