"""What may be promised, and what may become of a promise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop

LONGEST: Final = timedelta(days=366)
MOST_WORDS: Final = 2000
MOST_NAME: Final = 160


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """A promise before it is made. `shift_ends` is when its holder goes home, None at once."""

    words: str
    to_whom: str
    due_at: datetime
    has_desk: bool
    has_holder: bool
    shift_ends: datetime | None


def faults_of(draft: PromiseDraft, *, now: datetime) -> list[Invalid]:
    """Everything that speaks against it, each under its field."""
    return [
        *worded(
            draft.words, ask=gettext_noop("Write what you promise, as the customer heard it.")
        ),
        *_named(draft.to_whom),
        *timed(draft.due_at, now=now),
        *_owned(draft),
    ]


def worded(text: str, *, ask: str, field: str = "words") -> Iterator[Invalid]:
    """What is wrong with words that must be given."""
    if not text.strip():
        yield Invalid("blank", ask, field=field)
    elif len(text) > MOST_WORDS:
        yield Invalid(
            "too_long",
            gettext_noop("Shorten this to %(most)s characters."),
            field=field,
            most=MOST_WORDS,
        )
    elif "\x00" in text:
        yield Invalid(
            "not_text", gettext_noop("Take out what is not text and try again."), field=field
        )


def timed(due_at: datetime, *, now: datetime) -> Iterator[Invalid]:
    """What is wrong with the time that is promised."""
    if due_at <= now:
        yield Invalid(
            "past",
            gettext_noop("This time has passed already. Promise a time to come."),
            field="due_at",
        )
    elif due_at - now > LONGEST:
        yield Invalid(
            "too_far",
            gettext_noop("Nobody can promise more than a year ahead. Give an earlier time."),
            field="due_at",
        )


def refuse_later(*, was: datetime, wanted: datetime, renegotiated: bool, now: datetime) -> None:
    """Raise unless another time may be agreed: once, before it is due, to a later one."""
    if renegotiated:
        raise Conflict(
            "renegotiated",
            gettext_noop("Another time was agreed once already. Keep it, or say why not."),
        )
    if was <= now:
        raise Conflict(
            "over",
            gettext_noop("It has fallen due: it was not kept in time, and that stays so."),
        )
    faults = list(timed(wanted, now=now))
    if not faults and wanted <= was:
        faults = [
            Invalid(
                "not_later",
                gettext_noop("This is not later than what was promised. Just keep it sooner."),
                field="due_at",
            )
        ]
    if faults:
        raise Invalid.gather(faults)


def _named(to_whom: str) -> Iterator[Invalid]:
    if len(to_whom) > MOST_NAME or "\x00" in to_whom:
        yield Invalid(
            "too_long",
            gettext_noop("Shorten this to %(most)s characters."),
            field="to_whom",
            most=MOST_NAME,
        )


def _owned(draft: PromiseDraft) -> Iterator[Invalid]:
    if draft.has_desk:
        return
    if not draft.has_holder:
        yield Invalid("nobodys", gettext_noop("Say which desk answers for it."), field="desk")
    elif draft.shift_ends is None or draft.due_at > draft.shift_ends:
        yield Invalid(
            "beyond_shift",
            gettext_noop("This is beyond the shift of whoever holds it. Give a desk as well."),
            field="desk",
        )
