"""Writing standards of care: a draft, two signatures of two people, the next version, the end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import slugify

from recovery.clocks.models import Standard, StandardVersion
from recovery.clocks.policy.drafts import Span, StandardDraft, fault_of_span, faults_of
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.policy import FACTS
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors.holidays import countries
from recovery.org.services import require

_PLAIN = ("since", "until", "owner_id", "conditions", "targets", "around_clock")


@transaction.atomic
def add_standard(
    *,
    name: str,
    kind: ClockKind,
    law: str,
    authority: str,
    draft: StandardDraft,
    actor: Person,
    now: datetime,
) -> StandardVersion:
    """A new standard with its first draft. Raises Invalid with every fault of both."""
    require(actor, Permission.SETTINGS)
    faults = [*_faults(draft, kind, now), *_naming(name, kind, law)]
    if faults:
        raise Invalid.gather(faults)
    is_law = kind is ClockKind.REGULATORY
    standard = Standard.objects.create(
        key=_free_key(name),
        name=name.strip(),
        clock_kind=kind.value,
        legal=is_law,
        law=law.strip() if is_law else "",
        authority=authority.strip() if is_law else "",
    )
    return _write(standard, draft, actor=actor, now=now)


@transaction.atomic
def write_draft(
    *,
    standard_id: int,
    draft: StandardDraft,
    actor: Person,
    now: datetime,
    expected_revision: int | None = None,
) -> StandardVersion:
    """Write the next version of a standard, or change the draft there is.

    A change takes back a signature: nobody has signed what is new. Raises Invalid with every
    fault, Conflict for a retired standard or a draft somebody else changed meanwhile.
    """
    require(actor, Permission.SETTINGS)
    standard = _held(standard_id)
    found = standard.versions.filter(draft=True).first()
    if expected_revision is not None and (not found or found.revision != expected_revision):
        raise Conflict("changed_meanwhile", _CHANGED)
    faults = _faults(draft, ClockKind(standard.clock_kind), now)
    since = draft.since or now
    if since < now and _spans(standard):
        faults.append(Invalid("past", _PAST, field="since"))
    elif fault := fault_of_span(
        since, draft.until, others=_spans(standard), gap_ok=draft.gap_ok
    ):
        faults.append(fault)
    if faults:
        raise Invalid.gather(faults)
    return _write(standard, draft, actor=actor, now=now, found=found)


@transaction.atomic
def sign(*, version_id: int, revision: int, actor: Person, now: datetime) -> StandardVersion:
    """Sign a draft as it was read, by its revision. With the second person's it is in force.

    Whoever wrote it may be one of the two. Raises Conflict for a second signature of the same
    person, and when the draft was changed or is no draft any more; Invalid when meanwhile its
    time is past or taken.
    """
    require(actor, Permission.SETTINGS)
    version = _draft(version_id)
    if version.revision != revision:
        raise Conflict("changed_meanwhile", _CHANGED)
    if version.signed_by_id == actor.pk:
        raise Conflict(
            "signed_already",
            gettext_noop("You have signed this. It takes a second person now."),
        )
    if version.signed_by_id is None:
        version.signed_by, version.signed_at = actor, now
        version.save(update_fields=["signed_by", "signed_at"])
        _say(version, "standard.signed", actor=actor, now=now)
        return version
    _put_in_force(version, now)
    version.draft, version.approved_by, version.approved_at = False, actor, now
    version.save(update_fields=["draft", "approved_by", "approved_at", "effective"])
    _say(version, "standard.approved", actor=actor, now=now)
    return version


@transaction.atomic
def drop_draft(*, version_id: int, actor: Person, now: datetime) -> int:
    """Throw a draft away; returns the standard. One that never held goes with it."""
    require(actor, Permission.SETTINGS)
    version = _draft(version_id)
    _say(version, "standard.draft_dropped", actor=actor, now=now)
    version.delete()
    return version.standard_id


@transaction.atomic
def retire_standard(*, standard_id: int, actor: Person, now: datetime) -> Standard:
    """Take a standard out of use; clocks that run by it run on by it."""
    require(actor, Permission.SETTINGS)
    standard = _held(standard_id)
    standard.retired_at = now
    standard.save(update_fields=["retired_at"])
    standard.versions.filter(draft=True).delete()
    record(
        stream=f"standard:{standard.pk}", verb="standard.retired", actor_id=actor.pk, at=now,
        audience=Audience.MEMBERS, public={"kind": standard.clock_kind},
    )  # fmt: skip
    transaction.on_commit(catalogue.forget)
    return standard


@transaction.atomic
def look_after(
    *, version_id: int, owner_id: int, verify_by: date, actor: Person, now: datetime
) -> StandardVersion:
    """Say who looks after a version, and by when somebody looks whether it still holds."""
    require(actor, Permission.SETTINGS)
    version = StandardVersion.objects.select_for_update(no_key=True).get(pk=version_id)
    if verify_by <= now.date():
        raise Invalid("verify_later", gettext_noop("Choose a day to come."), field="verify_by")
    version.owner_id, version.verify_by = _person(owner_id), verify_by
    version.save(update_fields=["owner", "verify_by"])
    _say(version, "standard.looked_after", actor=actor, now=now)
    return version


_CHANGED = gettext_noop(
    "Somebody changed this draft meanwhile. Look at it again, then do what you wanted."
)
_PAST = gettext_noop(
    "Cases of then keep the version of then: begin now or later, or supersede from a day to come."
)


def _faults(draft: StandardDraft, kind: ClockKind, now: datetime) -> list[Invalid]:
    known = [code for code, _name in countries()]
    faults = faults_of(draft, kind=kind, facts=FACTS, countries=known, today=now.date())
    if draft.owner_id is not None:
        try:
            _person(draft.owner_id)
        except Invalid as refused:
            faults.append(refused)
    return faults


def _person(person_id: int) -> int:
    people = Person.objects.filter(pk=person_id, kind=Person.Kind.HUMAN, is_active=True)
    if not people.exists():
        raise Invalid("no_owner", gettext_noop("Choose who looks after it."), field="owner")
    return person_id


def _naming(name: str, kind: ClockKind, law: str) -> list[Invalid]:
    found = []
    if not name.strip():
        found.append(Invalid("blank", gettext_noop("Give it a name."), field="name"))
    elif Standard.objects.filter(name__iexact=name.strip(), retired_at=None).exists():
        sentence = gettext_noop("Another standard has this name. Choose a different one.")
        found.append(Invalid("name_taken", sentence, field="name"))
    if kind is ClockKind.REGULATORY and not law.strip():
        found.append(Invalid("blank", gettext_noop("Name the law."), field="law"))
    return found


def _free_key(name: str) -> str:
    base = slugify(name)[:50] or "standard"
    taken = set(Standard.objects.filter(key__startswith=base).values_list("key", flat=True))
    ways = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in ways if key not in taken)


def _held(standard_id: int) -> Standard:
    found = Standard.objects.select_for_update(no_key=True).filter(pk=standard_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such standard."))
    if found.retired_at is not None:
        raise Conflict("retired", gettext_noop("This standard is retired. Add a new one."))
    return found


def _draft(version_id: int) -> StandardVersion:
    """A draft with its standard, both locked, the standard first."""
    found = StandardVersion.objects.filter(pk=version_id).first()
    standard = _held(found.standard_id) if found else None
    version = (
        StandardVersion.objects.select_for_update(no_key=True)
        .filter(pk=version_id, draft=True)
        .first()
    )
    if version is None or standard is None:
        raise Conflict("no_draft", gettext_noop("This is no draft any more."))
    version.standard = standard
    return version


def _spans(standard: Standard) -> Sequence[Span]:
    ranges = standard.versions.filter(draft=False).values_list("effective", flat=True)
    return [(each.lower, each.upper) for each in ranges if not each.isempty]


def _put_in_force(version: StandardVersion, now: datetime) -> None:
    """Give a version its time; one without an end that holds until then ends there."""
    standard, wanted = version.standard, version.effective
    since = wanted.lower or now
    others = _spans(standard)
    if others and since < now:
        raise Invalid("past", _PAST, field="since")
    if fault := fault_of_span(since, wanted.upper, others=others, gap_ok=version.gap_ok):
        raise fault
    for each in standard.versions.filter(draft=False, effective__endswith__isnull=True):
        if each.effective.lower is None or each.effective.lower < since:
            each.effective = DateTimeTZRange(each.effective.lower, since)
            each.save(update_fields=["effective"])
    version.effective = DateTimeTZRange(since, wanted.upper)


def _write(
    standard: Standard,
    draft: StandardDraft,
    *,
    actor: Person,
    now: datetime,
    found: StandardVersion | None = None,
) -> StandardVersion:
    version = found or StandardVersion(
        standard=standard, number=standard.versions.count() + 1, revision=0, draft=True
    )
    for name, value in _columns(draft).items():
        setattr(version, name, value)
    version.revision += 1
    version.made_by, version.made_at = actor, now
    version.signed_by, version.signed_at = None, None
    version.save()
    _say(version, "standard.drafted", actor=actor, now=now)
    return version


def _columns(draft: StandardDraft) -> dict[str, Any]:
    given = {name: value for name, value in asdict(draft).items() if name not in _PLAIN}
    return given | {
        "effective": DateTimeTZRange(draft.since, draft.until),
        "targets": {str(key): seconds for key, seconds in draft.targets.items() if seconds},
        "around_clock": sorted(draft.around_clock),
        "conditions": [each.as_json() for each in draft.conditions],
        "begins": draft.begins or "",
        "met_by": draft.met_by or "",
        "owner_id": draft.owner_id,
    }


def _say(version: StandardVersion, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"standard:{version.standard_id}", verb=verb, actor_id=actor.pk, at=now,
        audience=Audience.MEMBERS,
        public={"version": version.number, "revision": version.revision},
    )  # fmt: skip
    transaction.on_commit(catalogue.forget)
