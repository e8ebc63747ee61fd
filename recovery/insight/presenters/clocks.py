"""The clocks board: which times are kept, by kind, by desk and by standard of care."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recovery.clocks.states import ClockKind
from recovery.insight.policy import PROMISE_MOVED, STANDARD_SHARE, Period, Share, share_of
from recovery.insight.presenters.charts import Labelled
from recovery.insight.presenters.figures import (
    Figure,
    against_standard,
    in_both_widths,
    percent_words,
    table_row,
)
from recovery.insight.presenters.promises import promises_figure
from recovery.insight.selectors import (
    ClockCount,
    clock_counts,
    clocks_stale,
    promise_counts,
    standard_names,
)
from recovery.org.selectors import departments

type Group = tuple[str, list[ClockCount]]


@dataclass(frozen=True, slots=True)
class Total:
    """How many clocks had one outcome, beside the same of the period before."""

    name: str
    words: str
    before: str


@dataclass(frozen=True, slots=True)
class ClocksBoard:
    """Everything on the board; `decided` is how many clocks were met or ran over."""

    sums: Sequence[Total]
    figures: Sequence[Figure]
    decided: int
    stale: bool


def clocks_board(period: Period, department_id: int | None) -> ClocksBoard:
    """Read and word the board for a period, for all departments or one with all below it."""
    card = departments().get(department_id) if department_id else None
    below = card.below if card else None
    this, before = clock_counts(period, below), clock_counts(period.before(), below)
    promised = [each for each in this if each.kind in {ClockKind.PROMISE, PROMISE_MOVED}]
    figures = [
        *([promises_figure(promised, promise_counts(period, below))] if promised else []),
        _figure("kinds", _("Which times are kept?"), first=_("Clock"), groups=_by_kind(this)),
        _figure(
            "desks", _("Where are they kept?"), first=_("Department"), groups=_by_desk(this)
        ),
        _figure(
            "standards",
            _("Which standards hold?"),
            first=_("Standard"),
            groups=_by_standard([each for each in this if each not in promised]),
        ),
    ]
    return ClocksBoard(
        sums=_sums(this, before),
        figures=figures,
        decided=sum(_due(each) for each in this),
        stale=clocks_stale(),
    )


def _due(count: ClockCount) -> int:
    return count.met + count.late + count.undone


def _sums(this: Sequence[ClockCount], before: Sequence[ClockCount]) -> list[Total]:
    wanted: list[tuple[str, Callable[[ClockCount], int]]] = [
        (_("Clocks decided"), _due),
        (_("Met in time"), lambda each: each.met),
        (_("Done late"), lambda each: each.late),
        (_("Over, not done"), lambda each: each.undone),
    ]
    return [
        Total(name, f"{sum(map(read, this)):,}", f"{sum(map(read, before)):,}")
        for name, read in wanted
    ]


def _grouped(counts: Sequence[ClockCount], name_of: Callable[[ClockCount], str]) -> list[Group]:
    found: dict[str, list[ClockCount]] = {}
    for each in counts:
        found.setdefault(name_of(each), []).append(each)
    return sorted(found.items())


def _by_kind(counts: Sequence[ClockCount]) -> list[Group]:
    return _grouped(counts, lambda each: _kind_words(each.kind))


def _kind_words(kind: str) -> str:
    if kind == PROMISE_MOVED:
        return _("Promised, another time agreed")
    return _(ClockKind(kind).word)


def _by_desk(counts: Sequence[ClockCount]) -> list[Group]:
    cards = departments()
    known = [each for each in counts if each.department_id in cards]
    return _grouped(known, lambda each: cards[each.department_id].name)


def _by_standard(counts: Sequence[ClockCount]) -> list[Group]:
    """A legal one is called by its law, so that it is never read as one of our own."""
    names = standard_names()

    def name_of(each: ClockCount) -> str:
        name, law = names.get(each.standard_id, (_("No standard"), ""))
        return f"{name} ({law})" if law else name

    return _grouped(counts, name_of)


def _share(counts: Sequence[ClockCount]) -> Share:
    return share_of(sum(each.met for each in counts), sum(map(_due, counts)))


def _figure(key: str, question: str, *, first: str, groups: Sequence[Group]) -> Figure:
    shares = [(name, _share(counts)) for name, counts in groups]
    late = {name: sum(each.late for each in counts) for name, counts in groups}
    return Figure(
        key=key,
        question=question,
        finding=against_standard(
            shares,
            none=_("No clock was met or ran over in this period."),
            fine=_("None is clearly below 90 %, the house standard."),
        ),
        definition=_(
            "Every clock counts once, on the day on which it was met or ran over. Met: before its "
            "time was up. Late and not done count as missed. Clocks ended before their time had "
            "come, and imported records, count nowhere; support is never counted."
        ),
        caption=_(
            "Met, % of clocks decided; line: 95 % Wilson interval. By name, not by rank."
        ),
        kind="intervals",
        drawings=in_both_widths(
            [Labelled(name, share, percent_words(share)) for name, share in shares],
            STANDARD_SHARE,
        ),
        head=[first, _("Met"), _("Decided"), _("Share"), _("from"), _("to"), _("Done late")],
        table=[[*table_row(name, share), str(late[name])] for name, share in shares],
    )
