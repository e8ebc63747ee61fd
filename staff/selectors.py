"""Reads of support cases, by their readers only, and of the open half: readiness."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from recovery.failures.models import Track
from recovery.failures.states import TrackKind, TrackState
from recovery.kernel.refusals import Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Membership, Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments, people_with
from staff.models import EmployeeCase, EnablementAction, Readiness, SupportNote
from staff.policy import Place, ReadinessView, is_outside, least_loaded

GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")
NAMES_OFFERED = 5
OVERDUE_SHOWN = 10


def case_for(viewer: Person, item_id: int) -> EmployeeCase:
    """The case, if `viewer` is the person or the supporter; else NotFound, whatever their role."""
    case = (
        EmployeeCase.objects.visible_to(viewer)
        .filter(pk=item_id)
        .select_related("failure", "person", "supporter", "item")
        .first()
    )
    if case is None:
        raise NotFound("not_found", GONE)
    return case


def cases_about(viewer: Person) -> list[EmployeeCase]:
    """What was offered to `viewer` or asked for by them, newest first.

    An offer still to be made is left out: it is made by a human voice, not by a list.
    """
    return list(
        EmployeeCase.objects.filter(person=viewer)
        .filter(Q(offered_at__isnull=False) | Q(self_referred=True))
        .select_related("supporter", "item")
        .order_by("-pk")[:100]
    )


def cases_supported(viewer: Person) -> list[EmployeeCase]:
    """The cases `viewer` supports: open ones first, newest first."""
    return list(
        EmployeeCase.objects.filter(supporter=viewer)
        .select_related("person", "item")
        .order_by("ended_at", "-pk")[:100]
    )


def cases_overdue(viewer: Person, now: datetime) -> list[int]:
    """Keys of cases whose offer is late and that `viewer` could take over, the latest first.

    Empty for those who do not support people. Whom they concern is not told before it is taken.
    """
    if not can(viewer, Permission.STAFF_OFFER):
        return []
    late = (
        EmployeeCase.objects.filter(item__closed_at__isnull=True, item__next_due_at__lte=now)
        .exclude(supporter=viewer)
        .exclude(person=viewer)
        .order_by("item__next_due_at", "pk")[:OVERDUE_SHOWN]
    )
    return [
        case.item_id
        for case in late
        if viewer.pk in {each.pk for each in deputies(case.item_id)}
    ]


def own_cases(viewer: Person, failure_id: int) -> list[EmployeeCase]:
    """The cases on one failure that `viewer` reads and knows of by now, newest first."""
    return list(
        EmployeeCase.objects.filter(failure_id=failure_id)
        .filter(
            Q(supporter=viewer)
            | Q(person=viewer, offered_at__isnull=False)
            | Q(person=viewer, self_referred=True)
        )
        .order_by("-pk")
    )


def track_of(failure_id: int) -> Track | None:
    """The employee track with its failure: what everybody may see of it."""
    return (
        Track.objects.select_related("failure")
        .filter(failure_id=failure_id, kind=TrackKind.EMPLOYEE)
        .first()
    )


def required_track(failure_id: int) -> Track:
    """The employee track with its failure. Raises NotFound where nobody requires it."""
    track = track_of(failure_id)
    if track is None or track.state == TrackState.NOT_REQUIRED:
        raise NotFound("not_found", GONE)
    return track


@dataclass(frozen=True, slots=True)
class ReadinessRecord:
    """The readiness answer of a failure with its actions, oldest first."""

    answer: Readiness
    actions: list[EnablementAction]

    @property
    def view(self) -> ReadinessView:
        """What the rules read of it."""
        done = sum(action.done_at is not None for action in self.actions)
        return ReadinessView(self.answer.made_worse, done, len(self.actions) - done)


def readiness_of(failure_id: int) -> ReadinessRecord | None:
    """The answer given for a failure, or None while nobody has answered."""
    answer = (
        Readiness.objects.select_related("answered_by").filter(failure_id=failure_id).first()
    )
    if answer is None:
        return None
    actions = answer.actions.select_related("owner").order_by("pk")
    return ReadinessRecord(answer, list(actions) if answer.made_worse else [])


def actions_owned(viewer: Person) -> list[EnablementAction]:
    """The enablement actions `viewer` owes, the first due first."""
    return list(
        EnablementAction.objects.filter(owner=viewer, done_at__isnull=True).order_by(
            "due_on", "pk"
        )[:100]
    )


def deputies(item_id: int) -> list[Person]:
    """Who could take a support case over, the best placed first; never the person's line.

    Empty when the case is unknown or nobody else supports people.
    """
    return deputies_of([item_id]).get(item_id, [])


def deputies_of(item_ids: Collection[int]) -> dict[int, list[Person]]:
    """The deputies of each known case; as many queries for one as for hundreds."""
    cases = list(EmployeeCase.objects.filter(pk__in=item_ids))
    if not cases:
        return {}
    able = people_with(Permission.STAFF_OFFER)
    people = {each.person_id for each in cases if each.person_id is not None}
    places = _places({each.pk for each in able} | people)
    load = _load([each.pk for each in able])
    return {
        case.pk: _best_first(
            [each for each in able if each.pk != case.supporter_id],
            case.person_id,
            places=places,
            load=load,
        )
        for case in cases
    }


def supporters_for(person_id: int | None, *, but: Collection[int] = ()) -> list[Person]:
    """Supporters for a person, the least loaded first; without a person, all of them.

    Those outside the person's team and line; if there are none, any but the person.
    """
    able = [each for each in people_with(Permission.STAFF_OFFER) if each.pk not in but]
    keys = {each.pk for each in able}
    places = {} if person_id is None else _places(keys | {person_id})
    return _best_first(able, person_id, places=places, load=_load(keys))


def _best_first(
    able: Collection[Person],
    person_id: int | None,
    *,
    places: Mapping[int, Place],
    load: Mapping[int, int],
) -> list[Person]:
    found = {each.pk: each for each in able if each.pk != person_id}
    if person_id is not None:
        outside = {
            key: each
            for key, each in found.items()
            if is_outside(key, places[key], person_id=person_id, person=places[person_id])
        }
        found = outside or found
    return [found[key] for key in least_loaded(found, load)]


def _load(supporters: Collection[int]) -> dict[int, int]:
    rows = (
        EmployeeCase.objects.filter(supporter_id__in=list(supporters), ended_at__isnull=True)
        .values("supporter_id")
        .annotate(open=Count("pk"))
    )
    return {row["supporter_id"]: row["open"] for row in rows}


def _places(person_ids: Collection[int]) -> dict[int, Place]:
    managers = dict(
        Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "manager_id")
    )
    own: dict[int, set[int]] = {key: set() for key in person_ids}
    led: dict[int, set[int]] = {key: set() for key in person_ids}
    cards = departments()
    rows = Membership.objects.filter(person_id__in=list(person_ids), until__isnull=True)
    for row in rows:
        own[row.person_id].add(row.department_id)
        if row.is_lead and (card := cards.get(row.department_id)):
            led[row.person_id] |= card.below
    return {
        key: Place(frozenset(own[key]), frozenset(led[key]), managers.get(key))
        for key in person_ids
    }


def find_person(words: str, *, field: str) -> Person:
    """The one active person an e-mail address, or a part of a name, belongs to.

    Raises Invalid on `field` when there is none or more than one.
    """
    words = words.strip()[:254]
    people = Person.objects.filter(is_active=True, kind=Person.Kind.HUMAN)
    exact = people.filter(email__iexact=words).first()
    if exact is not None:
        return exact
    found = list(people.filter(name__icontains=words).order_by("name")[: NAMES_OFFERED + 1])
    same = [each for each in found if each.name.casefold() == words.casefold()]
    if len(found) == 1 or len(same) == 1:
        return (same or found)[0]
    if not found or not words:
        raise Invalid(
            "nobody_so_named",
            gettext_noop("Nobody here has this name or e-mail address. Check the letters."),
            field=field,
        )
    raise Invalid(
        "several_so_named",
        gettext_noop("Several people fit: %(names)s. Type the e-mail address of the one."),
        field=field,
        names=tuple(f"{each.name} ({each.email})" for each in found[:NAMES_OFFERED]),
    )


def is_supporter(viewer: Person) -> bool:
    """Say whether `viewer` supports people by their role."""
    return can(viewer, Permission.STAFF_OFFER)


def note_count(item_id: int) -> int:
    """How many notes a case has, for its readers."""
    return SupportNote.objects.filter(case_id=item_id).count()


def count_notes() -> int:
    """How many support notes there are, for the progress of a change of keys."""
    return SupportNote.objects.count()


def anyone_screened(failure_id: int) -> bool:
    """Say whether a failure has a support case that the rule opened."""
    return EmployeeCase.objects.filter(failure_id=failure_id).screened().exists()
