"""Did it work? The plan and its looks in sentences, and the interval as a drawing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.models import Look, VerificationPlan
from processes.policy.learning import FIXING
from processes.policy.proof import final_result, is_weak, least_baseline, most_allowed
from processes.selectors import CaseFile
from processes.states import Result

# The ratio's axis is logarithmic; what lies outside is drawn to its edge.
LOWEST: Final = 0.1
HIGHEST: Final = 4.0
TICKS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
LEFT: Final = 16
WIDTH: Final = 388

_WORDS: Final = {
    Result.PROVEN: ("ok", "circle-check"),
    Result.IMPROVED: ("ok", "circle-check"),
    Result.NOT_SHOWN: ("warn", "triangle-alert"),
    Result.WORSE: ("bad", "octagon-alert"),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Places on the axis of the interval drawing, in its own units."""

    low: float
    high: float
    value: float
    target: float
    even: float
    band: float
    left: int
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look, planned or taken."""

    number: int
    day: datetime | None
    days: int
    taken: bool
    counts: str
    interval: str
    result: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The plan and what its looks have shown so far."""

    metric: str
    baseline: str
    left_out: str
    target: str
    power: str
    is_weak: bool
    least: str
    reopens: str
    written: str
    late: str
    approved: str
    looks: Sequence[LookRow]
    result: str
    kind: str
    icon: str
    sentence: str
    ahead: str
    drawing: Drawing | None


def proof_of(file: CaseFile) -> Proof | None:
    """Put the plan and its looks into words; None without a plan. No query."""
    plan = file.plan
    if plan is None:
        return None
    last = file.looks[-1] if file.looks else None
    result = final_result([look.result for look in file.looks])
    shown = result or (Result(last.result) if last else None)
    kind, icon = _WORDS[shown] if shown else ("", "")
    return Proof(
        metric=plan.metric,
        baseline=_counts(plan.baseline_count, plan.baseline_days),
        left_out=plan.left_out,
        target=_ratio(float(plan.target_ratio)),
        power=_power_words(plan),
        is_weak=is_weak(plan.power_seventy),
        least=_least_words(plan),
        reopens=_reopen_words(plan),
        written=_("%(who)s, %(day)s")
        % {"who": plan.written_by.name, "day": _day(plan.written_at)},
        late=late_words(file),
        approved=_("%(who)s, %(day)s")
        % {"who": plan.approved_by.name, "day": _day(plan.approved_at)}
        if plan.approved_by and plan.approved_at
        else "",
        looks=_rows(file, plan),
        result=_(shown.word) if shown else "",
        kind=kind,
        icon=icon,
        sentence=sentence_of(plan, last) if last else "",
        ahead=_ahead_words(file, plan),
        drawing=drawing_of(last, float(plan.target_ratio)) if last else None,
    )


def sentence_of(plan: VerificationPlan, look: Look) -> str:
    """Say what was counted and what it means, with the interval and the chance in words."""
    facts = {
        "before": _counts(plan.baseline_count, plan.baseline_days),
        "after": _counts(look.count, look.days),
        "ratio": _ratio(look.ratio),
        "low": _ratio(look.lower),
        "high": _ratio(look.upper) if look.upper is not None else _("no bound"),
        "p": formats.number_format(max(look.p_value, 0.0001), 2 if look.p_value >= 0.01 else 4),
        "target": _ratio(float(plan.target_ratio)),
    }
    said = _(
        "%(before)s before, %(after)s after: %(ratio)s of the old rate, interval %(low)s to "
        "%(high)s."
    )
    meaning = {
        Result.PROVEN: _("The upper end lies below the target of %(target)s: proven."),
        Result.IMPROVED: _(
            "Better than before, and at most %(target)s as counted; the target is not proven."
        ),
        Result.NOT_SHOWN: _("Better than before, but short of the target of %(target)s.")
        if look.upper is not None and look.upper < 1
        else _(
            "Too little to tell from chance (p = %(p)s; each of three looks asks for under "
            "0.017): not a pass, not a fail."
        ),
        Result.WORSE: _("Even the lower end lies above the target of %(target)s: it failed."),
    }[Result(look.result)]
    return f"{said} {meaning}" % facts


def drawing_of(look: Look, target: float) -> Drawing:
    """Place a look's interval on the axis."""
    return Drawing(
        low=_place(look.lower),
        high=_place(look.upper if look.upper is not None else math.inf),
        value=_place(look.ratio),
        target=_place(target),
        even=_place(1.0),
        band=round(_place(target) - LEFT, 1),
        left=LEFT,
        ticks=[(_place(each), f"×{each:g}") for each in TICKS],
    )


