"""Putting people beside the customer on a case, and taking them off."""

from datetime import date, datetime

from django.db import transaction

from cases.models import Party
from cases.selectors.parties import case_of_party
from cases.services.holding import MOST_LINE, hold, keep, known, say, words_of
from cases.states import PartyRole
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

MOST_NAME, MOST_WAY = 160, 254


@transaction.atomic
def add_party(
    *,
    case_id: int,
    role: str,
    name: str,
    way: str = "",
    mandate: str = "",
    valid_until: date | None = None,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Party:
    """Put somebody on a case; names and mandates are never in the log.

    Raises Invalid without a name, and for an end of a mandate that is not there or is over.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    if valid_until and (not mandate.strip() or valid_until < now.date()):
        raise Invalid(
            "no_mandate",
            gettext_noop("Say which mandate ends then; one that is over is none."),
            field="valid_until",
        )
    made = Party.objects.create(
        case=held.case,
        role=known(role, tuple(PartyRole), name="role"),
        name=words_of(
            name, name="name", most=MOST_NAME, ask=gettext_noop("Write down who it is.")
        ),
        way=words_of(way, name="way", most=MOST_WAY) if way.strip() else "",
        mandate=words_of(mandate, name="mandate", most=MOST_LINE) if mandate.strip() else "",
        valid_until=valid_until,
        added_by=actor,
        added_at=now,
    )
    say(held, "case.party_added", party=made.pk, role=made.role)
    keep(held)
    return made


@transaction.atomic
def end_party(*, party_id: int, actor: Person, now: datetime) -> Party:
    """Take somebody off a case. Raises NotFound out of scope, Conflict when they are off it."""
    case_id = case_of_party(actor, party_id)
    if case_id is None:
        raise NotFound("not_found", gettext_noop("There is nobody like this on the case."))
    held = hold(case_id=case_id, actor=actor, now=now)
    party = Party.objects.get(pk=party_id)
    if party.ended_at is not None:
        raise Conflict("off_already", gettext_noop("They are not on the case any more."))
    party.ended_at, party.ended_by = now, actor
    party.save(update_fields=["ended_at", "ended_by"])
    say(held, "case.party_ended", party=party.pk, role=party.role)
    keep(held)
    return party
