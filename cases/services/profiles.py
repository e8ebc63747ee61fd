"""What is known of a customer, changed with its history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction

from cases.models import ContactWay, Customer
from cases.policy import MOST_MINOR
from cases.services.customers import (
    hold_customer,
    revise,
    say_of_customer,
    too_long,
    unknown_codes,
)
from cases.services.recognising import normal_email, normal_phone
from cases.states import ContactKind, PreferredFormat
from recovery.failures.states import Channel
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission

type Ways = Mapping[ContactKind, list[tuple[str, str]]]

MOST_WAYS: Final = 10
_MOST = {"name": 160, "segment": 60, "language": 12}
_LONGEST = {ContactKind.EMAIL: 254, ContactKind.PHONE: 40}
_NONE = {
    ContactKind.EMAIL: gettext_noop("“%(given)s” is no e-mail address."),
    ContactKind.PHONE: gettext_noop("“%(given)s” is no telephone number."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a customer; of addresses and numbers the preferred one comes first."""

    name: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    segment: str = ""
    customer_since: date | None = None
    lifetime_value_minor: int | None = None
    language: str = ""
    preferred_channel: str = ""
    preferred_format: str = ""
    no_surveys: bool = False


PLAIN: Final = tuple(
    each.name for each in fields(Profile) if each.name not in {"emails", "phones"}
)


def profile_of(customer: Customer) -> Profile:
    """What is known of a customer now; one query for their further addresses and numbers."""
    ways = list(ContactWay.objects.filter(customer=customer).order_by("pk"))
    first = {ContactKind.EMAIL: customer.email, ContactKind.PHONE: customer.phone}
    lists = {
        kind: tuple(filter(None, (first[kind], *(w.value for w in ways if w.kind == kind))))
        for kind in ContactKind
    }
    return Profile(
        emails=lists[ContactKind.EMAIL],
        phones=lists[ContactKind.PHONE],
        **{name: getattr(customer, name) for name in PLAIN},
    )


@transaction.atomic
def change_customer(
    *,
    customer_id: int,
    profile: Profile,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Customer:
    """Write down what is known of a customer; old and new are kept, the log says "changed".

    Raises Invalid for what is no address or number, all faults at once; Conflict when the
    record changed meanwhile or another one stands for it.
    """
    customer = hold_customer(
        customer_id, actor, Permission.CASE_WORK, expected_version=expected_version
    )
    ways = _checked(profile, now)
    before = _as_words(profile_of(customer))
    after = _as_words(
        replace(
            profile,
            emails=[value for value, _ in ways[ContactKind.EMAIL]],
            phones=[value for value, _ in ways[ContactKind.PHONE]],
        )
    )
    changed = {
        name: (before[name], after[name]) for name in after if before[name] != after[name]
    }
    if not changed:
        return customer
    _write(customer, profile, ways)
    event_id = say_of_customer(customer.pk, "customer.changed", actor=actor, now=now)
    revise(customer, event_id, changed)
    return customer


def _checked(profile: Profile, now: datetime) -> Ways:
    """The addresses and numbers with their normal forms, each once. Raises Invalid."""
    ways: Ways = {
        ContactKind.EMAIL: _once(profile.emails, normal_email),
        ContactKind.PHONE: _once(profile.phones, normal_phone),
    }
    faults = [
        *_faults_of(ContactKind.EMAIL, ways, "emails"),
        *_faults_of(ContactKind.PHONE, ways, "phones"),
        *_faults_of_facts(profile, now),
    ]
    if faults:
        raise Invalid.gather(faults)
    return ways


def _once(given: Sequence[str], normal: Callable[[str], str]) -> list[tuple[str, str]]:
    """Each with its normal form; of those that are the same the first, and all that have none."""
    found: dict[str, tuple[str, str]] = {}
    for value in given:
        found.setdefault(normal(value) or value, (value, normal(value)))
    return list(found.values())


def _faults_of(kind: ContactKind, ways: Ways, name: str) -> Iterator[Invalid]:
    for value, normal in ways[kind]:
        if not normal or len(value) > _LONGEST[kind] or "\x00" in value:
            yield Invalid(f"no_{kind}", _NONE[kind], field=name, given=value[:40])
    if len(ways[kind]) > MOST_WAYS:
        said = gettext_noop("Keep at most %(most)s.")
        yield Invalid("too_many", said, field=name, most=MOST_WAYS)


def _faults_of_facts(profile: Profile, now: datetime) -> Iterator[Invalid]:
    for name, most in _MOST.items():
        yield from too_long(getattr(profile, name), most=most, name=name)
    for name, known in (("preferred_channel", Channel), ("preferred_format", PreferredFormat)):
        yield from unknown_codes([getattr(profile, name)], tuple(known), name=name)
    if profile.customer_since and profile.customer_since > now.date():
        yield Invalid(
            "in_future",
            gettext_noop("Nobody is a customer since a day to come."),
            field="customer_since",
        )
    if not 0 <= (profile.lifetime_value_minor or 0) <= MOST_MINOR:
        yield Invalid(
            "amount_out_of_range",
            gettext_noop("Give an amount from nothing to one million."),
            field="lifetime_value_minor",
        )


def _write(
    customer: Customer,
    profile: Profile,
    ways: Ways,
) -> None:
    for name in PLAIN:
        setattr(customer, name, getattr(profile, name))
    empty = ("", "")
    customer.email, customer.email_normal = (ways[ContactKind.EMAIL] or [empty])[0]
    customer.phone, customer.phone_normal = (ways[ContactKind.PHONE] or [empty])[0]
    customer.version += 1
    customer.save(
        update_fields=[*PLAIN, "email", "email_normal", "phone", "phone_normal", "version"]
    )
    ContactWay.objects.filter(customer=customer).delete()
    ContactWay.objects.bulk_create(
        ContactWay(customer=customer, kind=kind, value=value, normal=normal)
        for kind, found in ways.items()
        for value, normal in found[1:]
    )


def _as_words(profile: Profile) -> dict[str, str]:
    """Each field as text, for the history."""
    found = {}
    for each in fields(Profile):
        value = getattr(profile, each.name)
        if isinstance(value, bool):
            found[each.name] = "1" if value else ""
        elif isinstance(value, str):
            found[each.name] = value.strip()
        elif isinstance(value, Sequence):
            found[each.name] = "\n".join(value)
        else:
            found[each.name] = "" if value is None else str(value)
    return found
