"""The page of a customer: who it is, what happened to them, what few may read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf.locale import LANG_INFO
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Customer, CustomerCase, RestrictedFacts
from cases.presenters.journey import journey
from cases.selectors.customers import CustomerFile, customer_reference
from cases.states import CaseState, LineKind, Need, PreferredFormat
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel
from recovery.org.selectors import organisation
from recovery.web.words import DIGITS, day, money


@dataclass(frozen=True, slots=True)
class Way:
    """One address or number: what it is and what it is to them."""

    value: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One of their cases in a line; `mark` says that the recovery failed as well."""

    url: str
    reference: str
    title: str
    at: datetime
    state: str
    is_open: bool
    who: str
    said: str
    mark: str


def ways_of(file: CustomerFile) -> list[Way]:
    """All ways to reach a customer, preferred ones first, those of merged records last."""
    found = [
        *_own(file.customer, _("preferred")),
        *(Way(each.value, "") for each in file.ways if each.customer_id == file.customer.pk),
    ]
    for same in file.same:
        note = _("from %(ref)s") % {"ref": customer_reference(same.merged_id)}
        found += _own(same.merged, note)
        found += [Way(w.value, note) for w in file.ways if w.customer_id == same.merged_id]
    return found


def _own(customer: Customer, note: str) -> Iterator[Way]:
    return (Way(each, note) for each in (customer.phone, customer.email) if each)


def facts_of(file: CustomerFile, now: datetime) -> list[tuple[str, str]]:
    """What is known of a customer as (label, words); what is not known is not said."""
    who = file.customer
    numbers = [each for each in (who, *(s.merged for s in file.same)) if each.external_id]
    found = [
        (_("Speaks"), language_of(who.language)),
        (
            _("Rather by"),
            _(Channel(who.preferred_channel).word) if who.preferred_channel else "",
        ),
        (
            _("In the form of"),
            _(PreferredFormat(who.preferred_format).word) if who.preferred_format else "",
        ),
        (_("Surveys"), _("Never ask them") if who.no_surveys else ""),
        (_("Segment"), who.segment),
        (_("Customer since"), _tenure(who.customer_since, now) if who.customer_since else ""),
        (
            _("Lifetime value"),
            money(who.lifetime_value_minor, organisation().currency)
            if who.lifetime_value_minor is not None
            else "",
        ),
        (_("Known as"), ", ".join(f"{each.external_id} ({each.source})" for each in numbers)),
    ]
    return [(label, words) for label, words in found if words]


def language_of(code: str) -> str:
    """A language by its own name."""
    info = LANG_INFO.get(code, {})
    return str(info.get("name_local", code)).capitalize()


def _tenure(since: date, now: datetime) -> str:
    today = now.date()
    years = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
    words = ngettext("%(day)s, %(years)d year", "%(day)s, %(years)d years", years)
    said = day(since, now=now)
    return words % {"day": said, "years": years} if years else said


def given_of(file: CustomerFile) -> list[tuple[str, str]]:
    """What was given on the cases shown, by kind of line."""
    currency = organisation().currency
    return [
        (_(kind.word), money(file.given[kind], currency))
        for kind in LineKind
        if kind in file.given
    ]


def journey_through(file: CustomerFile) -> list[str]:
    """How often they came, were sent on and told it again, over the cases shown."""
    came = file.total("complaint_count") + file.total("incoming_count")
    return journey(
        came=came, handed_over=file.total("handover_count"), retold=file.total("retold_count")
    )


def case_row(case: CustomerCase) -> CaseRow:
    """One case of a customer file in a line."""
    item, counts = case.item, vars(case)
    reference = item_reference("customer", case.pk)
    mark = _("Same failure again") if case.repeat_of_id else _("Recovery failed as well")
    return CaseRow(
        url=reverse("cases:case", args=[reference]),
        reference=reference,
        title=case.failure.title,
        at=case.failure.detected_at,
        state=_(CaseState(item.state).word),
        is_open=case.ended_at is None,
        who=item.owner.name if item.owner else "",
        said=", ".join(
            journey(
                came=counts["complaint_count"] + counts["incoming_count"],
                handed_over=case.handover_count,
                retold=counts["retold_count"],
            )
        ),
        mark=mark if case.double_deviation or case.repeat_of_id else "",
    )


def needs_of(facts: RestrictedFacts) -> str:
    """The needs of a customer in words."""
    return ", ".join(_(Need(each).word) for each in facts.needs)


def typed_money(minor: int | None) -> str:
    """An amount as it would be typed; nothing when nobody knows it."""
    if minor is None:
        return ""
    digits = DIGITS.get(organisation().currency, 2)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"
