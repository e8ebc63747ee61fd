"""Which standard and why: every candidate in the order it is looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.clocks.policy import Candidate, Passed, StandardCard, candidates
from recovery.clocks.services import law_plan, planned_by
from recovery.clocks.states import Basis
from recovery.console.presenters.conditions import conditions_words
from recovery.console.selectors.standards import Subject
from recovery.org.selectors import schedule_of
from recovery.web.words import moment


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One candidate: `holds` says it is the one; `due` is when, in the zone it is told in."""

    standard_id: int
    name: str
    number: int
    is_draft: bool
    holds: bool
    why: str
    due: str


def trial_rows(
    cards: Iterable[StandardCard], subject: Subject, *, now: datetime
) -> Sequence[TrialRow]:
    """Look at each standard of a kind as for a clock that starts at `subject.at`."""
    found = candidates(cards, when=subject.when, facts=subject.facts, priority=subject.priority)
    return [
        TrialRow(
            standard_id=each.card.standard_id,
            name=each.card.name,
            number=each.card.number,
            is_draft=each.card.is_draft,
            holds=each.passed is None,
            why=_why(each, subject, now),
            due=_due(each.card, subject, now) if each.passed is None else "",
        )
        for each in found
    ]


def _why(each: Candidate, subject: Subject, now: datetime) -> str:
    card = each.card
    if each.passed is None:
        if not card.conditions:
            return _("It holds for everybody it comes to.")
        return _("Because %(conditions)s.") % {"conditions": conditions_words(card.conditions)}
    if each.passed is Passed.CONDITIONS:
        said = conditions_words(each.unmet)
        return _("Asks that %(conditions)s.") % {"conditions": said}
    if each.passed is Passed.NOT_THEN:
        at = moment(subject.when.by(card.basis), now=now, form="full")
        how = _("when it happened") if card.basis is Basis.OCCURRED else _("when it came in")
        return _("Not in force %(how)s (%(at)s).") % {"how": how, "at": at}
    return {
        Passed.RETIRED: _("Retired."),
        Passed.NO_TIME: _("Names no time for P%(priority)d.") % {"priority": subject.priority},
        Passed.LATER: _("Holds as well, but comes later."),
    }.get(each.passed, "")


def _due(card: StandardCard, subject: Subject, now: datetime) -> str:
    if card.legal:
        planned = law_plan(card, priority=subject.priority, at=subject.at)
    else:
        planned = planned_by(
            card,
            seconds=card.targets[subject.priority],
            priority=subject.priority,
            department_id=subject.department_id,
            at=subject.at,
        )
    zone = schedule_of(planned.calendar_id).zone
    return moment(planned.due_at.astimezone(zone), now=now, form="full")
