"""Asking customers how we recovered, by rule alone, and letting their answer count."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from cases.models import Guess, Survey
from cases.policy.surveys import OPEN_FOR, Meaning, meaning_of
from cases.selectors import letter_address
from cases.services.by_customer import say_not_solved, say_solved
from cases.services.contacts import write_contact
from cases.services.holding import Held, hold, keep, known, say
from cases.services.letters import SURVEY, send_letter
from cases.services.telling import tell_from_page
from cases.states import CASE, CaseState, ContactDirection, Solved
from recovery.escalation.services import settle_task
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import system_person

URGENT: Final = 2
_ASKS = gettext_noop("How did we put it right? Two questions, a minute of your time.")
_GONE = gettext_noop("This survey is not open any more.")
FIVES: Final = ("ease", "outcome", "fairness", "treatment", "information", "prevention")


@transaction.atomic
def ask_by_rule(*, case_id: int, task_id: int, now: datetime) -> bool:
    """Send the survey a rule has planned as a task, and end the task; whether it was sent.

    Nobody is asked who wants no surveys, nor twice for one round of a case. Where no address is
    known and it was serious, the task stays for a person to call; else it is let go.
    """
    held = hold(case_id=case_id, actor=system_person(), now=now)
    why_not = _why_not(held)
    if why_not is None:
        _ask(held)
    elif why_not == "":
        return False
    settle_task(
        task_id=task_id,
        done=why_not is None,
        outcome=gettext_noop("Sent by e-mail.") if why_not is None else why_not,
        now=now,
    )
    keep(held)
    return why_not is None


def _why_not(held: Held) -> str | None:
    """Why this customer is not asked by mail; "" leaves it to a person, None is no reason."""
    case, customer = held.case, held.case.customer
    if customer is not None and customer.no_surveys:
        return gettext_noop("They asked not to be asked.")
    if held.state == CaseState.MERGED:
        return gettext_noop("The case is part of another one.")
    if Survey.objects.filter(case=case, round=case.reopened_count).exists():
        return gettext_noop("They were asked already.")
    if letter_address(case):
        return None
    serious = held.item.priority <= URGENT
    return "" if serious else gettext_noop("No e-mail address is known.")


def _ask(held: Held) -> None:
    contact = write_contact(
        held,
        direction=ContactDirection.OUTGOING,
        channel=Channel.EMAIL,
        words=_ASKS,
        automatic=True,
        verb=SURVEY,
    )
    survey = Survey.objects.create(
        case=held.case,
        round=held.case.reopened_count,
        contact=contact,
        asked_at=held.now,
        open_until=held.now + OPEN_FOR,
    )
    send_letter(held, contact)
    say(held, "survey.asked", survey=survey.pk)


@transaction.atomic
def rate(*, survey_id: int, rating: int, now: datetime) -> Survey:
    """The first click, which is kept for good, and every later one, which counts.

    Raises Conflict once the survey was answered or closed, Invalid out of 1 to 5.
    """
    held, survey = _hold(survey_id, now)
    if rating not in range(1, 6):
        raise Invalid("unknown_code", gettext_noop("Choose one of the list."), field="rating")
    is_first = survey.first_rating is None
    if is_first:
        survey.first_rating, survey.first_rated_at = rating, now
    survey.rating = rating
    survey.save(update_fields=["first_rating", "first_rated_at", "rating"])
    if is_first:
        say(held, "survey.rated", survey=survey.pk, rating=rating)
    return survey


@transaction.atomic
def answer(
    *,
    survey_id: int,
    solved: str = "",
    recommend: int | None = None,
    fives: Mapping[str, int | None],
    words: str = "",
    now: datetime,
) -> Survey:
    """The rest of the answer. "Solved" confirms; "partly", "no" or a low rating reopens by rule.

    Raises Conflict before it was rated and once it was answered, Invalid for what no scale has.
    """
    held, survey = _hold(survey_id, now)
    if survey.rating is None:
        raise Conflict("not_rated", gettext_noop("Say first how we did, from 1 to 5."))
    survey.solved = known(solved, tuple(Solved), name="solved") if solved else ""
    survey.recommend = _within(recommend, 0, 10, name="recommend")
    for name in FIVES:
        setattr(survey, name, _within(fives.get(name), 1, 5, name=name))
    survey.words, survey.answered_at = words.strip(), now
    survey.save()
    say(held, "survey.answered", survey=survey.pk, rating=survey.rating, solved=survey.solved)
    _let_it_count(held, survey)
    return survey


def _let_it_count(held: Held, survey: Survey) -> None:
    """Do what the answer means, where the case's state allows it; leads hear of a low one."""
    meaning = meaning_of(survey.solved, survey.rating or 0)
    if meaning is Meaning.CONFIRMS and CASE.allows(held.state, "confirm_solved"):
        # What the law still owes keeps the case open, and the answer is kept all the same.
        with contextlib.suppress(Conflict), transaction.atomic():
            say_solved(case_id=held.item.pk, words=survey.words, now=held.now)
    elif meaning is Meaning.REOPENS and _can_reopen(held.state):
        said = survey.words or _in_words(survey)
        say_not_solved(case_id=held.item.pk, words=said, now=held.now)
    elif meaning is Meaning.REOPENS:
        tell_from_page(held, what="rated_low", leads_too=True)


def _can_reopen(state: str) -> bool:
    """A final answer is not undone by a survey: whoever leads the desk hears of it."""
    if state == CaseState.FINAL_RESPONSE:
        return False
    return CASE.allows(state, "confirm_not_solved") or CASE.allows(state, "complain_again")


def _in_words(survey: Survey) -> str:
    solved = Solved(survey.solved).word if survey.solved else "nothing"
    return f"Survey: rated {survey.rating} of 5; solved: {solved}."


@transaction.atomic
def guess(
    *,
    survey_id: int,
    rating: int,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Guess:
    """Write down how a colleague thinks the customer will rate, before anybody can know.

    Raises Conflict once the customer has clicked, or somebody has guessed.
    """
    held, survey = _held_survey(survey_id, actor, now, expected_version=expected_version)
    if survey.first_rating is not None or Guess.objects.filter(pk=survey.pk).exists():
        raise Conflict(
            "known_already",
            gettext_noop("The customer has answered, or somebody has guessed already."),
        )
    if rating not in range(1, 6):
        raise Invalid("unknown_code", gettext_noop("Choose one of the list."), field="rating")
    made = Guess.objects.create(survey=survey, by=actor, at=now, rating=rating)
    say(held, "survey.guessed", survey=survey.pk)
    keep(held)
    return made


def _hold(survey_id: int, now: datetime) -> tuple[Held, Survey]:
    held, survey = _held_survey(survey_id, system_person(), now)
    if survey.answered_at is not None:
        raise Conflict("answered", gettext_noop("You have answered already. Thank you."))
    if now >= survey.open_until:
        raise Conflict("closed", _GONE)
    return held, survey


def _held_survey(
    survey_id: int, actor: Person, now: datetime, *, expected_version: int | None = None
) -> tuple[Held, Survey]:
    case_id = Survey.objects.filter(pk=survey_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound("not_found", _GONE)
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    return held, Survey.objects.get(pk=survey_id)


def _within(value: int | None, least: int, most: int, *, name: str) -> int | None:
    if value is not None and not least <= value <= most:
        raise Invalid("unknown_code", gettext_noop("Choose one of the list."), field=name)
    return value
