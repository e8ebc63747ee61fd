"""What every REST view shares: scopes by method, idempotency keys, answers kept to the letter."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from recovery.coordination.selectors import Reported
from recovery.coordination.services import (
    Answer,
    Report,
    Submitted,
    answered_before,
    submit_reports,
)
from recovery.intake.presenters.records import as_text
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.web.authentication import requires_scope
from recovery.web.people import person_of

LONGEST_KEY = 120

type Body = Mapping[str, Any]


class ScopedView(APIView):
    """Asks for the scope of the method in `scopes`; a method without one does not exist."""

    scopes: ClassVar[Mapping[str, type[BasePermission]]] = {}

    def get_permissions(self) -> list[BasePermission]:
        permission = self.scopes.get(self.request.method or "", IsAuthenticated)
        return [permission()]


class IntakeView(ScopedView):
    """Takes reports, once for each idempotency key."""

    route = ""

    def submit(
        self,
        request: Request,
        read: Callable[[], Sequence[Report]],
        say: Callable[[Sequence[Reported]], tuple[int, Body]],
        *,
        now: datetime,
    ) -> Answer:
        """Read what was sent, write it and answer; a key that came before is answered as before."""
        submitted, actor = submitted_by(request, self.route), person_of(request)
        try:
            reports = read()
        except Invalid:
            # What was right then may be wrong by now: a retired code, a moved clock.
            known = answered_before(submitted, actor) if submitted else None
            if known is None:
                raise
            return known

        def told(found: Sequence[Reported]) -> tuple[int, str]:
            status, body = say(found)
            return status, as_text(body)

        return submit_reports(reports, say=told, submitted=submitted, actor=actor, now=now)


def submitted_by(request: Request, route: str) -> Submitted | None:
    """Return the idempotency key of a request with the fingerprint of its body, if it has one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(
            "bad_idempotency_key",
            gettext_noop("Send a key of 1 to 120 plain characters, such as a UUID."),
            field="Idempotency-Key",
        )
    return Submitted(key, route, hashlib.sha256(request.body).digest())


def respond(answer: Answer, *, below: str = "", name: str = "") -> HttpResponse:
    """Send an answer as it is stored; Location is the reference in `name` below an address."""
    response = HttpResponse(answer.text, status=answer.status, content_type="application/json")
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    reference = json.loads(answer.text)[name] if name else None
    if reference:
        response["Location"] = f"{below}{reference}/"
    return response


WRITES_COMPLAINTS = requires_scope("complaints:write")
WRITES_FAILURES = requires_scope("failures:write")
READS = requires_scope("failures:read")
READS_CASES = requires_scope("cases:read")
