"""Support notes: encrypted with keys that are not in the database; each reading is written down."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet as Key
from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from recovery.kernel.refusals import Invalid, Refusal
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from staff.models import SupportNote
from staff.policy import MOST_WORDS
from staff.services.cases import lock_case, require_reader, write_down


class Locked(Refusal):
    """Notes cannot be opened or written, because a key is missing or wrong. All else works."""

    http_status = 503


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as its readers see it."""

    author: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rotated:
    """One step of a change of keys: notes done, those no key opens, where to go on after."""

    done: int
    unreadable: tuple[int, ...]
    last_id: int | None


@transaction.atomic
@sensitive_variables("words")
def write_note(*, item_id: int, words: str, actor: Person, now: datetime) -> SupportNote:
    """Keep a note for the two readers. Raises Invalid when blank or too long, Locked, NotFound."""
    case = lock_case(item_id)
    require_reader(case, actor)
    words = words.strip()
    if not words:
        raise Invalid("blank", gettext_noop("Write the note first."), field="words")
    if len(words) > MOST_WORDS:
        raise Invalid(
            "too_long",
            gettext_noop("At most %(most)s characters; write a second note for the rest."),
            field="words",
            most=MOST_WORDS,
        )
    cipher = _keys().encrypt(words.encode())
    note = SupportNote.objects.create(case=case, author=actor, cipher=cipher, at=now)
    write_down(case, "support.note_written", actor_id=actor.pk, now=now)
    return note


@transaction.atomic
def read_notes(*, item_id: int, actor: Person, now: datetime) -> list[NoteView]:
    """Open the notes, oldest first, and write down that they were read and by whom.

    Nothing is written when there is none. Raises NotFound, Locked.
    """
    case = lock_case(item_id)
    require_reader(case, actor)
    notes = list(case.notes.select_related("author").order_by("pk"))
    if not notes:
        return []
    keys = _keys()
    views = [NoteView(each.author.name, _opened(keys, each), each.at) for each in notes]
    write_down(case, "support.notes_read", actor_id=actor.pk, now=now)
    return views


@transaction.atomic
def rotate_notes(*, after_id: int = 0, limit: int = 200) -> Rotated:
    """Encrypt the next notes anew with the first key. Notes that no key opens stay as they are."""
    keys = _keys()
    notes = list(
        SupportNote.objects.select_for_update().filter(pk__gt=after_id).order_by("pk")[:limit]
    )
    unreadable = []
    for note in notes:
        try:
            note.cipher = keys.rotate(bytes(note.cipher))
        except InvalidToken:
            unreadable.append(note.pk)
    SupportNote.objects.bulk_update(
        [each for each in notes if each.pk not in unreadable], ["cipher"]
    )
    return Rotated(
        done=len(notes) - len(unreadable),
        unreadable=tuple(unreadable),
        last_id=notes[-1].pk if notes else None,
    )


def _keys() -> MultiFernet:
    """The keys of this installation: the first encrypts, all decrypt."""
    if not settings.SUPPORT_KEYS:
        raise Locked(
            "support_key_missing",
            gettext_noop(
                "Support notes are locked because no key is set. Ask whoever runs this system to "
                "set RECOVERY_SUPPORT_KEYS. Everything else works."
            ),
        )
    try:
        return MultiFernet([Key(each) for each in settings.SUPPORT_KEYS])
    except ValueError as error:
        raise Locked(
            "support_key_malformed",
            gettext_noop(
                "Support notes are locked because a key in RECOVERY_SUPPORT_KEYS is not a Fernet "
                "key. Ask whoever runs this system to correct it."
            ),
        ) from error


@sensitive_variables()
def _opened(keys: MultiFernet, note: SupportNote) -> str:
    try:
        return keys.decrypt(bytes(note.cipher)).decode()
    except InvalidToken as error:
        raise Locked(
            "support_key_wrong",
            gettext_noop(
                "A note was written with a key that is no longer here. Ask whoever runs this "
                "system to add the old key to RECOVERY_SUPPORT_KEYS."
            ),
        ) from error
