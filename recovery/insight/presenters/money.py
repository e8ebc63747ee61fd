"""The money board: budgets, what is owed, and whether like failures got like remedies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.presenters.limits import Limit, budget_row
from cases.selectors.budgets import budgets_now
from cases.selectors.giving import Gift, Owed, gifts, owed_by_month, readable
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel
from recovery.insight.policy import Period
from recovery.insight.presenters.charts import NARROW, WIDE, Counted, bars
from recovery.insight.presenters.figures import Figure
from recovery.kernel.spreads import Spread, spread_of
from recovery.kernel.statistics import Rating
from recovery.org.models import Person
from recovery.org.selectors import departments, organisation
from recovery.web.words import money

BANDS = (
    ("small", range(2), gettext_lazy("small harm")),
    ("middle", range(2, 3), gettext_lazy("middling harm")),
    ("serious", range(3, 5), gettext_lazy("serious harm")),
)
MOST_OUTLIERS = 20


@dataclass(frozen=True, slots=True)
class Likes:
    """Failures that are alike: a mode and a band of harm; `key` for the address."""

    key: str
    name: str
    words: str
    n: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """A case that got far more or less than its likes; no link where it is not the reader's."""

    reference: str
    url: str
    amount: str


@dataclass(frozen=True, slots=True)
class MoneyBoard:
    """Everything on the board."""

    budgets: Sequence[Limit]
    owed: Sequence[tuple[str, str, int, str]]
    likes: Sequence[Likes]
    chosen: Likes | None
    figures: Sequence[Figure]
    outliers: Sequence[Outlier]
    hidden: int
    cases: int


def money_board(
    period: Period, department_id: int | None, *, likes: str, viewer: Person, today: date
) -> MoneyBoard:
    """Read and word the board; six queries."""
    card = departments().get(department_id) if department_id else None
    below = card.below if card else None
    found = gifts(period.start, period.end, below)
    groups = _groups(found)
    rows = [_likes(key, group) for key, group in groups.items()]
    chosen = next((each for each in rows if each.key == likes), rows[0] if rows else None)
    group = groups[chosen.key] if chosen else []
    outliers, hidden = _outliers(group, viewer)
    return MoneyBoard(
        budgets=[
            budget_row(each.budget.department.name, each.budget.period, each.standing)
            for each in budgets_now(today, department_ids=below)
        ],
        owed=[_owed_row(each) for each in owed_by_month(below)],
        likes=rows,
        chosen=chosen,
        figures=_figures(group) if len(group) >= Rating.COUNTS else [],
        outliers=outliers,
        hidden=hidden,
        cases=len(found),
    )


def band_of(grade: int) -> str:
    """The band of harm a worst grade lies in."""
    return next(key for key, grades, _words in BANDS if grade in grades)


def _groups(found: Sequence[Gift]) -> dict[str, list[Gift]]:
    """Cases by mode and band, the largest group first."""
    groups: dict[str, list[Gift]] = {}
    for each in found:
        groups.setdefault(f"{each.mode_id}-{band_of(each.grade)}", []).append(each)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _likes(key: str, group: Sequence[Gift]) -> Likes:
    band = key.rpartition("-")[2]
    words = next(words for known, _grades, words in BANDS if known == band)
    return Likes(key, f"{group[0].mode}, {words}", _spread_words(group), len(group))


def _spread(group: Sequence[Gift]) -> Spread:
    return spread_of([each.amount_minor for each in group])


def _spread_words(group: Sequence[Gift]) -> str:
    """A spread by the house rules: hidden below 5, the ends from 5 on, the middle from 10 on."""
    if len(group) < Rating.COUNTS:
        return _("fewer than 5")
    spread = _spread(group)
    facts = {"n": spread.n} | {
        name: _money(getattr(spread, name))
        for name in ("least", "quarter", "median", "three_quarters", "most")
    }
    if spread.n < Rating.INTERVAL:
        return _("%(least)s to %(most)s, n %(n)d: too few to compare") % facts
    return _("%(median)s, half from %(quarter)s to %(three_quarters)s, n %(n)d") % facts


def _money(minor: float) -> str:
    return money(round(minor), organisation().currency)


