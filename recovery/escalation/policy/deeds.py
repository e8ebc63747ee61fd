"""What a rule or a rung may do beyond telling: give the case away, open a task."""

from collections.abc import Iterator
from typing import Final, Protocol

from recovery.escalation.states import Tells
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

MOST_TASK_DAYS: Final = 90
# Circles whose people hold cases; the others decide and oversee.
HOLDERS: Final = frozenset({Tells.DESK_LEAD, Tells.UPPER_LEAD, Tells.PROCESS_OWNER})


class Deeds(Protocol):
    """A draft that gives the case to one of those it tells, or opens a task, as somebody wrote it."""

    @property
    def tells(self) -> str: ...
    @property
    def assigns(self) -> bool: ...
    @property
    def task_kind(self) -> str: ...
    @property
    def task_words(self) -> str: ...
    @property
    def task_days(self) -> int | None: ...


def giving_faults(draft: Deeds, *, row: str = "") -> Iterator[Invalid]:
    """Why the case cannot be given to those told; fields begin with `row`."""
    if draft.assigns and draft.tells == Tells.OWNER:
        yield Invalid(
            "circular",
            gettext_noop(
                "It would go round in a circle: whoever holds the case has it already."
            ),
            field=f"{row}assigns",
        )
    elif draft.assigns and draft.tells not in HOLDERS:
        yield Invalid(
            "holds_no_cases",
            gettext_noop(
                "Only a lead or a process owner can be given a case. Choose one to tell."
            ),
            field=f"{row}assigns",
        )


def task_faults(draft: Deeds, *, row: str = "") -> Iterator[Invalid]:
    """What is missing of a task, or too much; fields begin with `row`."""
    if not draft.task_kind:
        if draft.task_words.strip() or draft.task_days:
            yield Invalid(
                "which_task",
                gettext_noop("Choose what kind of task it is."),
                field=f"{row}task_kind",
            )
        return
    if not draft.task_words.strip():
        yield Invalid(
            "blank", gettext_noop("Say what is to be done."), field=f"{row}task_words"
        )
    if not draft.task_days or not 1 <= draft.task_days <= MOST_TASK_DAYS:
        yield Invalid(
            "no_days",
            gettext_noop("Give it 1 to %(most)s working days."),
            field=f"{row}task_days",
            most=MOST_TASK_DAYS,
        )
