"""Whom a rung tells: the circle it names, else the next wider one that has anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recovery.escalation.states import Tells

# From the narrowest circle to the widest. A named role has the upper lead and the operators
# behind it, never the desk, which has been told before.
LINE = (Tells.OWNER, Tells.DESK_LEAD, Tells.UPPER_LEAD, Tells.OPERATOR)
BEHIND_A_ROLE = (Tells.UPPER_LEAD, Tells.OPERATOR)
NAMED_ROLES = frozenset({Tells.MANAGER, Tells.PROCESS_OWNER})


@dataclass(frozen=True, slots=True)
class Seat:
    """One active person's role in one department."""

    person_id: int
    role: str
    department_id: int
    is_lead: bool
    operates: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who could be told of a case: its holder (None: nobody active), and seats in the house.

    `lineage` is the case's department and those above it, nearest first. A support case has
    `deputies` instead, best first, and nobody of the line.
    """

    owner_id: int | None
    holder_id: int | None
    lineage: Sequence[int] = ()
    seats: Sequence[Seat] = ()
    deputies: Sequence[int] = ()
    is_support: bool = False


def people_for(tells: str, roster: Roster) -> list[int]:
    """The people a rung tells, by id; nobody only where there is nobody at all.

    Beyond the owner's own rung the owner does not count: a lead who owns the case is not told
    twice while nobody else hears of it.
    """
    if roster.is_support:
        return _supporters(tells, roster)
    for circle in circles_behind(Tells(tells)):
        found = _circle(circle, roster)
        told = [key for key in sorted(found) if circle is Tells.OWNER or key != roster.owner_id]
        if told:
            return told
    return [roster.owner_id] if roster.owner_id is not None else []


def circles_behind(tells: Tells) -> tuple[Tells, ...]:
    """The circle and those asked in turn when there is nobody in it."""
    if tells in NAMED_ROLES:
        return (tells, *BEHIND_A_ROLE)
    return LINE[LINE.index(tells) if tells in LINE else 0 :]


def _circle(circle: Tells, roster: Roster) -> set[int]:
    if circle is Tells.OWNER:
        return set() if roster.holder_id is None else {roster.holder_id}
    if circle is Tells.DESK_LEAD:
        return _leads(roster, roster.lineage[:1])
    if circle is Tells.UPPER_LEAD:
        return _leads(roster, roster.lineage[1:])
    if circle is Tells.OPERATOR:
        return {seat.person_id for seat in roster.seats if seat.operates}
    return _nearest(
        (seat for seat in roster.seats if seat.role == circle.value), roster.lineage
    )


def _leads(roster: Roster, departments: Sequence[int]) -> set[int]:
    return _nearest((seat for seat in roster.seats if seat.is_lead), departments)


def _nearest(seats: Iterable[Seat], departments: Sequence[int]) -> set[int]:
    """The people of the nearest department that has any."""
    found = list(seats)
    for department in departments:
        here = {seat.person_id for seat in found if seat.department_id == department}
        if here:
            return here
    return set()


def _supporters(tells: str, roster: Roster) -> list[int]:
    """The supporter, or one deputy: never the line, and never more people than must know."""
    holder = [roster.holder_id] if roster.holder_id is not None else []
    if tells == Tells.OWNER and holder:
        return holder
    return [key for key in roster.deputies if key != roster.owner_id][:1] or holder
