"""The case page and the panel of the failure page: the same facts, made ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Contact, CustomerCase, Remedy
from cases.policy import (
    Reach,
    has_open_offer,
    owed,
    quiet_since,
    reach_of,
    silent_until,
)
from cases.presenters.actions import Actions, Button, actions_of
from cases.presenters.journey import Story, story_of
from cases.presenters.limits import Limit, limits_of
from cases.presenters.links import LinkRow, link_row
from cases.presenters.stages import end_words, next_words, step_words, strip_of
from cases.selectors import CaseFile, may_see_customer
from cases.states import CASE, CaseState, LineKind, RemedyKind, RemedyState, WaitsFor
from recovery.clocks.presenters import PromiseRow, promise_row
from recovery.clocks.selectors import Reading, all_readings
from recovery.clocks.states import ClockKind
from recovery.failures.selectors import item_reference, reference_of
from recovery.messages.selectors import is_on_its_way
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import calendar_of, can, organisation, schedule_of
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """One line of the ledger: what, its state with its reason or proof, worth, buttons."""

    what: str
    note: str
    state: str
    detail: str
    kind: str
    icon: str
    worth: str
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class CaseModel:
    """A case as its page and its panel show it to one viewer; no query is left in it."""

    file: CaseFile
    reference: str
    name: str
    sees_customer: bool
    may_work: bool
    is_mine: bool
    actions: Actions
    readings: Sequence[Reading]
    remedies: Sequence[RemedyRow]
    limits: Sequence[Limit]
    reach: Reach
    silent_until: datetime | None
    promises: Sequence[tuple[PromiseRow, Sequence[Button]]]
    page: LinkRow | None
    leaving: Contact | None
    leaves_in: int

    @property
    def case(self) -> CustomerCase:
        """The case itself, with item, failure and customer loaded."""
        return self.file.case

    @property
    def url(self) -> str:
        """The address of the case page."""
        return reverse("cases:case", args=[self.reference])

    @property
    def failure_reference(self) -> str:
        """The failure this is a case of."""
        return reference_of(self.case.failure_id)

    @property
    def contact_ways(self) -> tuple[str, ...]:
        """Phone and e-mail, for those who may see them."""
        customer = self.case.customer if self.sees_customer else None
        return tuple(filter(None, (customer.phone, customer.email))) if customer else ()

    @property
    def story(self) -> Story:
        """Where it leads beside itself, and how often the customer came, was sent on, retold."""
        return story_of(self.file, sees=self.sees_customer)

    @property
    def priority(self) -> str:
        """P1 to P4."""
        return f"P{self.case.item.priority}"

    @property
    def state(self) -> str:
        """The state in words."""
        return _(CaseState(self.case.item.state).word)

    @property
    def is_ended(self) -> bool:
        """Whether the case has ended."""
        return CASE.is_end(self.case.item.state)

    @property
    def step(self) -> str:
        """Which step this is and what follows."""
        return step_words(self.case)

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The stage strip."""
        return strip_of(self.case)

    @property
    def end(self) -> str:
        """What the end means; nothing while open."""
        return end_words(self.case)

    @property
    def next_action(self) -> str:
        """What comes next, in one sentence; nothing once ended."""
        named = self.sees_customer and self.case.customer_id
        return next_words(self.file, name=self.name if named else "")

    @property
    def given(self) -> str:
        """What all that was given is worth."""
        found = [r.amount_minor for r in self.file.remedies if r.state == RemedyState.DELIVERED]
        return money(sum(found), organisation().currency)

    @property
    def owed(self) -> str:
        """What the law still owes; nothing when nothing."""
        total = owed(self.file.lines)
        return money(total, organisation().currency) if total else ""

    @property
    def offer_waits(self) -> bool:
        """Whether an offer waits for its answer."""
        return has_open_offer(self.file.lines)

    @property
    def standing(self) -> list[Reading]:
        """The clocks of standards and laws; those of promises stand with the promises."""
        return [each for each in self.readings if each.kind is not ClockKind.PROMISE]

    @property
    def reading(self) -> Reading | None:
        """The most urgent clock, if one runs."""
        return self.readings[0] if self.readings else None


