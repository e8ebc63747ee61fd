"""Writing the catalogue of remedies: an offering, its next version, its end."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import slugify

from cases.models import Offering, OfferingVersion
from cases.policy.offerings import OfferingDraft, faults_of_offering
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import organisation
from recovery.org.services import require

MOST_NAME: Final = 120
KEY_LENGTH: Final = 50


@transaction.atomic
def make_offering(
    *, name: str, draft: OfferingDraft, actor: Person, now: datetime
) -> OfferingVersion:
    """Put a new offering into the catalogue, from now on. Raises Invalid with every fault."""
    require(actor, Permission.SETTINGS)
    said, faults = name.strip(), faults_of_offering(draft)
    if not said or len(said) > MOST_NAME or "\x00" in said:
        faults.append(Invalid("no_name", gettext_noop("Give it a short name."), field="name"))
    elif Offering.objects.filter(name__iexact=said).exists():
        faults.append(
            Invalid("twice", gettext_noop("The catalogue has one of this name."), field="name")
        )
    if faults:
        raise Invalid.gather(faults)
    offering = Offering.objects.create(key=_free_key(said), name=said)
    return _write(offering, draft, number=1, actor=actor, now=now)


@transaction.atomic
def change_offering(
    *, offering_id: int, draft: OfferingDraft, actor: Person, now: datetime
) -> OfferingVersion:
    """Let an offering be something else from now on; what was offered keeps what it was."""
    require(actor, Permission.SETTINGS)
    offering = _held(offering_id)
    if faults := faults_of_offering(draft):
        raise Invalid.gather(faults)
    last = offering.versions.order_by("-number").first()
    if last is not None:
        _end(last, now)
    number = last.number + 1 if last else 1
    return _write(offering, draft, number=number, actor=actor, now=now)


@transaction.atomic
def retire_offering(*, offering_id: int, actor: Person, now: datetime) -> None:
    """Take an offering out of the catalogue. Raises Conflict when it is out already."""
    require(actor, Permission.SETTINGS)
    offering = _held(offering_id)
    last = offering.versions.order_by("-number").first()
    if last is None or last.effective.upper is not None:
        raise Conflict("retired", gettext_noop("This is in the catalogue no more."))
    _end(last, now)
    _say(last, "offering.retired", actor=actor, now=now)


def _held(offering_id: int) -> Offering:
    found = Offering.objects.select_for_update(no_key=True).filter(pk=offering_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such offering."))
    return found


def _end(version: OfferingVersion, at: datetime) -> None:
    if version.effective.upper is None:
        version.effective = DateTimeTZRange(version.effective.lower, at)
        version.save(update_fields=["effective"])


def _free_key(name: str) -> str:
    start = slugify(name)[:KEY_LENGTH] or "offering"
    taken = set(Offering.objects.filter(key__startswith=start).values_list("key", flat=True))
    ways = (start, *(f"{start}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in ways if key not in taken)


def _write(
    offering: Offering, draft: OfferingDraft, *, number: int, actor: Person, now: datetime
) -> OfferingVersion:
    version = OfferingVersion.objects.create(
        offering=offering,
        number=number,
        effective=DateTimeTZRange(now, None),
        line=draft.line,
        kind=draft.kind,
        least_minor=draft.least_minor,
        usual_minor=draft.usual_minor,
        most_minor=draft.most_minor,
        currency=organisation().currency,
        words=draft.words.strip(),
        conditions=[each.as_json() for each in draft.when],
        made_by=actor,
        made_at=now,
    )
    _say(version, "offering.changed", actor=actor, now=now)
    return version


def _say(version: OfferingVersion, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"offering:{version.offering_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.MEMBERS,
        public={"offering": version.offering_id, "version": version.number},
    )
