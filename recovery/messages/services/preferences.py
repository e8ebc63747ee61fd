"""How a person wants to be told, checked as a whole before it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from zoneinfo import available_timezones

from django.db import transaction

from recovery.events.services import record
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.messages.models import Preference
from recovery.messages.states import Group, Way
from recovery.org.models import Person

HOURS = range(24)


@transaction.atomic
def wish(
    *,
    person: Person,
    ways: Mapping[str, str],
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    digest_hours: Sequence[int] = (),
    working_days_only: bool = False,
    zone: str = "",
    now: datetime,
) -> Preference:
    """Keep how `person` wants to be told: a way by group, quiet hours and digest hours.

    Hours and quiet times are in `zone`, which becomes the person's ("" is the organisation's).
    What is on its way keeps its time. Raises Invalid with everything that is wrong.
    """
    wrong = [
        *_wrong_ways(ways, digest_hours),
        *_wrong_quiet(quiet_from, quiet_until),
        *_wrong_hours(digest_hours),
        *_wrong_zone(zone),
    ]
    if wrong:
        raise Invalid.gather(wrong)
    kept, _new = Preference.objects.update_or_create(
        person=person,
        defaults={
            "ways": {str(group): str(way) for group, way in ways.items()},
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "digest_hours": sorted(set(digest_hours)),
            "working_days_only": working_days_only,
        },
    )
    if zone != person.zone:
        Person.objects.filter(pk=person.pk).update(zone=zone)
        person.zone = zone
    record(stream=f"person:{person.pk}", verb="person.wishes", actor_id=person.pk, at=now)
    return kept


def _wrong_ways(ways: Mapping[str, str], hours: Sequence[int]) -> Iterator[Invalid]:
    for group, way in ways.items():
        if group not in set(Group) or way not in set(Way):
            yield Invalid("unknown_code", gettext_noop("Choose one of the list."), field=group)
    if Way.DIGEST in ways.values() and not hours:
        yield Invalid(
            "digest_without_hour",
            gettext_noop("Something is to come in a digest. Choose at least one hour for it."),
            field="digest_hours",
        )


def _wrong_quiet(start: time | None, end: time | None) -> Iterator[Invalid]:
    if (start is None) != (end is None):
        yield Invalid(
            "quiet_half",
            gettext_noop("Give both ends of your quiet hours, or neither."),
            field="quiet_until" if end is None else "quiet_from",
        )
    elif start is not None and start == end:
        yield Invalid(
            "quiet_equal",
            gettext_noop(
                "Both ends are the same, so it is not clear whether that is no time or the whole "
                "day. Choose two different times, or neither."
            ),
            field="quiet_until",
        )


def _wrong_hours(hours: Sequence[int]) -> Iterator[Invalid]:
    if any(each not in HOURS for each in hours):
        yield Invalid(
            "no_hour",
            gettext_noop("Hours are from 0 to 23."),
            field="digest_hours",
        )


def _wrong_zone(zone: str) -> Iterator[Invalid]:
    if zone and zone not in available_timezones():
        yield Invalid(
            "unknown_zone",
            gettext_noop("There is no time zone of this name. Write one like Europe/Lisbon."),
            field="zone",
        )
