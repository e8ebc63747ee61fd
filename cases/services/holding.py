"""How every verb begins and ends: scope, locks in order, permission, move, event, report."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.models import CustomerCase, Remedy
from cases.policy import Line, counts_as
from cases.selectors import visible_to
from cases.services import tracks
from cases.services.pace import keep_pace
from cases.states import CASE, RemedyState
from recovery.clocks import services as clocks
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import Note, WorkItem
from recovery.failures.services import change_item, lock_failure, lock_item, tell_named
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require

MOST_WORDS = 10_000
MOST_LINE = 240

# Steps that only somebody takes who goes on with the case.
_TAKES_UP = frozenset({"acknowledge", "assess", "investigate", "wait_for_customer", "offer"})

_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")


@dataclass(slots=True)
class Held:
    """A customer case locked for one verb: change it, then `keep` it once.

    `spoke`: a person's words reached the customer by it. `via` names the page it came by, when
    that says who acted: on their own page it was the customer.
    """

    case: CustomerCase
    item: WorkItem
    actor: Person
    now: datetime
    was: str = ""
    spoke: bool = False
    via: str = ""
    item_changes: dict[str, Any] = field(default_factory=dict)
    case_fields: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """The lifecycle state as it is after the moves made so far."""
        return self.item.state

    @property
    def failure_id(self) -> int:
        """The failure this case belongs to; locked as well."""
        return self.case.failure_id

    def set(self, **facts: Any) -> None:
        """Change facts of the case."""
        for name, value in facts.items():
            setattr(self.case, name, value)
        self.case_fields |= facts.keys()

    def turn(self, **facts: Any) -> None:
        """Change facts of the work item."""
        for name, value in facts.items():
            setattr(self.item, name, value)
        self.item_changes |= facts


def hold(
    *,
    case_id: int,
    actor: Person,
    now: datetime,
    permission: Permission = Permission.CASE_WORK,
    expected_version: int | None = None,
    via: str = "",
) -> Held:
    """Lock failure, work item and case for `actor`.

    Raises NotFound out of scope, NotAllowed in scope without `permission`, Conflict when the
    case changed since version `expected_version`. Owners may work what they own. The system
    acts by rule and needs no role.
    """
    is_rule = actor.kind == Person.Kind.SYSTEM
    readable = CustomerCase.objects.all() if is_rule else visible_to(actor)
    failure_id = readable.filter(pk=case_id).values_list("failure_id", flat=True).first()
    if failure_id is None:
        raise NotFound("not_found", _GONE)
    lock_failure(failure_id)
    item = lock_item(case_id, kind=TrackKind.CUSTOMER, expected_version=expected_version)
    case = CustomerCase.objects.get(pk=case_id)
    if case.failure_id != failure_id:
        raise Conflict(
            "moved_meanwhile",
            gettext_noop("This case was just moved to another failure. Load the page again."),
        )
    if not is_rule:
        _permit(item, actor, permission)
    case.item = item
    return Held(case=case, item=item, actor=actor, now=now, was=item.state, via=via)


def _permit(item: WorkItem, actor: Person, permission: Permission) -> None:
    own = item.owner_id == actor.pk and permission == Permission.CASE_WORK
    if own and can(actor, permission):
        return
    require(actor, permission, department_id=item.department_id)


def move(held: Held, verb: str, *, waiting_for: str = "") -> str:
    """Take the lifecycle's step and return the new state. Raises Conflict if there is none."""
    target = CASE.resolve(held.state, verb)
    if verb in _TAKES_UP:
        _take_up(held)
    was_end, is_end = CASE.is_end(held.state), CASE.is_end(target)
    held.turn(state=str(target), waiting_for=waiting_for)
    if is_end:
        held.set(ended_at=held.now, end=str(CASE.end_of(target)))
        held.turn(closed_at=held.now)
        clocks.cancel(item_id=held.item.pk, at=held.now, actor_id=held.actor.pk, reason=verb)
    elif was_end:
        held.set(
            ended_at=None, end="", end_words="", confirmed_at=None,
            remedied_at=None, remedied_by=None, evidence="", disagreed_at=None,
            reopened_count=held.case.reopened_count + 1,
        )  # fmt: skip
        held.turn(closed_at=None)
    return target


