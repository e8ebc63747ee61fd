"""Names in notes: whoever is named and may read the case hears of it, once; nobody else does."""

from datetime import datetime

from django.utils.translation import gettext as _

from recovery.failures.models import Note, WorkItem
from recovery.failures.selectors import is_urgent, item_reference
from recovery.failures.states import TrackKind
from recovery.messages.policy import handles_in, named_by
from recovery.messages.selectors import was_told
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import people_with

_READ = {
    TrackKind.CUSTOMER: (Permission.CASE_READ, "/cases/{}/"),
    TrackKind.PROCESS: (Permission.PROCESS_READ, "/processes/{}/"),
}


def tell_named(item: WorkItem, note: Note) -> None:
    """Tell those whom `note` names as @name or @first.last, once for each note.

    Only who may read the case is looked for, so nobody learns of a case by being named, and
    notes on support tell nobody at all.
    """
    handles, known = handles_in(note.words), _READ.get(TrackKind(item.kind))
    if not handles or known is None:
        return
    permission, path = known
    names = {each.pk: each.name for each in people_with(permission, item.department_id)}
    if item.owner_id is not None and item.owner_id not in names:
        owners = Person.objects.filter(pk=item.owner_id, is_active=True)
        names |= dict(owners.values_list("pk", "name"))
    named = {named_by(handle, names) for handle in handles}
    reference = item_reference(item.kind, item.pk)
    tell(
        person_ids=[each for each in named if each is not None and each != note.author_id],
        kind="mention.note",
        subject=_("%(reference)s: you are named in a note") % {"reference": reference},
        lines=[],
        path=path.format(reference),
        dedupe_key=_key(note),
        at=note.at,
        urgent=is_urgent(item),
        personal=True,
    )


def named_nobody(*, item_id: int, actor: Person, at: datetime) -> bool:
    """Whether what `actor` noted on the case at this moment names somebody, and reached nobody."""
    note = Note.objects.filter(item_id=item_id, author=actor, at=at).order_by("-pk").first()
    return note is not None and bool(handles_in(note.words)) and not was_told(_key(note))


def _key(note: Note) -> str:
    return f"mention:{note.pk}"
