"""What a ladder may be: refused with the reason is one that could never fire, or fires at random."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from recovery.clocks.states import ClockKind
from recovery.escalation.policy.deeds import giving_faults, task_faults
from recovery.escalation.policy.people import circles_behind
from recovery.escalation.policy.rungs import WHOLE, RungCard
from recovery.escalation.states import HIGHEST, Tells
from recovery.failures.policy import FACTS
from recovery.kernel.conditions import Condition, checked
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import Word, gettext_noop

MOST_RUNGS: Final = 6
MOST_PERCENT: Final = 300
MOST_MINUTES: Final = 30 * 24 * 60
SHORTEST_REPEAT: Final = 5  # minutes
MOST_REPEATS: Final = 20
_FOR_SUPPORT = frozenset({Tells.OWNER, Tells.DEPUTY})


@dataclass(frozen=True, slots=True)
class RungDraft:
    """A rung as somebody wrote it into row `row` (0 and up) of a form; None: left out."""

    row: int
    tells: str
    percent: int | None = None
    minutes: int | None = None
    level: int = 0
    in_real_time: bool = False
    in_hours: bool = False
    every: int | None = None
    most: int | None = None
    when: tuple[Condition, ...] = ()
    assigns: bool = False
    task_kind: str = ""
    task_words: str = ""
    task_days: int | None = None

    @property
    def card(self) -> RungCard:
        """The rung, once it is known to be right; its id is its row."""
        return RungCard(
            self.row, self.percent, self.tells, self.level, minutes=self.minutes or 0,
            in_real_time=self.in_real_time, in_hours=self.in_hours, every=self.every or 0,
            most=self.most or 1, when=self.when, assigns=self.assigns,
            task_kind=self.task_kind, task_words=self.task_words.strip(),
            task_days=self.task_days or 0,
        )  # fmt: skip


def faults_of(
    rungs: Sequence[RungDraft],
    *,
    is_support: bool,
    held: Collection[str],
    kind: str = "",
) -> list[Invalid]:
    """Everything wrong with a ladder; `held` are the circles in which there is anybody at all.

    `kind` is what the clock counts. Each is about a field of a
    form, "r<row>_amount" as an example, or none.
    """
    if not rungs:
        return [
            Invalid(
                "no_rungs",
                gettext_noop("A ladder without rungs would never call anybody. Add one."),
            )
        ]
    found = [fault for rung in rungs for fault in _faults(rung)]
    found += [fault for rung in rungs for fault in _deaf(rung, held, is_support=is_support)]
    found += [fault for rung in rungs for fault in _deeds(rung, kind, is_support=is_support)]
    return found or list(_out_of_order(rungs))


def _faults(rung: RungDraft) -> Iterator[Invalid]:
    if (rung.percent is None) == (rung.minutes is None):
        yield _fault(
            rung,
            "amount",
            code="one_anchor",
            sentence=gettext_noop("Give a percent or minutes."),
        )
    elif rung.percent is not None and not 1 <= rung.percent <= MOST_PERCENT:
        yield _fault(
            rung, "amount", code="beyond",
            sentence=gettext_noop("Between 1 and %(most)s percent: beyond that it would never fire."),
            most=MOST_PERCENT,
        )  # fmt: skip
    elif rung.minutes is not None and abs(rung.minutes) > MOST_MINUTES:
        yield _fault(
            rung, "amount", code="beyond",
            sentence=gettext_noop("At most %(most)s minutes away from the due time."),
            most=MOST_MINUTES,
        )  # fmt: skip
    if not 0 <= rung.level <= HIGHEST:
        yield _fault(
            rung, "level", code="no_such_tier", sentence=gettext_noop("There is no such tier.")
        )
    yield from _repeat_faults(rung)


def _repeat_faults(rung: RungDraft) -> Iterator[Invalid]:
    if rung.every is None and rung.most in {None, 1}:
        return
    if rung.every is None:
        yield _fault(
            rung,
            "every",
            code="no_interval",
            sentence=gettext_noop("Say after how many minutes again."),
        )
    elif rung.every < SHORTEST_REPEAT:
        yield _fault(
            rung, "every", code="too_often",
            sentence=gettext_noop("At least %(least)s minutes apart: nobody can act faster."),
            least=SHORTEST_REPEAT,
        )  # fmt: skip
    elif rung.every > MOST_MINUTES:
        yield _fault(
            rung,
            "every",
            code="beyond",
            sentence=gettext_noop("That is more than 30 days apart."),
        )
    if rung.most is None or not 2 <= rung.most <= MOST_REPEATS:
        yield _fault(
            rung, "most", code="no_limit",
            sentence=gettext_noop("Say how many times at most, from 2 to %(most)s, or do not repeat."),
            most=MOST_REPEATS,
        )  # fmt: skip


def _deeds(rung: RungDraft, kind: str, *, is_support: bool) -> Iterator[Invalid]:
    """Conditions that are senseless, and deeds that cannot be done or would go round."""
    row = f"r{rung.row}_"
    if is_support and (rung.when or rung.assigns or rung.task_kind):
        yield _fault(
            rung, "tells", code="support_only_tells",
            sentence=gettext_noop("Support is private: its rungs tell somebody and do nothing else."),
        )  # fmt: skip
        return
    try:
        checked(rung.when, FACTS, field=f"{row}c0_values")
    except Invalid as refusal:
        yield from refusal.parts
    yield from giving_faults(rung, row=row)
    yield from task_faults(rung, row=row)
    if rung.assigns and kind == ClockKind.PROMISE:
        yield _fault(
            rung, "assigns", code="promise_is_held",
            sentence=gettext_noop("A promise belongs to its holder: it is handed over, not given away."),
        )  # fmt: skip
    if rung.task_kind and kind == ClockKind.TASK:
        yield _fault(
            rung, "task_kind", code="circular",
            sentence=gettext_noop("It would go round in a circle: a task cannot open tasks."),
        )  # fmt: skip
    if rung.task_kind and (rung.every or (rung.most or 1) > 1):
        yield _fault(
            rung, "every", code="task_repeats",
            sentence=gettext_noop("A rung that opens a task cannot repeat: the task itself reminds."),
        )  # fmt: skip


def _deaf(rung: RungDraft, held: Collection[str], *, is_support: bool) -> Iterator[Invalid]:
    """Rungs whose people do not exist, and those that would break what support promises."""
    tells = Tells(rung.tells)
    if is_support and tells not in _FOR_SUPPORT:
        yield _fault(
            rung, "tells", code="never_the_line",
            sentence=gettext_noop("Support is told to its supporter or a deputy, never to the line."),
        )  # fmt: skip
    elif not is_support and tells is Tells.DEPUTY:
        yield _fault(
            rung, "tells", code="support_only",
            sentence=gettext_noop("Only support has deputies. Choose a lead or a role."),
        )  # fmt: skip
    elif not is_support and not any(circle in held for circle in circles_behind(tells)):
        yield _fault(
            rung, "tells", code="nobody_there",
            sentence=gettext_noop("Nobody is “%(who)s” and nobody stands behind them. Name a lead first."),
            who=Word(tells.word),
        )  # fmt: skip


def _out_of_order(rungs: Sequence[RungDraft]) -> Iterator[Invalid]:
    for before, after in pairwise(rungs):
        if _is_later(before, after):
            yield _fault(
                after, "amount", code="out_of_order",
                sentence=gettext_noop("This rung comes before the one above it. Put them in order."),
            )  # fmt: skip
        if after.level < before.level:
            yield _fault(
                after, "level", code="falls",
                sentence=gettext_noop("A later rung cannot stand on a lower tier than the one above it."),
            )  # fmt: skip


def _is_later(before: RungDraft, after: RungDraft) -> bool:
    """Whether `before` is surely the later one; percent and minutes meet at the due time only."""
    if before.percent is not None and after.percent is not None:
        return before.percent > after.percent
    if before.minutes is not None and after.minutes is not None:
        return before.minutes > after.minutes
    return _side(before) > _side(after)


def _side(rung: RungDraft) -> int:
    """Before (-1), at (0) or after (1) the due time."""
    away = rung.minutes if rung.percent is None else rung.percent - WHOLE
    return (away > 0) - (away < 0) if away else 0


def _fault(
    rung: RungDraft, field: str, *, code: str, sentence: str, **params: object
) -> Invalid:
    return Invalid(code, sentence, field=f"r{rung.row}_{field}", **params)
