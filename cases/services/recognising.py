"""Is this customer known? By their number in a system, else their e-mail address, else phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from django.db.backends.utils import CursorWrapper

from cases.models import Customer
from recovery.kernel.rows import Batch

FEWEST_DIGITS: Final = 7
# Whose keys a caller takes beforehand, one for each customer that might be new.
NEW_CUSTOMERS: Final = Customer

# Four probes of partial indexes, whose conditions are repeated for the planner. Who was merged is
# recognised as before and answered by whoever stands for them now. A further number carries the
# preferred address, lest a family's telephone joins two who differ in that.
ALIKE: Final = """
SELECT coalesce(merged_into_id, id) AS key, source, external_id, email_normal, phone_normal
FROM cases_customer
WHERE (source, external_id) IN %s AND external_id <> ''
   OR email_normal = ANY(%s) AND email_normal <> ''
   OR phone_normal = ANY(%s) AND phone_normal <> ''
UNION ALL
SELECT coalesce(who.merged_into_id, who.id), who.source, who.external_id,
  CASE WHEN way.kind = 'email' THEN way.normal ELSE who.email_normal END,
  CASE WHEN way.kind = 'phone' THEN way.normal ELSE '' END
FROM cases_contactway way JOIN cases_customer who ON who.id = way.customer_id
WHERE way.normal = ANY(%s)
ORDER BY key
"""


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Whoever is affected, as the sender knows them; any part may be missing."""

    source: str = ""
    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one customer from another, strongest first; "" is not known."""

    number: tuple[str, str] | None
    email: str
    phone: str

    def agrees(self, other: "Identity") -> bool:
        """Say whether the strongest thing both know is the same, a contradiction above it none.

        A family shares a telephone and sometimes an address, so what is weaker cannot join two
        who differ in something stronger.
        """
        mine, theirs = self.number, other.number
        if mine and theirs and mine[0] == theirs[0]:
            return mine == theirs
        if self.email and other.email:
            return self.email == other.email
        return bool(self.phone) and self.phone == other.phone


def normal_email(email: str) -> str:
    """Return the address in the one way it is compared in, "" for what is none."""
    plain = email.strip().casefold()
    return plain if "@" in plain else ""


def normal_phone(phone: str) -> str:
    """Return E.164 where the number names its country, else its bare digits, "" if too few."""
    plain = phone.strip()
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if plain.startswith("+"):
        try:
            number = phonenumbers.parse(plain)
        except phonenumbers.NumberParseException:
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = "".join(filter(str.isdecimal, plain))
    return digits if len(digits) >= FEWEST_DIGITS else ""


def identity_of(facts: CustomerFacts) -> Identity:
    """Return what `facts` can be recognised by."""
    number = (facts.source, facts.external_id) if facts.external_id else None
    return Identity(number, normal_email(facts.email), normal_phone(facts.phone))


def recognise(
    cursor: CursorWrapper,
    batch: Batch,
    facts: Sequence[CustomerFacts],
    *,
    fresh_ids: Iterable[int],
) -> list[int]:
    """Return the customer of each of `facts`, adding those not known yet to `batch`.

    `fresh_ids` are keys to use, at least as many as facts. Two of the facts may be one person.
    Somebody else adding the same (source, external_id) meanwhile makes the flush fail on
    `customer_external_once`: then look again.
    """
    wanted = [identity_of(each) for each in facts]
    known = _known(cursor, wanted)
    keys = iter(fresh_ids)
    found: list[int] = []
    new: list[tuple[Identity, int, CustomerFacts]] = []
    for each, identity in zip(facts, wanted, strict=True):
        key = _search(known, identity)
        if key is None:
            key = next(keys)
            new.append((identity, key, each))
            known.append((key, identity))
        found.append(key)
    # In one order for everybody, lest two batches with the same new people wait for each other.
    for identity, key, each in sorted(new, key=lambda row: row[0].number or ("", "")):
        batch.add(Customer, id=key, **_columns(each, identity))
    return found


def _search(known: Sequence[tuple[int, Identity]], wanted: Identity) -> int | None:
    """The best match: by number before e-mail before phone, the oldest of equals."""
    alike = [(key, other) for key, other in known if wanted.agrees(other)]
    for name in ("number", "email", "phone"):
        value = getattr(wanted, name)
        for key, other in alike:
            if value and getattr(other, name) == value:
                return key
    return None


def _known(cursor: CursorWrapper, wanted: Sequence[Identity]) -> list[tuple[int, Identity]]:
    numbers = {each.number for each in wanted if each.number}
    emails = {each.email for each in wanted} - {""}
    phones = {each.phone for each in wanted} - {""}
    if not (numbers or emails or phones):
        return []
    # An empty row matches nothing: IN () is no SQL.
    by_number = tuple(numbers) or ((None, None),)
    cursor.execute(ALIKE, [by_number, [*emails], [*phones], [*emails, *phones]])
    return [
        (key, Identity((source, number) if number else None, email, phone))
        for key, source, number, email, phone in cursor.fetchall()
    ]


def _columns(facts: CustomerFacts, identity: Identity) -> dict[str, str]:
    return {
        "source": facts.source,
        "external_id": facts.external_id,
        "name": facts.name,
        "email": facts.email,
        "email_normal": identity.email,
        "phone": facts.phone,
        "phone_normal": identity.phone,
        "segment": facts.segment,
    }
