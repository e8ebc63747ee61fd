"""Writing limits of authority: a draft, the signature of a second person, the end."""

from datetime import datetime

from django.db import transaction

from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import AuthorityLimit, Organisation, Person
from recovery.org.policy.authority import LimitDraft, faults_of_limit
from recovery.org.roles import Permission
from recovery.org.selectors import departments
from recovery.org.selectors.authority import versions_of_limit
from recovery.org.services.people import require


@transaction.atomic
def write_limit(*, draft: LimitDraft, actor: Person, now: datetime) -> AuthorityLimit:
    """Write a limit, or the next version of one, as a draft; an earlier draft of it is replaced.

    It holds once somebody else has signed it. Raises Invalid with every fault.
    """
    require(actor, Permission.SETTINGS)
    if faults := _faults(draft, now):
        raise Invalid.gather(faults)
    made = AuthorityLimit(
        role=draft.role,
        person_id=draft.person_id,
        department_id=draft.department_id,
        scope=draft.scope,
        amount_minor=draft.amount_minor,
        days=draft.days,
        together=draft.together,
        valid_from=draft.since or now,
        valid_to=draft.until,
        draft=True,
        made_by=actor,
        made_at=now,
    )
    _lock()
    AuthorityLimit.objects.filter(
        pk__in=[each.pk for each in versions_of_limit(made)], draft=True
    ).delete()
    made.save()
    _say(made, "limit.drafted", actor=actor, now=now)
    return made


@transaction.atomic
def sign_limit(*, limit_id: int, actor: Person, now: datetime) -> AuthorityLimit:
    """Put a draft in force as its second person; the version before it ends there.

    Raises Conflict to whoever wrote it and to whom it would give more themselves, and when it is
    no draft any more or a later version is signed already.
    """
    require(actor, Permission.SETTINGS)
    limit = _draft(limit_id)
    if actor.pk in {limit.made_by_id, limit.person_id}:
        raise Conflict(
            "signed_by_another",
            gettext_noop("Somebody must sign who neither wrote it nor gets it."),
        )
    since = max(limit.valid_from, now)
    if limit.valid_to is not None and limit.valid_to <= since:
        raise Conflict("over", gettext_noop("Its time is over already. Write it anew."))
    for each in versions_of_limit(limit):
        if each.draft or (each.valid_to is not None and each.valid_to <= since):
            continue
        if each.valid_from > since:
            raise Conflict(
                "later_one", gettext_noop("A later version is signed already. End that first.")
            )
        each.valid_to = since
        each.save(update_fields=["valid_to"])
    limit.draft, limit.valid_from = False, since
    limit.signed_by, limit.signed_at = actor, now
    limit.save(update_fields=["draft", "valid_from", "signed_by", "signed_at"])
    _say(limit, "limit.signed", actor=actor, now=now)
    return limit


@transaction.atomic
def drop_limit(*, limit_id: int, actor: Person, now: datetime) -> None:
    """Throw a draft away."""
    require(actor, Permission.SETTINGS)
    limit = _draft(limit_id)
    _say(limit, "limit.dropped", actor=actor, now=now)
    limit.delete()


@transaction.atomic
def end_limit(*, limit_id: int, actor: Person, now: datetime) -> AuthorityLimit:
    """End a limit now: nobody gives by it from here on. Less authority needs no second person."""
    require(actor, Permission.SETTINGS)
    _lock()
    limit = AuthorityLimit.objects.select_for_update(no_key=True).filter(pk=limit_id).first()
    if limit is None:
        raise NotFound("not_found", _GONE)
    if limit.draft or (limit.valid_to is not None and limit.valid_to <= now):
        raise Conflict("not_in_force", gettext_noop("This limit is not in force."))
    limit.valid_to = max(now, limit.valid_from)
    limit.save(update_fields=["valid_to"])
    _say(limit, "limit.ended", actor=actor, now=now)
    return limit


_GONE = gettext_noop("There is no such limit.")


def _lock() -> None:
    """Limits change one at a time, so that two who end and begin them see each other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=1)


def _draft(limit_id: int) -> AuthorityLimit:
    _lock()
    found = AuthorityLimit.objects.select_for_update(no_key=True).filter(pk=limit_id).first()
    if found is None:
        raise NotFound("not_found", _GONE)
    if not found.draft:
        raise Conflict("no_draft", gettext_noop("This is no draft any more."))
    return found


def _faults(draft: LimitDraft, now: datetime) -> list[Invalid]:
    faults = faults_of_limit(draft, now=now)
    people = Person.objects.filter(kind=Person.Kind.HUMAN, is_active=True)
    if draft.person_id is not None and not people.filter(pk=draft.person_id).exists():
        faults.append(
            Invalid("nobody", gettext_noop("There is no such person."), field="person")
        )
    if draft.department_id is not None and draft.department_id not in departments():
        faults.append(
            Invalid("no_desk", gettext_noop("There is no such department."), field="department")
        )
    return faults


def _say(limit: AuthorityLimit, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"limit:{limit.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.MEMBERS,
        public={
            "limit": limit.pk,
            "role": limit.role,
            "department": limit.department_id,
            "scope": limit.scope,
            "amount_minor": limit.amount_minor,
        },
    )
