"""What a rule may say: refused with the reason is one that could never fire, or does nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from recovery.escalation.policy.deeds import giving_faults, task_faults
from recovery.escalation.policy.drafts import MOST_REPEATS, SHORTEST_REPEAT
from recovery.escalation.policy.people import circles_behind
from recovery.escalation.policy.triggers import BY_TIME, TRIGGERS
from recovery.escalation.states import HIGHEST, Tells, Trigger
from recovery.failures.policy import FACTS, Fact
from recovery.kernel.conditions import Condition, Op, checked
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import Word, gettext_noop

MOST_WAIT: Final = 366 * 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as somebody wrote it into a form; minutes are working time with `in_hours`."""

    trigger: Trigger
    wait_minutes: int = 0
    in_hours: bool = False
    when: tuple[Condition, ...] = ()
    every: int | None = None
    most: int | None = None
    tells: str = ""
    level: int = 0
    assigns: bool = False
    task_kind: str = ""
    task_words: str = ""
    task_days: int | None = None


def faults_of_rule(draft: RuleDraft, *, held: Collection[str]) -> list[Invalid]:
    """Everything wrong with a rule, each about a field; `held` are the circles with anybody."""
    return [
        *_when_faults(draft),
        *_wait_faults(draft),
        *_deed_faults(draft),
        *giving_faults(draft),
        *_circle_faults(draft, held),
        *task_faults(draft),
    ]


def _when_faults(draft: RuleDraft) -> Iterator[Invalid]:
    try:
        checked(draft.when, FACTS)
    except Invalid as refusal:
        yield from refusal.parts
        return
    tracks = {each.value for each in TRIGGERS[draft.trigger].tracks}
    for each in draft.when:
        if each.fact == Fact.TRACK and each.op is Op.IS and not tracks & set(each.values):
            yield Invalid(
                "never_fires",
                gettext_noop("This never happens on a case of that track. Choose another."),
                field="trigger",
            )


def _wait_faults(draft: RuleDraft) -> Iterator[Invalid]:
    if draft.trigger in BY_TIME and draft.wait_minutes <= 0:
        yield Invalid("no_time", gettext_noop("Say after how much time."), field="wait_amount")
    if draft.wait_minutes > MOST_WAIT:
        yield Invalid(
            "beyond",
            gettext_noop("At most a year: beyond that it would never fire."),
            field="wait_amount",
        )
    if draft.every is None and draft.most in {None, 1}:
        return
    if draft.every is None or draft.every < SHORTEST_REPEAT or draft.every > MOST_WAIT:
        yield Invalid(
            "no_interval",
            gettext_noop("Say after how many minutes again, at least %(least)s."),
            field="every",
            least=SHORTEST_REPEAT,
        )
    if draft.most is None or not 2 <= draft.most <= MOST_REPEATS:
        yield Invalid(
            "no_limit",
            gettext_noop("Say how many times at most, from 2 to %(most)s, or do not repeat."),
            field="most",
            most=MOST_REPEATS,
        )
    if draft.task_kind:
        yield Invalid(
            "task_repeats",
            gettext_noop("A rule that opens a task cannot repeat: the task itself reminds."),
            field="every",
        )


def _deed_faults(draft: RuleDraft) -> Iterator[Invalid]:
    if not (draft.tells or draft.level or draft.task_kind):
        yield Invalid(
            "does_nothing",
            gettext_noop("This rule would do nothing. Let it tell, raise or open a task."),
            field="tells",
        )
    if not 0 <= draft.level <= HIGHEST:
        yield Invalid("no_such_tier", gettext_noop("There is no such tier."), field="level")
    if draft.level and TRIGGERS[draft.trigger].after_end:
        yield Invalid(
            "has_ended", gettext_noop("A case that has ended does not rise."), field="level"
        )
    if draft.assigns and TRIGGERS[draft.trigger].after_end:
        yield Invalid(
            "has_ended",
            gettext_noop("A case that has ended is given to nobody."),
            field="assigns",
        )


def _circle_faults(draft: RuleDraft, held: Collection[str]) -> Iterator[Invalid]:
    if draft.tells == Tells.DEPUTY:
        yield Invalid(
            "support_only",
            gettext_noop("Only support has deputies, and rules leave support alone."),
            field="tells",
        )
    elif draft.tells and not any(each in held for each in circles_behind(Tells(draft.tells))):
        yield Invalid(
            "nobody_there",
            gettext_noop(
                "Nobody is “%(who)s” and nobody stands behind them. Name a lead first."
            ),
            field="tells",
            who=Word(Tells(draft.tells).word),
        )
