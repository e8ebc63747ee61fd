"""Reads of failures, tracks, work items and the catalogue."""

from recovery.failures.models import Failure, WorkItem
from recovery.kernel.references import decode, encode
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop

PREFIXES = {"customer": "C", "process": "P", "employee": "E"}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
_GONE = gettext_noop("There is nothing under this reference. Check the characters.")


def reference_of(failure_id: int) -> str:
    """The public reference of a failure: F-7K3Q9X."""
    return encode("F", failure_id)


def item_reference(kind: str, item_id: int) -> str:
    """The reference of a case: C-…, P-… or E-…."""
    return encode(PREFIXES[kind], item_id)


def failure_id_of(reference: str) -> int:
    """The key behind F-…; raises NotFound when the reference is no failure's."""
    found = decode(reference)
    if found is None or found[0] != "F":
        raise NotFound("not_found", _GONE)
    return found[1]


def item_id_of(reference: str, kind: str) -> int:
    """The key behind C-…, P-… or E-…; raises NotFound when it is of another kind."""
    found = decode(reference)
    if found is None or _KINDS.get(found[0]) != kind:
        raise NotFound("not_found", _GONE)
    return found[1]


def failure_by_reference(reference: str) -> Failure:
    """The failure behind a reference, following a merge to what it became part of."""
    failure = Failure.objects.filter(pk=failure_id_of(reference)).first()
    if failure is None:
        raise NotFound("not_found", _GONE)
    return failure


def open_items(failure_id: int, kind: str) -> list[WorkItem]:
    """The open work items of one track of a failure."""
    return list(
        WorkItem.objects.filter(failure_id=failure_id, kind=kind, closed_at__isnull=True)
    )
