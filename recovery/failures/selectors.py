"""Reads of failures, tracks, work items and the catalogue."""

from collections.abc import Collection

from recovery.failures.models import Category, Failure, FailureMode, Note, Waiver, WorkItem
from recovery.failures.policy import facts_from
from recovery.failures.states import SEVERITIES
from recovery.kernel.conditions import Facts
from recovery.kernel.references import decode, encode
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import slugs_above

PREFIXES = {"customer": "C", "process": "P", "employee": "E"}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
SAFETY_AT_STAKE = 3  # of the grades 0 to 4
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
    """The failure behind a reference, merged or not. Raises NotFound."""
    failure = Failure.objects.filter(pk=failure_id_of(reference)).first()
    if failure is None:
        raise NotFound("not_found", _GONE)
    return failure


def open_items(failure_id: int, kind: str) -> list[WorkItem]:
    """The open work items of one track of a failure."""
    return list(
        WorkItem.objects.filter(failure_id=failure_id, kind=kind, closed_at__isnull=True)
    )


def catalogue_choices() -> list[Category]:
    """Live categories in their order."""
    return list(Category.objects.filter(retired_at__isnull=True).order_by("order", "name"))


def mode_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Live modes by category, as a select shows them in groups."""
    groups: dict[str, list[tuple[int, str]]] = {}
    modes = FailureMode.objects.filter(
        retired_at__isnull=True, category__retired_at__isnull=True
    )
    for mode in modes.select_related("category").order_by("category__order", "name"):
        groups.setdefault(mode.category.name, []).append((mode.pk, mode.name))
    return list(groups.items())


def failure_for_page(failure_id: int) -> Failure:
    """A failure with everything its header shows. Raises NotFound."""
    found = (
        Failure.objects.select_related(
            "category", "mode", "step", "promise", "first_seen_department", "found_department",
            "owning_department", "reported_by", "merged_into", "voided_by",
        )
        .prefetch_related("tracks")
        .filter(pk=failure_id)
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound("not_found", _GONE)
    return found


def live_waivers(failure_id: int) -> list[Waiver]:
    """Waivers asked for or in force."""
    return list(
        Waiver.objects.filter(failure_id=failure_id, ended_at__isnull=True)
        .select_related("requested_by", "decided_by")
        .order_by("requested_at")
    )


def failure_of_waiver(waiver_id: int) -> int:
    """The failure a waiver belongs to. Raises NotFound."""
    found = Waiver.objects.filter(pk=waiver_id).values_list("failure_id", flat=True).first()
    if found is None:
        raise NotFound("not_found", _GONE)
    return found


def merged_here(failure_id: int) -> list[Failure]:
    """Failures that have become part of this one."""
    return list(Failure.objects.filter(merged_into_id=failure_id).order_by("pk"))


def item_for(item_id: int) -> WorkItem:
    """A work item with its desk and owner. Raises NotFound; employee items are not found here."""
    query = WorkItem.objects.select_related("owner", "department", "failure")
    found = query.filter(pk=item_id).exclude(kind="employee").first()
    if found is None:
        raise NotFound("not_found", _GONE)
    return found


def notes_of(item_ids: Collection[int], *, limit: int = 20) -> list[Note]:
    """The newest notes on these cases; the caller has checked that they may be read."""
    query = Note.objects.filter(item_id__in=list(item_ids)).select_related("author")
    return list(query.order_by("-at")[:limit])


def is_urgent(item: WorkItem) -> bool:
    """Whether news of a case passes quiet hours: it is P1, or somebody's safety is at stake."""
    return item.priority == 1 or (
        item.failure is not None and item.failure.safety >= SAFETY_AT_STAKE
    )


def items_with_facts(item_ids: Collection[int]) -> dict[int, WorkItem]:
    """Cases with all that facts_of_item reads of them; one query."""
    found = WorkItem.objects.select_related("failure__category", "failure__mode__category")
    return found.in_bulk(list(item_ids))


def facts_of_item(item: WorkItem) -> Facts:
    """What rules may ask about a case read by items_with_facts; no query while warm."""
    desks = slugs_above(item.department_id)
    failure = item.failure
    if failure is None:
        return facts_from(
            track=item.kind, priority=item.priority, level=item.level, departments=desks
        )
    mode = failure.mode
    return facts_from(
        track=item.kind,
        priority=item.priority,
        level=item.level,
        segment=item.segment,
        departments=desks,
        grades={name: getattr(failure, name) for name in SEVERITIES},
        category=failure.category.slug if failure.category else "",
        mode=f"{mode.category.slug}/{mode.slug}" if mode else "",
        at_risk=failure.at_risk_now,
        flag=tuple(failure.flags),
        channel=failure.channel,
        detection=failure.detection,
        complained=failure.received_at is not None,
        affected=failure.affected_count,
        double_deviation=failure.double_deviation,
    )
