"""Verbs on absences: one's own, or those of a desk one leads."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Absence, Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

LONGEST: Final = timedelta(days=400)


@transaction.atomic
def note_absence(
    *,
    person_id: int,
    since: datetime,
    until: datetime,
    deputy_id: int | None = None,
    actor: Person,
    now: datetime,
) -> Absence:
    """Write down that somebody is away from `since` to `until`; why is not asked.

    The deputy decides meanwhile on what waits for them, by their authority: somebody who reads
    all the cases they approve on.

    Raises NotAllowed for somebody else's whose desk the actor does not lead, Invalid for a time
    that ends before it begins, is over or too long, or overlaps another absence.
    """
    person = Person.objects.select_for_update(no_key=True).filter(
        pk=person_id, kind=Person.Kind.HUMAN, is_active=True
    ).first()  # fmt: skip
    if person is None:
        raise NotFound("not_found", gettext_noop("There is no such person."))
    _require_may(actor, person)
    deputy = None if deputy_id is None else _deputy(deputy_id)
    faults = _faults(person, since, until, now=now)
    if deputy_id is not None and not may_deputise(deputy, person):
        faults.append(Invalid("no_deputy", _NO_DEPUTY, field="deputy"))
    if faults:
        raise Invalid.gather(faults)
    made = Absence.objects.create(
        person=person, deputy=deputy, during=DateTimeTZRange(since, until), noted_by=actor,
        noted_at=now,
    )  # fmt: skip
    _say(made, "absence.noted", actor=actor, now=now)
    return made


@transaction.atomic
def withdraw_absence(*, absence_id: int, actor: Person, now: datetime) -> Absence:
    """Take an absence back that has not ended: what was passed on stays where it is."""
    found = Absence.objects.select_for_update(of=("self",)).select_related("person")
    absence = found.filter(pk=absence_id).first()
    if absence is None:
        raise NotFound("not_found", gettext_noop("There is no such absence."))
    _require_may(actor, absence.person)
    if absence.withdrawn_at is not None or absence.during.upper <= now:
        raise Conflict("over", gettext_noop("This absence has ended already."))
    absence.withdrawn_at = now
    absence.save(update_fields=["withdrawn_at"])
    _say(absence, "absence.withdrawn", actor=actor, now=now)
    return absence


def may_note(actor: Person, person: Person) -> bool:
    """Whether `actor` may note that `person` is away."""
    return actor.pk == person.pk or bool(grants(actor).leads & grants(person).homes)


_NO_DEPUTY = gettext_noop(
    "Choose somebody else who reads the cases on which they decide, or nobody: then it goes to "
    "the next lead up."
)


def _deputy(person_id: int) -> Person | None:
    return Person.objects.filter(
        pk=person_id, kind=Person.Kind.HUMAN, is_active=True
    ).first()  # fmt: skip


def may_deputise(deputy: Person | None, person: Person) -> bool:
    """Whether somebody can stand in for a person: another, who reads what they decide on."""
    if deputy is None or deputy.pk == person.pk:
        return False
    decided_on = grants(person).departments_for(Permission.REMEDY_APPROVE)
    return decided_on <= grants(deputy).departments_for(Permission.CASE_READ)


def _require_may(actor: Person, person: Person) -> None:
    if not may_note(actor, person):
        raise NotAllowed(
            "not_yours", gettext_noop("Only they themselves or their lead can note this.")
        )


def _faults(
    person: Person, since: datetime, until: datetime, *, now: datetime
) -> list[Invalid]:
    if until <= since:
        return [Invalid("ends_first", gettext_noop("It ends before it begins."), field="until")]
    if until <= now:
        return [Invalid("over", gettext_noop("This is over already."), field="until")]
    if until - since > LONGEST:
        return [
            Invalid(
                "too_long", gettext_noop("Give a shorter time, a year at most."), field="until"
            )
        ]
    others = Absence.objects.filter(
        person=person, during__overlap=DateTimeTZRange(since, until), withdrawn_at__isnull=True
    )
    if others.exists():
        return [
            Invalid(
                "overlaps",
                gettext_noop("Another absence is noted for this time."),
                field="since",
            )
        ]
    return []


def _say(absence: Absence, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"person:{absence.person_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.NAMED,
        private={"absence": absence.pk, "readers": sorted({absence.person_id, actor.pk})},
    )
