"""The address of a survey, and what was answered to it."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from cases.models import Survey
from recovery.kernel.references import decode, encode

SALT: Final = "cases.survey"
PREFIX: Final = "Q"
PROOF_BYTES: Final = 20  # 160 bits


def survey_token(survey_id: int) -> str:
    """The secret part of a survey's address: worked out, never stored."""
    name = encode(PREFIX, survey_id).removeprefix(f"{PREFIX}-")
    return f"{name}-{_proof(survey_id, settings.SECRET_KEY)}"


@dataclass(frozen=True, slots=True)
class Opened:
    """An open survey: which, of which case, how it was rated so far, and whether it is done."""

    id: int
    case_id: int
    rating: int | None
    is_answered: bool


def survey_behind(token: str, now: datetime) -> Opened | None:
    """What an address opens; None alike for unknown, forged, cut and closed ones. One query."""
    name, _, given = token.partition("-")
    known = decode(f"{PREFIX}-{name}")
    if known is None:
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(_proof(known[1], key), given) for key in keys):
        return None
    found = Survey.objects.filter(pk=known[1], open_until__gt=now).first()
    if found is None:
        return None
    return Opened(found.pk, found.case_id, found.rating, found.answered_at is not None)


def survey_of(case_id: int) -> Survey | None:
    """The latest survey of a case, with the guess of a colleague; one query."""
    mine = Survey.objects.filter(case_id=case_id).select_related("guess__by")
    return mine.order_by("-round").first()


def _proof(survey_id: int, key: str | bytes) -> str:
    mac = salted_hmac(SALT, str(survey_id), secret=key, algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()[:PROOF_BYTES]).decode().rstrip("=")
