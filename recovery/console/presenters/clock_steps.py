"""The steps of an explanation, in words and in the order things happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from recovery.clocks.policy import Moment
from recovery.clocks.policy.explaining import Change, Explanation, Hold
from recovery.clocks.presenters import whose
from recovery.clocks.selectors import ClockFile
from recovery.clocks.states import ClockKind, ClockVerb
from recovery.console.presenters.clock_standard import days_words, standard_words
from recovery.console.presenters.clock_sums import (
    amount,
    odd_words,
    special_words,
    week_words,
)
from recovery.failures.policy import PriorityReason
from recovery.failures.states import TrackKind
from recovery.kernel.hours import Schedule
from recovery.kernel.text import gettext_noop
from recovery.web.words import day as day_words
from recovery.web.words import moment

# Reasons that rules write into a history; people's own words stand as they are.
_REASONS: Mapping[str, str] = {
    "customer": gettext_noop("waiting for the customer"),
    "waited long enough": gettext_noop("its pauses had taken all they may"),
    "failure.edited": gettext_noop("the facts of the failure were corrected"),
    "failure.priority_raised": gettext_noop("the failure was made more urgent"),
    "case.assessed": gettext_noop("somebody is at risk now"),
    "case.double_deviation": gettext_noop("the recovery failed as well"),
    "case.handed_over": gettext_noop("passed to another desk"),
}
_PRIORITY: Mapping[str, str] = {each.value: each.word for each in PriorityReason} | {
    "raised": gettext_noop("somebody made it more urgent")
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is about, when (None: at no one time), and the sentences."""

    head: str
    words: Sequence[str]
    at: datetime | None = None


def steps_of(
    file: ClockFile, told: Explanation, schedule: Schedule, *, now: datetime
) -> list[Step]:
    """From the standard to the last thing that moved the due time."""
    steps = [
        _standard(file), _target(file, told), _hours(file, schedule), _started(file, told, now)
    ]  # fmt: skip
    steps += _history(file, told, now)
    if between := _between(file, told, now):
        steps.append(Step(_("Special days between start and due"), between))
    return steps


def _standard(file: ClockFile) -> Step:
    if file.version is None and file.promise is not None:
        return Step(
            _("Which standard"),
            [
                _("None: this time was promised. No calendar, desk or priority moves it."),
                f"“{file.promise.words}” ({whose(file.promise)})",
            ],
        )
    if file.version is None:
        return Step(_("Which standard"), [_("None: this time was set by hand.")])
    return Step(_("Which standard"), standard_words(file.version))


def _target(file: ClockFile, told: Explanation) -> Step:
    item, begun = file.clock.item, told.begun
    time = amount(begun.seconds)
    if file.version and (counted := days_words(file.version)):
        return Step(_("How much time"), [counted, _("That is %(time)s.") % {"time": time}])
    if item.kind == TrackKind.EMPLOYEE or begun.priority is None:
        return Step(_("How much time"), [_("It gives %(time)s.") % {"time": time}])
    words = [_("P%(priority)d gives %(time)s.") % {"priority": begun.priority, "time": time}]
    failure = item.failure
    if failure is not None and failure.priority == begun.priority:
        why = _(_PRIORITY.get(failure.priority_reason, failure.priority_reason))
        words.append(
            _("It is P%(priority)d: %(why)s.") % {"priority": begun.priority, "why": why}
        )
    return Step(_("How much time"), words)


def _hours(file: ClockFile, schedule: Schedule) -> Step:
    calendar = file.clock.calendar
    if calendar is None or calendar.always:
        sentence = _("Around the clock: nights, weekends and holidays count (%(zone)s).")
        return Step(_("Which hours count"), [sentence % {"zone": schedule.zone}])
    names = {day: str(word) for day, word in WEEKDAYS_ABBR.items()}
    return Step(
        _("Which hours count"),
        [
            _("Those of “%(calendar)s” (%(zone)s): %(hours)s.")
            % {
                "calendar": calendar.name,
                "zone": schedule.zone,
                "hours": week_words(calendar.week, names),
            }
        ],
    )


