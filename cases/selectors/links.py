"""The address of the customer's own page: a secret that is worked out, never stored."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from cases.models import CustomerCase, StatusLink
from cases.policy import link_ends, matches_surname
from cases.states import CaseState
from recovery.failures.models import Failure
from recovery.failures.selectors import item_reference
from recovery.kernel.references import decode

SALT: Final = "cases.status-link"
PROOF_BYTES: Final = 20  # 160 bits
_FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A valid address: `given` is the case it was made for, `case_id` where that leads today."""

    token: str
    given: int
    generation: int
    case_id: int
    seen_at: datetime | None


def token_of(case_id: int, generation: int) -> str:
    """The secret part of the address of a case's page under the present key."""
    return f"{_name(case_id)}-{_proof(case_id, generation, settings.SECRET_KEY)}"


def generation_of(case_id: int) -> int:
    """Which address of a case is the valid one; one query."""
    found = StatusLink.objects.filter(pk=case_id).values_list("generation", flat=True)
    return found.first() or _FIRST


def status_token(case_id: int) -> str:
    """The secret part of the address that is valid now; one query."""
    return token_of(case_id, generation_of(case_id))


def opened_by(token: str, now: datetime) -> Opened | None:
    """What a token opens; None alike for what is unknown, forged, cut, replaced or expired.

    One query; three for a case that became part of another.
    """
    name, _, given = token.partition("-")
    known = decode(f"C-{name}")
    case_id = known[1] if known else 0
    row = (
        CustomerCase.objects.filter(pk=case_id)
        .values_list(
            "status_link__generation",
            "status_link__valid_until",
            "status_link__last_seen_at",
            "ended_at",
            "item__state",
        )
        .first()
    )
    generation, until, seen_at, ended_at, state = row or (_FIRST, None, None, None, "")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    generation = generation or _FIRST
    proven = [constant_time_compare(_proof(case_id, generation, key), given) for key in keys]
    ends = link_ends(ended_at, until)
    if row is None or not any(proven) or (ends is not None and now >= ends):
        return None
    living = living_case(case_id) if state == CaseState.MERGED else case_id
    return Opened(token, case_id, generation, living, seen_at)


def living_case(case_id: int) -> int:
    """The case a merged one went to: the same customer's, on what its failure became."""
    customer_id, stands_id, failure_id, into_id = CustomerCase.objects.values_list(
        "customer_id", "customer__merged_into_id", "failure_id", "failure__merged_into_id"
    ).get(pk=case_id)
    person_id = stands_id or customer_id
    while into_id:
        failure_id = into_id
        into_id = Failure.objects.values_list("merged_into_id", flat=True).get(pk=failure_id)
    same = Q(customer_id=person_id) | Q(customer__merged_into_id=person_id)
    found = CustomerCase.objects.filter(same, failure_id=failure_id, customer__isnull=False)
    keeping = found.exclude(item__state=CaseState.MERGED).values_list("pk", flat=True).first()
    return keeping or case_id


def is_surname(case_id: int, typed: str) -> bool:
    """Say whether `typed` is how the customer of a case is called; never without a name."""
    found = CustomerCase.objects.filter(pk=case_id).values_list("customer__name", flat=True)
    return matches_surname(found.first() or "", typed)


def _name(case_id: int) -> str:
    return item_reference("customer", case_id).removeprefix("C-")


def _proof(case_id: int, generation: int, key: str | bytes) -> str:
    mac = salted_hmac(SALT, f"{case_id}:{generation}", secret=key, algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()[:PROOF_BYTES]).decode().rstrip("=")
