"""Complaints from the public form: the one intake verb, and the same text is the same case."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cases.services.by_customer import say_something
from recovery.coordination.selectors import Reported
from recovery.coordination.services import (
    Report,
    Submitted,
    answered_before,
    submit_reports,
)
from recovery.org.selectors import system_person

ROUTE: Final = "complain"
SAME_WITHIN: Final = timedelta(days=1)


def take_complaint(*, report: Report, sender: str, now: datetime) -> int:
    """Take a complaint from `sender`, an address of the network; returns its customer case.

    The same words from the same sender within a day are the same case, unless somebody else is
    named in them. What is new about who wrote them is added to that case.
    """
    who = report.customers[0] if report.customers else None
    named = _secret(repr(who)) if who else ""
    said = " ".join(report.what_happened.split()).casefold()
    text = _secret(f"{sender}\n{said}")
    known = _known(text, now)
    if known and named and known["who"] not in {"", named}:
        text = _secret(f"{text}\n{named}")
        known = _known(text, now)
    if known is None:
        return _taken(report, text, named=named, now=now)
    if who and not known["who"]:
        told = ", ".join(filter(None, (who.name, who.email, who.phone)))
        words = _("Sent once more, now with a name or an address: %(who)s") % {"who": told}
        say_something(case_id=known["case"], words=words, now=now)
    return int(known["case"])


def _known(text: str, now: datetime) -> dict[str, Any] | None:
    """What the same text became within a day; answers are kept by the day they were given."""
    for day in (now.date(), now.date() - SAME_WITHIN):
        answer = answered_before(_submitted(text, day), system_person())
        found: dict[str, Any] | None = json.loads(answer.text) if answer else None
        if found and datetime.fromisoformat(found["at"]) > now - SAME_WITHIN:
            return found
    return None


def _taken(report: Report, text: str, *, named: str, now: datetime) -> int:
    def say(found: Sequence[Reported]) -> tuple[int, str]:
        facts = {"case": found[0].case_id, "who": named, "at": now.isoformat()}
        return 303, json.dumps(facts)

    answer = submit_reports(
        [report],
        say=say,
        submitted=_submitted(text, now.date()),
        actor=system_person(),
        now=now,
    )
    return int(json.loads(answer.text)["case"])


def _submitted(text: str, day: date) -> Submitted:
    key = f"{ROUTE}:{day}:{text}"
    return Submitted(key=key, route=ROUTE, body_sha256=hashlib.sha256(key.encode()).digest())


def _secret(text: str) -> str:
    """A mark by which the same text is known again, from which nobody reads it."""
    return salted_hmac("intake.complaining", text, algorithm="sha256").hexdigest()