def _started(file: ClockFile, told: Explanation, now: datetime) -> Step:
    due_at = moment(file.clock.original_due_at, now=now, form="full")
    words = [_("By %(who)s.") % {"who": told.begun.by}]
    if file.clock.instance > 1 and file.clock.kind != ClockKind.REGULATORY:
        words.append(
            _("It is number %(count)d of its kind here.") % {"count": file.clock.instance}
        )
    words.append(_("That made it due on %(due)s.") % {"due": due_at})
    return Step(_("Start"), words, told.course.started_at)


def _history(file: ClockFile, told: Explanation, now: datetime) -> Iterator[Step]:
    """Pauses, changes and other hours, in the order of their times."""
    found = [(hold.begun.at, _paused(hold, now)) for hold in told.holds]
    found += [(change.moment.at, _changed(change, file, now)) for change in told.changes]
    found += [
        (
            each.at,
            Step(_("Working hours changed"), _moved(_was(file, each), each, now), each.at),
        )
        for each in file.history
        if each.verb is ClockVerb.CALENDAR
    ]
    yield from (step for _at, step in sorted(found, key=lambda pair: pair[0]))


def _was(file: ClockFile, moment_: Moment) -> datetime | None:
    """When the clock was due before an entry, as it was said then."""
    history = file.history
    place = history.index(moment_)
    return history[place - 1].due_at if place else None


def _moved(was: datetime | None, now_due: Moment, now: datetime) -> list[str]:
    if now_due.due_at is None:
        return []
    due_at = moment(now_due.due_at, now=now, form="full")
    if was is None or was == now_due.due_at:
        return [_("It was due on %(due)s after that.") % {"due": due_at}]
    return [
        _("It was due on %(due)s after that, before on %(was)s.")
        % {"due": due_at, "was": moment(was, now=now, form="full")}
    ]


def _paused(hold: Hold, now: datetime) -> Step:
    words = [_said(hold.begun)]
    held = amount(hold.held.total_seconds())
    if hold.ended_at is None:
        words.append(_("It still stands still."))
    elif hold.resumed is not None:
        at = moment(hold.ended_at, now=now, form="full")
        words.append(_("It ran on from %(at)s.") % {"at": at} + " " + _said(hold.resumed))
    words.append(
        _("This held the time back by %(held)s: only hours that count.") % {"held": held}
    )
    if hold.is_capped:
        words.append(_("Pauses may take no more: from there on the time runs."))
    return Step(_("Paused"), words, hold.begun.at)


def _changed(change: Change, file: ClockFile, now: datetime) -> Step:
    moment_ = change.moment
    time = {"before": amount(change.before), "after": amount(change.after)}
    words = [_said(moment_)]
    if moment_.verb is ClockVerb.AGREE:
        head = _("Another time agreed with the customer, as can be done once")
        if file.promise is not None and file.promise.consent:
            words.append(f"“{file.promise.consent}”")
    elif moment_.verb is ClockVerb.EXTEND:
        head = _("More time given by hand")
        words.append(_("%(before)s became %(after)s.") % time)
    elif moment_.verb is ClockVerb.DESK:
        head = _("Passed to another desk")
        words.append(
            _(
                "What was used stays used; what was left counts in the hours of this desk. Counted "
                "so from the start that makes %(after)s, before it was %(before)s."
            )
            % time
        )
    else:
        head = _("It became P%(priority)s") % {"priority": moment_.priority}
        words.append(_("%(after)s instead of %(before)s, counted from the start.") % time)
        nominal = (file.version.targets if file.version else {}).get(str(moment_.priority))
        if nominal is not None and change.after > nominal:
            words.append(
                _("The standard says %(time)s; what had passed by then is not counted as late.")
                % {"time": amount(nominal)}
            )
    return Step(head, words + _moved(_was(file, moment_), moment_, now), moment_.at)


def _said(entry: Moment) -> str:
    """Who did it and why: "By Ana Silva: waiting for the customer."."""
    reason = _(_REASONS.get(entry.reason, entry.reason)) if entry.reason else ""
    if not reason:
        return _("By %(who)s.") % {"who": entry.by}
    return _("By %(who)s: %(reason)s.") % {"who": entry.by, "reason": reason.rstrip(".")}


def _between(file: ClockFile, told: Explanation, now: datetime) -> list[str]:
    said = [*special_words(told, file.day_names)]
    said += [(day, odd_words(length)) for day, length in told.odd_days]
    return [f"{day_words(day, now=now)}: {words}." for day, words in sorted(said)]