def _place(ratio: float) -> float:
    inside = min(max(ratio, LOWEST), HIGHEST)
    share = math.log(inside / LOWEST) / math.log(HIGHEST / LOWEST)
    return round(LEFT + WIDTH * share, 1)


def late_words(file: CaseFile) -> str:
    """Say by how much the plan was written after the fix; nothing when it came first."""
    if file.plan is None:
        return ""
    done = [
        each.done_at
        for each in file.actions
        if each.done_at and each.kind in FIXING and each.round == file.case.round
    ]
    changed = [*done, *([file.case.implemented_at] if file.case.implemented_at else [])]
    if not changed or min(changed) >= file.plan.written_at:
        return ""
    days = max(1, (file.plan.written_at - min(changed)).days)
    return ngettext(
        "written %(count)d day after the fix", "written %(count)d days after the fix", days
    ) % {"count": days}


def _rows(file: CaseFile, plan: VerificationPlan) -> list[LookRow]:
    taken = {look.number: look for look in file.looks}
    started = file.case.implemented_at
    rows = []
    for number, days in enumerate(plan.look_days, start=1):
        look = taken.get(number)
        kind, icon = _WORDS[Result(look.result)] if look else ("", "clock")
        rows.append(
            LookRow(
                number=number,
                day=look.at if look else started + timedelta(days=days) if started else None,
                days=look.days if look else days,
                taken=look is not None,
                counts=_counts(look.count, look.days) if look else "",
                interval=_interval(look) if look else "",
                result=_(Result(look.result).word) if look else _("planned"),
                kind=kind,
                icon=icon,
            )
        )
    return rows


def _interval(look: Look) -> str:
    high = _ratio(look.upper) if look.upper is not None else _("no bound")
    return _("%(ratio)s (%(low)s to %(high)s)") % {
        "ratio": _ratio(look.ratio),
        "low": _ratio(look.lower),
        "high": high,
    }


def _ahead_words(file: CaseFile, plan: VerificationPlan) -> str:
    """Say what the next look would need: "On 1 Jul: improved with at most 2, proven with 0"."""
    if file.next_look_at is None:
        return ""
    days = plan.look_days[len(file.looks)]
    before = (plan.baseline_count, plan.baseline_days)
    target = float(plan.target_ratio)
    improved = most_allowed(Result.IMPROVED, before, days=days, target=target)
    proven = most_allowed(Result.PROVEN, before, days=days, target=target)
    facts = {"day": _day(file.next_look_at), "improved": improved, "proven": proven}
    if improved is None:
        said = _("On %(day)s even no recurrence at all would be too little to show anything.")
    elif proven is None:
        said = _("On %(day)s: improved with at most %(improved)s in all; proven not yet.")
    else:
        said = _(
            "On %(day)s: improved with at most %(improved)s in all, proven with at most "
            "%(proven)s."
        )
    so_far = ngettext("%(count)d so far.", "%(count)d so far.", file.recurrences)
    return f"{said % facts} {so_far % {'count': file.recurrences}}"


def _power_words(plan: VerificationPlan) -> str:
    return _(
        "Of simulated watches, %(half)s %% end improved or better if the fix halves the rate, "
        "%(seventy)s %% if it cuts it by 70 %%."
    ) % {
        "half": round(plan.power_half * 100),
        "seventy": round(plan.power_seventy * 100),
    }


def _least_words(plan: VerificationPlan) -> str:
    least = least_baseline(
        baseline_days=plan.baseline_days,
        watched_days=plan.look_days[-1],
        target=float(plan.target_ratio),
    )
    if plan.baseline_count >= least:
        return ""
    return _(
        "With %(count)s before, even no recurrence at all cannot prove the target; it takes "
        "%(least)s."
    ) % {"count": plan.baseline_count, "least": least}


def _reopen_words(plan: VerificationPlan) -> str:
    if plan.reopen_limit == 0:
        return _("Should never happen again: one confirmed recurrence reopens it.")
    return _(
        "More than %(limit)s confirmed recurrences in %(days)s days reopen it; one, where safety "
        "is at stake."
    ) % {"limit": plan.reopen_limit, "days": plan.reopen_days}


def _counts(count: int, days: int) -> str:
    return _("%(count)s in %(days)s days") % {"count": count, "days": days}


def _ratio(value: float) -> str:
    return formats.number_format(value, 2)


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "j M Y")
