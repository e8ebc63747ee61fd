"""Limits of authority in words: the list, the drafts, and what somebody may give today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.policy import Authority
from recovery.org.models import AuthorityLimit, Person
from recovery.org.roles import ROLES, Role
from recovery.org.selectors import organisation
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit of the list. `state` is now, draft, later or over; `may_sign` is the reader's."""

    id: int
    holder: str
    says: str
    amount: str
    since: datetime
    until: datetime | None
    state: str
    made_by: str
    signed_by: str
    may_sign: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody may give: sentences, one for each limit; nothing at all said as well."""

    name: str
    says: Sequence[str]
    drafts: Sequence[tuple[int, str, Sequence[str]]] = ()


def holder_words(limit: AuthorityLimit) -> str:
    """Whose it is: "Case handler, Contact centre", or a person."""
    if limit.person is not None:
        return limit.person.name
    name = _(ROLES[Role(limit.role)].name)
    return f"{name}, {limit.department.name}" if limit.department else name


def says_words(limit: AuthorityLimit) -> str:
    """What it is about: "for one customer in 365 days, the desk together"."""
    if limit.scope == AuthorityLimit.Scope.CASE:
        return _("for one case")
    if limit.scope == AuthorityLimit.Scope.WEEK:
        return _("in one week")
    days = limit.days or 0
    said = ngettext(
        "for one customer in %(days)d day", "for one customer in %(days)d days", days
    ) % {"days": days}
    return _("%(said)s, the desk together") % {"said": said} if limit.together else said


def limit_rows(
    limits: Sequence[AuthorityLimit], *, viewer: Person, now: datetime
) -> list[LimitRow]:
    """The limits that hold or are to come, drafts first; then those that are over."""
    rows = [_row(each, viewer, now) for each in limits]
    order = {"draft": 0, "now": 1, "later": 1, "over": 2}
    return sorted(rows, key=lambda row: order[row.state])


def _row(limit: AuthorityLimit, viewer: Person, now: datetime) -> LimitRow:
    return LimitRow(
        id=limit.pk,
        holder=holder_words(limit),
        says=says_words(limit),
        amount=money(limit.amount_minor, organisation().currency),
        since=limit.valid_from,
        until=limit.valid_to,
        state=_state(limit, now),
        made_by=limit.made_by.name if limit.made_by else "",
        signed_by=limit.signed_by.name if limit.signed_by else "",
        may_sign=limit.draft and viewer.pk not in {limit.made_by_id, limit.person_id},
    )


def _state(limit: AuthorityLimit, now: datetime) -> str:
    if limit.draft:
        return "draft"
    if limit.valid_to is not None and limit.valid_to <= now:
        return "over"
    return "later" if limit.valid_from > now else "now"


def allowed_words(authority: Authority) -> list[str]:
    """What an authority comes to, one sentence for each limit."""
    currency = organisation().currency
    sentences = {
        "case": _("%(limit)s for one case"),
        "customer": _("%(limit)s for one customer, of which what they got before counts"),
        "week": _("%(limit)s in one week, %(left)s of it left"),
    }
    said = [
        sentences[scope]
        % {"limit": money(each.limit, currency), "left": money(each.left, currency)}
        for scope, each in authority.parts
        if scope != "case" or each.limit
    ]
    return said or [_("Nothing without somebody else’s approval")]