def model_of(file: CaseFile, viewer: Person, now: datetime) -> CaseModel:
    """Make one case ready for `viewer`; at most nine queries."""
    case, item = file.case, file.case.item
    schedule = schedule_of(calendar_of(item.department_id))
    reach = reach_of(file.touches, now=now, schedule=schedule)
    actions = actions_of(file, viewer, now, is_unreachable=reach.is_enough)
    sees = may_see_customer(viewer, item.department_id, item.owner_id)
    is_mine = item.owner_id == viewer.pk
    may_work = can(viewer, Permission.CASE_WORK, None if is_mine else item.department_id)
    leaving = _leaving(file, viewer, now)
    silent = None
    if case.remedied_at and item.state in {CaseState.REMEDIED, CaseState.CONFIRMING}:
        since = quiet_since(case.remedied_at, file.touches)
        silent = silent_until(since, schedule=schedule)
    return CaseModel(
        file=file,
        reference=item_reference("customer", case.pk),
        name=name_of(case, sees=sees),
        sees_customer=sees,
        may_work=may_work,
        is_mine=is_mine,
        actions=actions,
        readings=all_readings(case.pk, now),
        remedies=[remedy_row(each, actions) for each in file.remedies],
        limits=limits_of(file, viewer, now) if may_work and not case.ended_at else (),
        reach=reach,
        silent_until=silent,
        leaving=leaving,
        leaves_in=_seconds_until(leaving, now),
        promises=[
            (promise_row(each, now), actions.of_promises.get(each.pk, ()))
            for each in file.promises
        ],
        page=link_row(case, now) if may_work else None,
    )


def _leaving(file: CaseFile, viewer: Person, now: datetime) -> Contact | None:
    """What the viewer has just written and can still take back."""
    mine = [each for each in file.contacts if each.letter and each.by_id == viewer.pk]
    return next((each for each in mine if is_on_its_way(each.letter, now)), None)


def _seconds_until(contact: Contact | None, now: datetime) -> int:
    due_at = contact.letter.due_at if contact and contact.letter else None
    return int((due_at - now).total_seconds()) if due_at else 0


def name_of(case: CustomerCase, *, sees: bool) -> str:
    """What the customer is called on this page."""
    if case.customer is None:
        return _("Somebody who gave no name")
    if not sees:
        return _("Name kept from you")
    return case.customer.name or _("Customer without a name")


def remedy_row(remedy: Remedy, actions: Actions) -> RemedyRow:
    """One remedy in words: green only for what was given, with the proof beside it."""
    state = RemedyState(remedy.state)
    is_right = remedy.line == LineKind.ENTITLEMENT
    words = _(state.word)
    if is_right and state == RemedyState.OFFERED:
        words = _("Owed")
    given = state == RemedyState.DELIVERED
    return RemedyRow(
        what=remedy.words or _(RemedyKind(remedy.kind).word),
        note=f"{_(RemedyKind(remedy.kind).word)}, {_(LineKind(remedy.line).word)}",
        state=words,
        detail=_detail(remedy, state),
        kind="ok" if given else "",
        icon="check" if given else "",
        worth=money(remedy.amount_minor, remedy.currency) if remedy.amount_minor else _("none"),
        buttons=actions.of_remedies.get(remedy.pk, ()),
    )


def _detail(remedy: Remedy, state: RemedyState) -> str:
    if state == RemedyState.DELIVERED:
        return remedy.evidence
    if state == RemedyState.AWAITING_APPROVAL:
        asked = _("asked by %(name)s") % {"name": remedy.offered_by.name}
        above = remedy.waits_for == WaitsFor.BUDGET
        return f"{_(WaitsFor(remedy.waits_for).word)}, {asked}" if above else asked
    if state == RemedyState.OFFERED and remedy.approved_by:
        names = {"name": remedy.approved_by.name}
        if remedy.approved_for is None:
            return _("approved by %(name)s") % names
        return _("approved by %(name)s for %(away)s") % (
            names | {"away": remedy.approved_for.name}
        )
    if remedy.reversals.all():
        return came_back_words(remedy, state)
    asks = state == RemedyState.REFUSAL_ASKED
    speaker = remedy.refusal_asked_by if asks else remedy.refused_by
    proof = f" ({remedy.evidence})" if remedy.refusal and remedy.evidence else ""
    said = f"{remedy.refusal}{proof}"
    return f"{speaker.name}: {said}" if speaker and said else said


def came_back_words(remedy: Remedy, state: RemedyState) -> str:
    """Why and when something that was given came back, the last time."""
    last = max(remedy.reversals.all(), key=lambda each: each.at)
    said = f"{last.words} ({last.evidence})"
    if state == RemedyState.REVERSED:
        return said
    return _("the payment came back: %(why)s") % {"why": said}


def about(file: CaseFile, key: int, *, on: str) -> str:
    """Name what a verb is about: a promise, or "Boat ticket, repaid, €120.00"."""
    if on == "promise":
        return next(each.words for each in file.promises if each.pk == key)
    if on != "remedy":
        return ""
    remedy = next(each for each in file.remedies if each.pk == key)
    if not remedy.amount_minor:
        return remedy.words
    return f"{remedy.words}, {money(remedy.amount_minor, remedy.currency)}"


def persons(count: int) -> str:
    """How many people, in words."""
    return ngettext("%(count)d person", "%(count)d persons", count) % {"count": count}
