"""Verbs on work items: locks in the one order, ownership, notes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import Failure, Note, WorkItem
from recovery.failures.services.mentions import tell_named
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments, grants
from recovery.org.services import require

_WORK = {TrackKind.CUSTOMER: Permission.CASE_WORK, TrackKind.PROCESS: Permission.PROCESS_WORK}
_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")
MOST_WORDS = 20_000


def stream_of(item: WorkItem) -> str:
    """The event stream of a case: "customer:12", "process:9", "employee:5"."""
    return f"{item.kind}:{item.pk}"


def lock_failure(failure_id: int) -> Failure:
    """Lock a failure for this transaction; always before its items. Raises NotFound."""
    found = (
        Failure.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=failure_id)
        .first()
    )
    if found is None:
        raise NotFound("not_found", _GONE)
    return found


def refuse_set_aside(failure: Failure) -> None:
    """Raise Conflict for a record that has left every count: merged into another, or void."""
    if failure.status in {Whole.MERGED, Whole.VOID}:
        raise Conflict(
            "set_aside",
            gettext_noop("This record was merged or set aside. Nothing changes it."),
        )


def lock_item(
    item_id: int, *, kind: str | None = None, expected_version: int | None = None
) -> WorkItem:
    """Lock a work item. Raises NotFound, or Conflict when it changed since it was read."""
    query = WorkItem.objects.select_for_update(no_key=True, of=("self",)).filter(pk=item_id)
    item = query.filter(kind=kind).first() if kind else query.first()
    if item is None:
        raise NotFound("not_found", _GONE)
    if expected_version is not None and item.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            gettext_noop(
                "Somebody changed this while you were writing. Your words are kept below: look "
                "at what is new, then do it again."
            ),
        )
    return item


def lock_items(item_ids: Collection[int]) -> dict[int, WorkItem]:
    """Lock many work items in the one order, with their failures; one query."""
    query = WorkItem.objects.select_for_update(no_key=True, of=("self",))
    found = query.select_related("failure").filter(pk__in=item_ids).order_by("pk")
    return {item.pk: item for item in found}


def change_item(item: WorkItem, **changes: Any) -> WorkItem:
    """Save `changes` on a locked item and raise its version."""
    for name, value in changes.items():
        setattr(item, name, value)
    item.version += 1
    item.save(update_fields=[*changes, "version"])
    return item


def _require_in_reach(item: WorkItem, actor: Person) -> None:
    permission = _WORK.get(TrackKind(item.kind))
    if permission is None:
        raise NotFound("not_found", _GONE)
    if item.owner_id == actor.pk and can(actor, permission):
        return
    if item.department_id not in grants(actor).departments_for(permission):
        require(actor, permission)
        raise NotFound("not_found", _GONE)


def require_in_reach(*, item_id: int, actor: Person) -> None:
    """Raise NotFound for a case out of the actor's scope, NotAllowed without the permission."""
    item = WorkItem.objects.filter(pk=item_id).first()
    if item is None:
        raise NotFound("not_found", _GONE)
    _require_in_reach(item, actor)


@transaction.atomic
def assign(
    *,
    item_id: int,
    owner_id: int | None,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> WorkItem:
    """Give a customer or process case to one person, or back to its desk with None."""
    item = lock_item(item_id, expected_version=expected_version)
    _require_in_reach(item, actor)
    permission = _WORK[TrackKind(item.kind)]
    if owner_id is not None:
        owner = Person.objects.filter(pk=owner_id, is_active=True).first()
        if owner is None or not can(owner, permission, item.department_id):
            raise Invalid(
                "not_on_this_desk",
                gettext_noop(
                    "This person cannot work cases of this desk. Choose somebody else."
                ),
                field="owner",
            )
    record(
        stream=stream_of(item),
        verb="case.assigned",
        actor_id=actor.pk,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={"from": item.owner_id, "to": owner_id},
    )
    return change_item(item, owner_id=owner_id)


@transaction.atomic
def hand_over(
    *,
    item_id: int,
    department_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> WorkItem:
    """Pass a case to another desk with the story told once; its owner becomes that desk."""
    item = lock_item(item_id, expected_version=expected_version)
    _require_in_reach(item, actor)
    if department_id not in departments() or department_id == item.department_id:
        raise Invalid(
            "another_desk",
            gettext_noop("Choose another desk than this one."),
            field="department",
        )
    if not words.strip():
        raise Invalid(
            "say_why",
            gettext_noop("Say in a sentence what the next desk should do."),
            field="words",
        )
    record(
        stream=stream_of(item),
        verb="case.handed_over",
        actor_id=actor.pk,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        public={"from": item.department_id, "to": department_id},
    )
    note = Note.objects.create(
        item=item, author=actor, words=words.strip()[:MOST_WORDS], at=now
    )
    changed = change_item(item, department_id=department_id, owner_id=None)
    tell_named(changed, note)
    return changed


@transaction.atomic
def add_note(*, item_id: int, words: str, actor: Person, now: datetime) -> Note:
    """Write an internal note on a case in reach."""
    item = lock_item(item_id)
    _require_in_reach(item, actor)
    if not words.strip():
        raise Invalid("blank", gettext_noop("Write the note first."), field="words")
    note = Note.objects.create(
        item=item, author=actor, words=words.strip()[:MOST_WORDS], at=now
    )
    record(
        stream=stream_of(item),
        verb="note.added",
        actor_id=actor.pk,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={"note": note.pk},
    )
    tell_named(item, note)
    return note
