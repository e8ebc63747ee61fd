"""The overview board: persons and money first, then tracks, time, age and what keeps failing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recovery.insight.policy import (
    GROUP_PRIVACY,
    MILESTONES,
    STANDARD_SHARE,
    Period,
    share_of,
)
from recovery.insight.presenters.charts import (
    NARROW,
    WIDE,
    Counted,
    Labelled,
    bars,
)
from recovery.insight.presenters.figures import (
    Figure,
    against_standard,
    in_both_widths,
    percent_words,
    table_row,
)
from recovery.insight.selectors import (
    AgeBand,
    by_department,
    milestones,
    open_by_age,
    pareto,
    stale,
    totals,
)
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import departments, organisation
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure of the first row beside the same of the period before."""

    name: str
    words: str
    before: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the board."""

    sums: Sequence[Sum]
    figures: Sequence[Figure]
    failures: int
    stale: bool


def overview(
    period: Period, department_id: int | None, *, today: date, now: datetime
) -> Overview:
    """Read and word the board for a period, for all departments or one with all below it."""
    cards = departments()
    card = cards.get(department_id) if department_id else None
    below = card.below if card else None
    this, before = totals(period, below), totals(period.before(), below)
    link = _rows_link(period, department_id)
    departments_now = by_department(period, below)
    return Overview(
        sums=_sums(this, before),
        figures=(
            _milestones(milestones(period, below, today), link, this["failures"]),
            _ages(open_by_age(now, below)),
            _on_time("acknowledge", departments_now),
            _on_time("resolve", departments_now),
            _pareto(pareto(period, below), link),
        ),
        failures=this["failures"],
        stale=stale(),
    )


def _rows_link(period: Period, department_id: int | None) -> str:
    query: dict[str, str] = {
        "status": "all",
        "since": str(period.start),
        "until": str(period.end),
    }
    if department_id:
        query["department"] = str(department_id)
    return f"{reverse('console:failures')}?{urlencode(query)}"


def _sums(this: Mapping[str, int], before: Mapping[str, int]) -> list[Sum]:
    currency = organisation().currency
    names = (
        ("failures", _("Failures known")), ("affected", _("People affected")),
        ("contacted", _("People reached")), ("made_whole", _("People whole again")),
    )  # fmt: skip
    found = [Sum(name, f"{this[key]:,}", f"{before[key]:,}") for key, name in names]
    given = Sum(
        _("Money given"),
        money(this["cost_minor"], currency),
        money(before["cost_minor"], currency),
    )
    return [*found, given]


def _milestones(found: Mapping[str, tuple[int, int]], link: str, failures: int) -> Figure:
    shares = {
        each.key: share_of(*found[each.key], least=GROUP_PRIVACY if each.key == "care" else 0)
        for each in MILESTONES
    }
    draw = [
        Labelled(_(each.name), shares[each.key], percent_words(shares[each.key]), each.track)
        for each in MILESTONES
    ]
    whole = shares["customer"]
    finding = _("No failure of this period is old enough to be judged yet.")
    if whole.estimate:
        finding = _("%(met)d of %(due)d customers’ tracks had ended well within 30 days.") % {
            "met": whole.met,
            "due": whole.due,
        }
    return Figure(
        key="milestones",
        question=_("How far are the three tracks, each at its own time?"),
        finding=finding,
        definition=" ".join(f"{_(each.name)}: {_(each.definition)}" for each in MILESTONES),
        caption=_(
            "Share in time, %; line: 95 % Wilson interval. Only failures old enough count. Proof "
            "is judged on the same length of time a year earlier."
        ),
        kind="intervals",
        drawings=in_both_widths(draw),
        head=[_("Milestone"), _("In time"), _("Judged"), _("Share"), _("from"), _("to")],
        table=[
            table_row(f"{_(each.name)}, {_(each.words)}", shares[each.key])
            for each in MILESTONES
        ],
        rows_url=link,
        rows_label=ngettext("%(n)d failure", "%(n)d failures", failures) % {"n": failures},
    )


_TIMES: Mapping[str, tuple[str, str]] = {
    "acknowledge": (
        gettext_noop("Who answers in time?"),
        gettext_noop(
            "First answers by a person within the standard of care, of those whose time has come."
        ),
    ),
    "resolve": (
        gettext_noop("Who puts it right in time?"),
        gettext_noop(
            "Remedies delivered within the standard of care, of those whose time has come."
        ),
    ),
}


def _on_time(kind: str, rows: Sequence[tuple[str, Mapping[str, int]]]) -> Figure:
    shares = [
        (name, share_of(row[f"{kind}_met"], row[f"{kind}_due"]))
        for name, row in rows
        if row[f"{kind}_due"]
    ]
    question, definition = _TIMES[kind]
    return Figure(
        key=kind,
        question=_(question),
        finding=against_standard(
            shares,
            none=_("No clock has fallen due in this period."),
            fine=_("No department is clearly below 90 %, the house standard."),
        ),
        definition=_(definition)
        + " "
        + _("Fewer than 5 are hidden, 5 to 9 counted only, below 30 never emphasised."),
        caption=_("Clocks met, % of those due; line: 95 % interval. By name, not by rank."),
        kind="intervals",
        drawings=in_both_widths(
            [Labelled(name, share, percent_words(share)) for name, share in shares],
            STANDARD_SHARE,
        ),
        head=[_("Department"), _("Met"), _("Due"), _("Share"), _("from"), _("to")],
        table=[table_row(name, share) for name, share in shares],
    )


def _ages(bands: Sequence[AgeBand]) -> Figure:
    total, over = sum(band.open for band in bands), sum(band.over for band in bands)
    names = [
        _("over 28 days")
        if band.upto is None
        else _("%(since)d to %(upto)d days") % {"since": band.since, "upto": band.upto - 1}
        for band in bands
    ]
    draw = [
        Counted(
            name,
            band.open,
            f"{band.open}, " + _("%(n)d over") % {"n": band.over}
            if band.over
            else str(band.open),
            hatched=band.over,
            strong=False,
        )
        for name, band in zip(names, bands, strict=True)
    ]
    return Figure(
        key="ages",
        question=_("How old is the open work?"),
        finding=_("%(over)d of %(total)d open records are over time.")
        % {"over": over, "total": total},
        definition=_(
            "Open customer and process cases now, by days since they were opened. Over time: the "
            "next clock has run out. Cases that only wait for proof are left out."
        ),
        caption=_("Open records. Hatched: over time."),
        kind="bars",
        drawings=[("wide", bars(draw, width=WIDE)), ("narrow", bars(draw, width=NARROW))],
        head=[_("Age"), _("Open"), _("Over time")],
        table=[
            [name, str(band.open), str(band.over)]
            for name, band in zip(names, bands, strict=True)
        ],
    )


def _percent(part: int, whole: int) -> str:
    return _("%(share).0f %%") % {"share": 100 * part / whole}


def _pareto(found: tuple[list[tuple[str, int | None, int]], int], link: str) -> Figure:
    modes, total = found
    draw, table, running = [], [], 0
    for name, _mode, count in modes:
        few = running < 0.8 * total
        running += count
        label = name or _("Not said")
        draw.append(Counted(label, count, f"{count} · {_percent(running, total)}", strong=few))
        table.append([label, str(count), _percent(count, total), _percent(running, total)])
    vital = sum(row.strong for row in draw)
    return Figure(
        key="pareto",
        question=_("What keeps failing?"),
        finding=_("%(few)d kinds make four of five failures.") % {"few": vital}
        if total and running >= 0.8 * total
        else _("No few kinds make most of the failures."),
        definition=_("Failures by how they failed, each counted once, complained of or not."),
        caption=_("Failures of the period; behind the bar the count and the running share."),
        kind="bars",
        drawings=[("wide", bars(draw, width=WIDE)), ("narrow", bars(draw, width=NARROW))],
        head=[_("Kind"), _("Failures"), _("Share"), _("Running")],
        table=table,
        rows_url=link,
        rows_label=ngettext("%(n)d failure", "%(n)d failures", total) % {"n": total},
    )
