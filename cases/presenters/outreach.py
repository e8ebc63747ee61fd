"""An outreach in words: what it says, how far it is, what came of each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Outreach, OutreachCase
from cases.presenters.model import name_of
from cases.selectors import may_see_customer
from cases.services.trying import Trial
from cases.states import OutreachState, ReachResult, RemedyKind
from recovery.failures.selectors import item_reference
from recovery.org.models import Person
from recovery.org.selectors import organisation
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class OutreachView:
    """One outreach; `tabs` are (code, label, count, current) of its people by result."""

    id: int
    state: str
    state_word: str
    made_by: str
    made_at: datetime
    words: str
    remedy: str
    total: int
    done: int
    told: int
    hint: str
    refusal: str
    decided_by: str
    ended_at: datetime | None
    tabs: Sequence[tuple[str, str, int, bool]]


@dataclass(frozen=True, slots=True)
class ReachedRow:
    """One person of an outreach and what came of them."""

    url: str
    reference: str
    name: str
    result: str
    word: str
    reason: str
    at: datetime | None
    amount: str


@dataclass(frozen=True, slots=True)
class SampleView:
    """The message as one person would read it."""

    name: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """What sending a message would do."""

    people: int
    no_address: int
    by_mail: int
    sum: str
    waits: bool
    samples: Sequence[SampleView]


def outreach_view(found: Outreach, shown: str = "") -> OutreachView:
    """What the page and the lists say of one outreach."""
    done = found.told + found.no_address + found.already + found.refused
    counts = [(each, getattr(found, each.value)) for each in ReachResult]
    codes = {each.value for each in ReachResult}
    current = shown if shown in codes else ""
    return OutreachView(
        id=found.pk,
        state=found.state,
        state_word=_(OutreachState(found.state).word),
        made_by=found.made_by.name,
        made_at=found.made_at,
        words=found.words,
        remedy=_remedy(found),
        total=found.total,
        done=done,
        told=found.told,
        hint=_("%(told)d told") % {"told": found.told},
        refusal=found.refusal,
        decided_by=found.decided_by.name if found.decided_by_id and found.decided_by else "",
        ended_at=found.ended_at,
        tabs=[
            ("", _("All"), found.total, current == ""),
            *((each.value, _(each.word), n, current == each.value) for each, n in counts if n),
        ],
    )


def _remedy(found: Outreach) -> str:
    if not found.remedy_line:
        return ""
    kind = _(RemedyKind(found.remedy_kind).word)
    if found.remedy_minor is None:
        worth = _("the amount on their list")
    elif found.remedy_minor:
        worth = money(found.remedy_minor, organisation().currency)
    else:
        worth = ""
    return " · ".join(filter(None, (kind, found.remedy_words, worth)))


def reached_rows(people: Iterable[OutreachCase], viewer: Person) -> list[ReachedRow]:
    """Each person of an outreach, by name only where `viewer` may read customers."""
    return [_row(each, viewer) for each in people]


def _row(person: OutreachCase, viewer: Person) -> ReachedRow:
    item, currency = person.case.item, organisation().currency
    reference = item_reference("customer", person.case_id)
    sees = may_see_customer(viewer, item.department_id, item.owner_id)
    return ReachedRow(
        url=reverse("cases:case", args=[reference]),
        reference=reference,
        name=name_of(person.case, sees=sees),
        result=person.result,
        word=_(ReachResult(person.result).word) if person.result else _("Still to come"),
        reason=_(person.reason) if person.reason else "",
        at=person.at,
        amount=money(person.amount_minor, currency) if person.amount_minor else "",
    )


def trial_view(trial: Trial, viewer: Person) -> TrialView:
    """What the form shows before anything is sent."""
    return TrialView(
        people=trial.people,
        no_address=trial.no_address,
        by_mail=trial.people - trial.no_address,
        sum=money(trial.sum_minor, organisation().currency) if trial.sum_minor else "",
        waits=trial.waits,
        samples=[
            SampleView(
                name_of(
                    each.case,
                    sees=may_see_customer(
                        viewer, each.case.item.department_id, each.case.item.owner_id
                    ),
                ),
                each.address,
                each.words,
            )
            for each in trial.samples
        ],
    )
