"""Which limits of authority count for a person: plain rules over the limits in force."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.roles import ROLES, Permission, Role

MOST_MINOR: Final = 100_000_000
MOST_DAYS: Final = 1100
SCOPES: Final = ("case", "customer", "week")


@dataclass(frozen=True, slots=True)
class LimitCard:
    """A limit in force, in minor units; a person's own has no role.

    One per customer counts the last `days` days and, with `together`, everybody of
    `department_id` (None: of the house).
    """

    scope: str
    amount_minor: int
    role: Role | None = None
    department_id: int | None = None
    days: int | None = None
    together: bool = False


@dataclass(frozen=True, slots=True)
class LimitDraft:
    """A limit as somebody wrote it into a form: for a role or for a person."""

    scope: str
    amount_minor: int
    role: str = ""
    person_id: int | None = None
    department_id: int | None = None
    days: int | None = None
    together: bool = False
    since: datetime | None = None
    until: datetime | None = None


def limits_for(
    cards: Iterable[LimitCard],
    *,
    posts: Collection[tuple[Role, int]],
    lineages: Mapping[int, Sequence[int]],
) -> dict[str, LimitCard]:
    """The limit that counts in each scope: a person's own, else the best of their posts.

    For each post the limit of the nearest department counts, one of the whole house last.
    `lineages` maps a department onto itself and those above it, the nearest first.
    """
    cards, found = list(cards), {}
    for scope in SCOPES:
        of_scope = [each for each in cards if each.scope == scope]
        own = [each for each in of_scope if each.role is None]
        of_posts = [
            best
            for role, department in posts
            if (best := _nearest(of_scope, role, lineages.get(department, (department,))))
        ]
        if chosen := own or of_posts:
            found[scope] = max(chosen, key=lambda each: each.amount_minor)
    return found


def _nearest(
    cards: Iterable[LimitCard], role: Role, lineage: Sequence[int]
) -> LimitCard | None:
    places = {key: place for place, key in enumerate(lineage)}
    near = [
        (places.get(each.department_id or 0, len(lineage)), -each.amount_minor, each)
        for each in cards
        if each.role == role and (each.department_id is None or each.department_id in places)
    ]
    return min(near, key=lambda row: row[:2])[2] if near else None


def faults_of_limit(draft: LimitDraft, *, now: datetime) -> list[Invalid]:
    """Everything wrong with a limit as written, each about a field."""
    return [*_holder_faults(draft), *_amount_faults(draft), *_time_faults(draft, now)]


def _holder_faults(draft: LimitDraft) -> Iterable[Invalid]:
    if bool(draft.role) == (draft.person_id is not None):
        yield Invalid(
            "one_holder",
            gettext_noop("Choose a role or a person, one of the two."),
            field="person" if draft.role else "role",
        )
    elif draft.role and not _gives(draft.role):
        yield Invalid(
            "gives_nothing",
            gettext_noop("This role neither works cases nor approves: it gives nothing."),
            field="role",
        )
    if draft.person_id is not None and draft.department_id is not None:
        yield Invalid(
            "person_everywhere",
            gettext_noop("A person’s own limit holds everywhere: leave the department empty."),
            field="department",
        )


def _gives(role: str) -> bool:
    known = next((card for key, card in ROLES.items() if key == role), None)
    giving = {Permission.CASE_WORK, Permission.REMEDY_APPROVE}
    return known is not None and bool(known.permissions & giving)


def _amount_faults(draft: LimitDraft) -> Iterable[Invalid]:
    if not 0 <= draft.amount_minor <= MOST_MINOR:
        yield Invalid(
            "amount_out_of_range",
            gettext_noop("Give an amount from nothing to one million."),
            field="amount",
        )
    if draft.scope not in SCOPES:
        yield Invalid("unknown_code", gettext_noop("Choose one of the list."), field="scope")
    elif draft.scope == "customer" and not 1 <= (draft.days or 0) <= MOST_DAYS:
        yield Invalid(
            "no_days",
            gettext_noop("Say for how many days, from 1 to %(most)s, gifts count."),
            field="days",
            most=MOST_DAYS,
        )
    elif draft.scope != "customer" and (draft.days or draft.together):
        yield Invalid(
            "days_of_customers",
            gettext_noop("Days, and counting a desk together, belong to a limit per customer."),
            field="days" if draft.days else "together",
        )


def _time_faults(draft: LimitDraft, now: datetime) -> Iterable[Invalid]:
    if draft.since is not None and draft.since < now:
        yield Invalid("past", gettext_noop("Choose a time to come, or none."), field="since")
    if draft.until is not None and draft.until <= (draft.since or now):
        yield Invalid("ends_first", gettext_noop("It ends before it begins."), field="until")
