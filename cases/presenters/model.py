"""The case page and the panel of the failure page: the same facts, made ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Complaint, Contact, CustomerCase, Remedy
from cases.policy import (
    Authority,
    Reach,
    has_open_offer,
    owed,
    quiet_since,
    reach_of,
    silent_until,
)
from cases.presenters.actions import Actions, Button, actions_of
from cases.presenters.stages import end_words, next_words, step_words, strip_of
from cases.selectors import CaseFile, authority_of, may_see_customer
from cases.states import CASE, CaseState, LineKind, RemedyKind, RemedyState
from recovery.clocks.selectors import Reading, all_readings
from recovery.failures.models import Note
from recovery.failures.selectors import item_reference, reference_of
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
class Limit:
    """How much of one limit is used: its name, what is left in words, the share used."""

    label: str
    left: str
    percent: float


@dataclass(frozen=True, slots=True)
class CaseModel:
    """A case as its page and its panel show it to one viewer; no query is left in it."""

    case: CustomerCase
    reference: str
    url: str
    failure_reference: str
    name: str
    contact_ways: Sequence[str]
    sees_customer: bool
    priority: str
    state: str
    step: str
    stages: Sequence[tuple[str, str]]
    end: str
    next_action: str
    actions: Actions
    readings: Sequence[Reading]
    complaints: Sequence[Complaint]
    contacts: Sequence[Contact]
    notes: Sequence[Note]
    remedies: Sequence[RemedyRow]
    given: str
    owed: str
    limits: Sequence[Limit]
    reach: Reach
    silent_until: datetime | None
    offer_waits: bool
    is_ended: bool
    may_work: bool
    is_mine: bool

    @property
    def reading(self) -> Reading | None:
        """The most urgent clock, if one runs."""
        return self.readings[0] if self.readings else None


def model_of(file: CaseFile, viewer: Person, now: datetime) -> CaseModel:
    """Make one case ready for `viewer`; at most four queries."""
    case, item = file.case, file.case.item
    reference = item_reference("customer", case.pk)
    schedule = schedule_of(calendar_of(item.department_id))
    reach = reach_of(file.touches, now=now, schedule=schedule)
    actions = actions_of(file, viewer, is_unreachable=reach.is_enough)
    sees = may_see_customer(viewer, item.department_id, item.owner_id)
    is_mine = item.owner_id == viewer.pk
    may_work = can(viewer, Permission.CASE_WORK, None if is_mine else item.department_id)
    waits = item.state in {CaseState.REMEDIED, CaseState.CONFIRMING} and case.remedied_at
    name = name_of(case, sees=sees)
    currency = organisation().currency
    return CaseModel(
        case=case,
        reference=reference,
        url=reverse("cases:case", args=[reference]),
        failure_reference=reference_of(case.failure_id),
        name=name,
        contact_ways=_ways(case) if sees else (),
        sees_customer=sees,
        priority=f"P{item.priority}",
        state=_(CaseState(item.state).word),
        step=step_words(case),
        stages=strip_of(case),
        end=end_words(case),
        next_action=next_words(file, name=name if sees and case.customer_id else ""),
        actions=actions,
        readings=all_readings(case.pk, now),
        complaints=file.complaints,
        contacts=file.contacts,
        notes=file.notes,
        remedies=[remedy_row(each, actions) for each in file.remedies],
        given=money(_given(file), currency),
        owed=money(total, currency) if (total := owed(file.lines)) else "",
        limits=limits_of(authority_of(viewer, file.lines, now)) if may_work else (),
        reach=reach,
        silent_until=silent_until(
            quiet_since(case.remedied_at, file.touches), schedule=schedule
        )
        if waits and case.remedied_at
        else None,
        offer_waits=has_open_offer(file.lines),
        is_ended=CASE.is_end(item.state),
        may_work=may_work,
        is_mine=is_mine,
    )


def name_of(case: CustomerCase, *, sees: bool) -> str:
    """What the customer is called on this page."""
    if case.customer is None:
        return _("Somebody who gave no name")
    if not sees:
        return _("Name kept from you")
    return case.customer.name or _("Customer without a name")


def _ways(case: CustomerCase) -> tuple[str, ...]:
    customer = case.customer
    return tuple(filter(None, (customer.phone, customer.email))) if customer else ()


def _given(file: CaseFile) -> int:
    return sum(
        each.amount_minor for each in file.remedies if each.state == RemedyState.DELIVERED
    )


def limits_of(authority: Authority) -> list[Limit]:
    """The limits of the viewer on this case, before anything is typed."""
    currency = organisation().currency
    found = []
    for label, limit, used in (
        (_("My limit for this case, %(limit)s"), authority.case_limit, authority.case_used),
        (_("My limit this week, %(limit)s"), authority.week_limit, authority.week_used),
    ):
        if limit is None:
            continue
        left = money(max(limit - used, 0), currency)
        found.append(
            Limit(
                label % {"limit": money(limit, currency)},
                _("%(amount)s left") % {"amount": left},
                100 * min(used, limit) / limit if limit else 100,
            )
        )
    return found


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
        return _("asked by %(name)s") % {"name": remedy.offered_by.name}
    if state == RemedyState.OFFERED and remedy.approved_by:
        return _("approved by %(name)s") % {"name": remedy.approved_by.name}
    asks = state == RemedyState.REFUSAL_ASKED
    speaker = remedy.refusal_asked_by if asks else remedy.refused_by
    proof = f" ({remedy.evidence})" if remedy.refusal and remedy.evidence else ""
    said = f"{remedy.refusal}{proof}"
    return f"{speaker.name}: {said}" if speaker and said else said


def persons(count: int) -> str:
    """How many people, in words."""
    return ngettext("%(count)d person", "%(count)d persons", count) % {"count": count}
