"""A list of affected people in words: what it would do, how far it is, what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import AffectedList
from cases.states import ListState


@dataclass(frozen=True, slots=True)
class ListView:
    """One list; `state` is its code, `counts` are (number, words) of what is in it."""

    id: int
    state: str
    state_word: str
    made_by: str
    made_at: datetime
    total: int
    done: int
    added: int
    left: int
    will_add: int
    counts: Sequence[tuple[int, str]]
    why: str
    hint: str


def list_view(found: AffectedList) -> ListView:
    """What the page of a list shows."""
    looked = found.state in {ListState.DRAFT, ListState.DROPPED}
    will_add = found.foreseen.get("new", 0) + found.foreseen.get("known", 0)
    return ListView(
        id=found.pk,
        state=found.state,
        state_word=_(ListState(found.state).word),
        made_by=found.made_by.name,
        made_at=found.made_at,
        total=found.total,
        done=found.done,
        added=found.added,
        left=found.total - found.done,
        will_add=will_add,
        counts=[each for each in (_foreseen(found) if looked else _ended(found)) if each[0]],
        why=_(found.why) if found.why else "",
        hint=_("%(added)d got a case") % {"added": found.added},
    )


def _foreseen(found: AffectedList) -> list[tuple[int, str]]:
    count = found.foreseen.get
    return [
        (
            count("new", 0),
            ngettext("person new to us", "people new to us", count("new", 0)),
        ),
        (
            count("known", 0),
            ngettext("customer we know", "customers we know", count("known", 0)),
        ),
        (count("here", 0), _("with a case of this failure already")),
        (count("doubled", 0), _("on the list twice")),
        (count("bad", 0), ngettext("line to mend", "lines to mend", count("bad", 0))),
    ]


def _ended(found: AffectedList) -> list[tuple[int, str]]:
    return [
        (found.added, _("got a case")),
        (found.here, _("had a case already")),
        (found.refused, ngettext("line to mend", "lines to mend", found.refused)),
        (found.total - found.done, _("still to come")),
    ]
