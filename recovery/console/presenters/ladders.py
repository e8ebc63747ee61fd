"""Rungs in words a colleague would use."""

from django.utils.translation import gettext as _

from recovery.clocks.states import ClockKind
from recovery.escalation.policy import RungCard
from recovery.escalation.policy.rungs import WHOLE
from recovery.escalation.states import Tells
from recovery.web.words import MINUTE, duration


def kind_words(kind: str) -> str:
    """What a clock is about; a kind no longer known is shown as it is."""
    known = {each.value: each.word for each in ClockKind}
    return _(known.get(kind, kind))


def tells_words(tells: str) -> str:
    """The circle a rung tells."""
    return _(Tells(tells).word)


def anchor_words(rung: RungCard) -> str:
    """When a rung is reached: "when 75 % of the time is used", "30 min after it is due"."""
    if rung.percent == WHOLE or (rung.percent is None and rung.minutes == 0):
        return _("when its time is over")
    if rung.percent is not None:
        return _("when %(percent)s %% of the time is used") % {"percent": rung.percent}
    facts = {"duration": duration(abs(rung.minutes) * MINUTE)}
    if rung.in_real_time:
        said = _("%(duration)s before it is due, by the wall clock")
        late = _("%(duration)s after it is due, by the wall clock")
    else:
        said = _("%(duration)s before it is due")
        late = _("%(duration)s after it is due")
    return (late if rung.minutes > 0 else said) % facts


def manner_words(rung: RungCard) -> str:
    """How a rung fires beyond once at any hour; nothing for a plain one."""
    parts = []
    if rung.most > 1:
        parts.append(
            _("again every %(duration)s, %(most)s times at most")
            % {"duration": duration(rung.every * MINUTE), "most": rung.most}
        )
    if rung.in_hours:
        parts.append(_("only in working hours"))
    return ", ".join(parts)


def times_words(number: int, most: int) -> str:
    """Which of its repeats this is; nothing for a rung that fires once."""
    if most == 1:
        return ""
    return _("time %(number)s of %(most)s") % {"number": number, "most": most}