def _take_up(held: Held) -> None:
    """Whoever begins to work on what nobody has taken has it: a case has one name on it."""
    if held.item.owner_id is not None or held.actor.kind != Person.Kind.HUMAN:
        return
    held.turn(owner=held.actor)
    say(held, "case.assigned", **{"from": None, "to": held.actor.pk})


def say(held: Held, verb: str, **facts: object) -> int:
    """Record what happened, in scope of the case: ids, codes, amounts, times only."""
    return record(
        stream=f"customer:{held.item.pk}",
        verb=verb,
        actor_id=held.actor.pk,
        at=held.now,
        failure_id=held.failure_id,
        item_id=held.item.pk,
        audience=Audience.SCOPE,
        public={"state": held.state, **facts} | ({"via": held.via} if held.via else {}),
    )


def keep(held: Held) -> CustomerCase:
    """Save what changed, raise the version, keep the pace and report the track to the failure."""
    if held.case_fields:
        held.case.save(update_fields=sorted(held.case_fields))
    change_item(held.item, **held.item_changes)
    keep_pace(
        held.item.pk,
        held.was,
        held.state,
        spoke=held.spoke,
        at=held.now,
        actor_id=held.actor.pk,
    )
    if "acknowledged_at" in held.case_fields or counts_as(held.was) != counts_as(held.state):
        tracks.report(held.failure_id, held.now, held.actor.pk)
    return held.case


def note(held: Held, words: str) -> None:
    """Keep a colleague's words beside the case; the customer never reads them."""
    written = Note.objects.create(item=held.item, author=held.actor, words=words, at=held.now)
    say(held, "note.added", note=written.pk)
    tell_named(held.item, written)


def remedy_of(held: Held, remedy_id: int) -> Remedy:
    """The remedy, if it belongs to the held case; its lock is the case's."""
    remedy = Remedy.objects.filter(pk=remedy_id, case=held.case).first()
    if remedy is None:
        raise NotFound("not_found", _GONE)
    return remedy


def case_of_remedy(remedy_id: int) -> int:
    """The case a remedy belongs to, read before anything is locked. Raises NotFound."""
    found = Remedy.objects.filter(pk=remedy_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound("not_found", _GONE)
    return found


def lines_of(held: Held) -> list[Line]:
    """The remedies of the held case as rules read them."""
    found = Remedy.objects.filter(case=held.case).values_list("line", "state", "amount_minor")
    return [Line(*row) for row in found]


def expect(remedy: Remedy, *states: RemedyState) -> None:
    """Raise Conflict unless the remedy is in one of `states`."""
    if remedy.state not in states:
        raise Conflict(
            "remedy_moved_on",
            gettext_noop("This remedy is “%(state)s” now, so that cannot be done with it."),
            state=RemedyState(remedy.state).word,
        )


def words_of(
    text: str, *, name: str = "words", most: int = MOST_WORDS, ask: str | None = None
) -> str:
    """Return `text` trimmed. Raises Invalid when it is blank, too long or not text."""
    found = text.strip()
    if not found:
        raise Invalid("blank", ask or gettext_noop("Write a sentence first."), field=name)
    if len(found) > most:
        raise Invalid(
            "too_long",
            gettext_noop("Shorten this to %(most)s characters."),
            field=name,
            most=most,
        )
    if "\x00" in found:
        raise Invalid(
            "not_text", gettext_noop("Take out what is not text and try again."), field=name
        )
    return found


def known[Code](code: str, codes: Collection[Code], *, name: str) -> Code:
    """Return the member of `codes` that `code` stands for. Raises Invalid naming the field."""
    for each in codes:
        if each == code:
            return each
    raise Invalid("unknown_code", gettext_noop("Choose one of the list."), field=name)