def _figures(group: Sequence[Gift]) -> list[Figure]:
    cards, channels = departments(), {each.value: _(each.word) for each in Channel}
    splits: list[tuple[str, str, str, Callable[[Gift], str]]] = [
        ("segment", _("Does it depend on who they are?"), _("Segment"),
         lambda each: each.segment or _("Not said")),
        ("channel", _("Does it depend on how they came?"), _("Channel"),
         lambda each: channels.get(each.channel, each.channel)),
        ("desk", _("Does it depend on the desk?"), _("Department"),
         lambda each: cards[each.department_id].name if each.department_id in cards else "–"),
        ("level", _("Does it depend on how far up it went?"), _("Tier"),
         lambda each: _("Tier %(tier)d") % {"tier": each.level}),
    ]  # fmt: skip
    return [
        _figure(key, question=question, first=first, groups=_split(group, name_of))
        for key, question, first, name_of in splits
    ]


def _split(
    group: Sequence[Gift], name_of: Callable[[Gift], str]
) -> Mapping[str, Sequence[Gift]]:
    found: dict[str, list[Gift]] = {}
    for each in group:
        found.setdefault(name_of(each), []).append(each)
    return dict(sorted(found.items()))


def _figure(
    key: str, *, question: str, first: str, groups: Mapping[str, Sequence[Gift]]
) -> Figure:
    judged = {name: _spread(of) for name, of in groups.items() if len(of) >= Rating.INTERVAL}
    draw = [
        Counted(
            name,
            round(judged[name].median) if name in judged else 0,
            _money(judged[name].median) if name in judged else _("too few"),
            strong=name in judged and len(of) >= Rating.EMPHASISED,
        )
        for name, of in groups.items()
    ]
    return Figure(
        key=key,
        question=question,
        finding=_finding(judged),
        definition=_(
            "Goodwill given for this kind of failure at this harm, in cases put right in the "
            "period; nothing given counts as nothing. What the law owes, expenses and care are "
            "left out. Chosen cases, not causes. Fewer than 5 are hidden, 5 to 9 show their ends "
            "only, below 30 never emphasised."
        ),
        caption=_("The bar is the median. By name, not by rank."),
        kind="bars",
        drawings=[("wide", bars(draw, width=WIDE)), ("narrow", bars(draw, width=NARROW))],
        head=[first, _("Median, half of them, how many")],
        table=[[name, _spread_words(of)] for name, of in groups.items()],
    )


def _finding(judged: Mapping[str, Spread]) -> str:
    """Name what does not overlap with its neighbours' middle halves; else say that all do."""
    if len(judged) < 2:
        return _("Too few of them to compare.")
    apart = [
        name
        for name, spread in judged.items()
        if spread.n >= Rating.EMPHASISED
        and all(
            spread.quarter > other.three_quarters or spread.three_quarters < other.quarter
            for known, other in judged.items()
            if known != name
        )
    ]
    if apart:
        return _("Unlike the others: %(names)s.") % {"names": ", ".join(apart)}
    return _("None is clearly unlike the others.")


def _outliers(group: Sequence[Gift], viewer: Person) -> tuple[list[Outlier], int]:
    """What lies far outside, most first, and how many of them the reader may not open."""
    if len(group) < Rating.INTERVAL:
        return [], 0
    spread = _spread(group)
    far = [each for each in group if spread.is_far(each.amount_minor)]
    far.sort(key=lambda each: (-each.amount_minor, each.case_id))
    mine = readable(viewer, [each.case_id for each in far])
    shown = [_outlier(each) for each in far if each.case_id in mine]
    return shown[:MOST_OUTLIERS], len(far) - len(shown)


def _outlier(gift: Gift) -> Outlier:
    reference = item_reference("customer", gift.case_id)
    return Outlier(
        reference, reverse("cases:case", args=[reference]), _money(gift.amount_minor)
    )


def _owed_row(row: Owed) -> tuple[str, str, int, str]:
    card = departments().get(row.department_id) if row.department_id else None
    name = card.name if card else _("no department")
    return f"{row.month:%Y-%m}", name, row.count, money(row.amount_minor, row.currency)


def owed_table(rows: Sequence[Owed]) -> list[list[str]]:
    """The rows of the file for accounts, with its head; amounts in minor units."""
    names = {key: card.name for key, card in departments().items()}
    head = ["month", "department", "claims", "amount_minor", "currency"]
    return [head] + [
        [
            f"{each.month:%Y-%m}",
            names.get(each.department_id or 0, ""),
            str(each.count),
            str(each.amount_minor),
            each.currency,
        ]
        for each in rows
    ]


def hidden_words(hidden: int) -> str:
    """How many outliers stand in cases that are not the reader's."""
    return ngettext(
        "%(n)d more in a case that is not yours to read.",
        "%(n)d more in cases that are not yours to read.",
        hidden,
    ) % {"n": hidden}
