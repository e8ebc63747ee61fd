"""The words of one message to many people: checked once, filled for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cases.models import Customer, Outreach
from cases.policy import MOST_MINOR
from cases.policy.outreach import PLACES, first_name_of
from cases.services.holding import MOST_LINE, known, words_of
from cases.states import LineKind, RemedyKind
from recovery.kernel.filling import fill, is_broken, places_in
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation
from recovery.web.words import money

FREE = frozenset({RemedyKind.APOLOGY, RemedyKind.EXPLANATION})

_UNFILLED = gettext_noop("The message names this, so fill it in.")
_NOT_THEIRS = gettext_noop(
    "Say what happened to them: put {{ what_happened }} into the message. Words that fit anybody "
    "do not count as telling them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What each person is offered; `amount_minor` None takes what their list says."""

    line: str
    kind: str
    words: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A message with places, and what they are filled with for everybody."""

    words: str
    what_happened: str = ""
    next_step: str = ""
    when: datetime | None = None
    gift: Gift | None = None


def check_wording(wording: Wording, *, now: datetime) -> None:
    """Raise Invalid with everything that is wrong with a message, each under its field."""
    wrong: list[Invalid] = []

    def fault(code: str, sentence: str, /, *, field: str = "words", **params: object) -> None:
        wrong.append(Invalid(code, sentence, field=field, **params))

    try:
        text = words_of(wording.words, ask=gettext_noop("Write what you tell them."))
    except Invalid as refusal:
        raise Invalid.gather([refusal]) from refusal
    places = places_in(text)
    unknown = [each for each in places if each not in PLACES]
    if unknown or is_broken(text):
        fault(
            "unknown_place",
            gettext_noop("There is no {{ %(name)s }} to fill in. These are known: %(known)s."),
            name=unknown[0] if unknown else "",
            known=PLACES,
        )
    wrong += _faults_of_places(wording, places)
    if wording.when is not None and wording.when <= now:
        fault("past", gettext_noop("Choose a time from now on."), field="when")
    wrong += _faults_of_gift(wording.gift, named="remedy" in places)
    if wrong:
        raise Invalid.gather(wrong)


def _faults_of_places(wording: Wording, places: list[str]) -> list[Invalid]:
    values = {
        "what_happened": wording.what_happened.strip(),
        "next": wording.next_step.strip(),
        "when": wording.when,
    }
    found = [
        Invalid("blank", _UNFILLED, field="next_step" if place == "next" else place)
        for place, value in values.items()
        if place in places and not value
    ]
    if "what_happened" not in places:
        found.append(Invalid("not_theirs", _NOT_THEIRS, field="words"))
    return found


def _faults_of_gift(gift: Gift | None, *, named: bool) -> list[Invalid]:
    if gift is None:
        if not named:
            return []
        sentence = gettext_noop(
            "The message names a remedy. Say what they get, or take it out."
        )
        return [Invalid("no_remedy", sentence, field="remedy_line")]
    found = []
    try:
        known(gift.line, tuple(LineKind), name="remedy_line")
        known(gift.kind, tuple(RemedyKind), name="remedy_kind")
        words_of(gift.words, name="remedy_words", most=MOST_LINE)
    except Invalid as refusal:
        found.append(refusal)
    if gift.amount_minor is not None and not 0 <= gift.amount_minor <= MOST_MINOR:
        sentence = gettext_noop("Give an amount from nothing to one million.")
        found.append(Invalid("amount_out_of_range", sentence, field="amount"))
    if gift.amount_minor == 0 and gift.kind not in FREE:
        sentence = gettext_noop("Say how much each of them gets.")
        found.append(Invalid("amount_missing", sentence, field="amount"))
    if not named:
        sentence = gettext_noop("Say what they get: put {{ remedy }} into the message.")
        found.append(Invalid("remedy_unsaid", sentence, field="words"))
    return found


def wording_of(outreach: Outreach) -> Wording:
    """The message of an outreach as it was checked."""
    gift = None
    if outreach.remedy_line:
        gift = Gift(
            line=outreach.remedy_line,
            kind=outreach.remedy_kind,
            words=outreach.remedy_words,
            amount_minor=outreach.remedy_minor,
        )
    return Wording(
        words=outreach.words,
        what_happened=outreach.what_happened,
        next_step=outreach.next_step,
        when=outreach.when,
        gift=gift,
    )


def filled(wording: Wording, customer: Customer | None, amount_minor: int) -> str:
    """The message as one person reads it, in the time of the organisation."""
    return fill(wording.words, _values(wording, customer, amount_minor)).strip()


def _values(
    wording: Wording, customer: Customer | None, amount_minor: int
) -> Mapping[str, str]:
    ours = organisation()
    return {
        "first_name": first_name_of(customer.name if customer else "") or _("customer"),
        "what_happened": wording.what_happened.strip(),
        "next": wording.next_step.strip(),
        "when": _moment(wording.when, ZoneInfo(ours.zone)) if wording.when else "",
        "remedy": _remedy(wording.gift, amount_minor, ours.currency),
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = timezone.localtime(at, zone)
    day, time = formats.date_format(local, "l j F"), formats.time_format(local, "H:i")
    return f"{day}, {time}"


def _remedy(gift: Gift | None, amount_minor: int, currency: str) -> str:
    if gift is None:
        return ""
    if not amount_minor:
        return gift.words
    return _("%(words)s (%(amount)s)") % {
        "words": gift.words,
        "amount": money(amount_minor, currency),
    }
