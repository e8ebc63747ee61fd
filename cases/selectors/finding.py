"""Finding a customer by what somebody knows of them, and records that may be one person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cases.models import ContactWay, Customer
from cases.models.customer import as_misread
from cases.selectors.customers import customers_of
from recovery.org.models import Person

MOST_FOUND: Final = 20
MOST_ALIKE: Final = 5
LEAST_NAME: Final = 3
# Names as near as Osei and Ossei, not any two that begin alike.
LEAST_ALIKE: Final = 0.6
_THRESHOLD = "SELECT set_config('pg_trgm.similarity_threshold', %s, true)"
_MISREAD = str.maketrans("OIL", "011", " -")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the customer looked for; "" is not known. The normal forms are compared."""

    email: str = ""
    phone: str = ""
    number: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone or self.number or self.name)


def find_customers(person: Person, wanted: Wanted) -> list[Customer]:
    """Those `person` may read whom this fits, by number, address or telephone before by name.

    Whoever was merged is found as the record that stands for them. At most four queries and at
    most twenty customers; none when nothing is wanted.
    """
    found = _exactly(wanted)
    if found:
        known = customers_of(person).filter(pk__in=found)
        if exact := list(known.order_by("name", "pk")[:MOST_FOUND]):
            return exact
    if len(wanted.name) < LEAST_NAME:
        return []
    named = customers_of(person).filter(
        name__trigram_word_similar=wanted.name, merged_into__isnull=True
    )
    near = TrigramWordSimilarity(wanted.name, "name")
    return list(named.annotate(near=near).order_by("-near", "name", "pk")[:MOST_FOUND])


def _exactly(wanted: Wanted) -> set[int]:
    """The keys of those whom a number, an address or a telephone names; merged ones followed."""
    normals = [each for each in (wanted.email, wanted.phone) if each]
    found: set[int] = set()
    probes = []
    if wanted.email:
        probes.append(Q(email_normal=wanted.email) & ~Q(email_normal=""))
    if wanted.phone:
        probes.append(Q(phone_normal=wanted.phone) & ~Q(phone_normal=""))
    for probe in probes:
        found |= _stand_for(Customer.objects.filter(probe).values_list("pk", "merged_into_id"))
    if normals:
        ways = ContactWay.objects.filter(normal__in=normals)
        found |= _stand_for(ways.values_list("customer_id", "customer__merged_into_id"))
    if wanted.number:
        numbered = Customer.objects.annotate(read=as_misread("external_id")).filter(
            ~Q(external_id=""), read=wanted.number.upper().translate(_MISREAD)
        )
        found |= _stand_for(numbered.values_list("pk", "merged_into_id"))
    return found


def _stand_for(rows: Collection[tuple[int, int | None]]) -> set[int]:
    return {into or key for key, into in rows}


@dataclass(frozen=True, slots=True)
class Alike:
    """Another record that may be the same person; `why` is "email", "phone" or "name"."""

    customer: Customer
    why: str


def maybe_the_same(person: Person, customer: Customer) -> Sequence[Alike]:
    """Other records that `person` may read with the same address or number or nearly this name.

    Strongest first, at most five; four queries. A name alone is compared by its trigrams.
    """
    ways = ContactWay.objects.filter(customer=customer).values_list("kind", "normal")
    mine = {"email": {customer.email_normal}, "phone": {customer.phone_normal}}
    for kind, normal in ways:
        mine[kind].add(normal)
    emails, phones = mine["email"] - {""}, mine["phone"] - {""}
    further = ContactWay.objects.filter(normal__in=emails | phones)
    by_way = dict(further.order_by("-kind").values_list("customer_id", "kind"))
    alike = Q(pk__in=[*by_way])
    alike |= Q(email_normal__in=emails) & ~Q(email_normal="")
    alike |= Q(phone_normal__in=phones) & ~Q(phone_normal="")
    if len(customer.name) >= LEAST_NAME:
        alike |= Q(name__trigram_similar=customer.name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_THRESHOLD, [str(LEAST_ALIKE)])
        found = list(
            customers_of(person)
            .filter(alike, merged_into__isnull=True)
            .exclude(pk=customer.pk)
            .annotate(near=Coalesce(TrigramSimilarity(F("name"), customer.name), 0.0))
            .order_by("-near", "pk")[: 2 * MOST_ALIKE]
        )
    rows = [Alike(each, by_way.get(each.pk) or _why(each, emails, phones)) for each in found]
    return sorted(rows, key=lambda row: ("email", "phone", "name").index(row.why))[:MOST_ALIKE]


def _why(other: Customer, emails: Collection[str], phones: Collection[str]) -> str:
    if other.email_normal in emails:
        return "email"
    return "phone" if other.phone_normal in phones else "name"
