"""Failures that nobody complained about, and the state of all of them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from recovery.coordination.selectors import Reported, facts_of, find_failures, reported
from recovery.coordination.services import Affected, answered_before, submit_affected
from recovery.failures.selectors import failure_by_reference
from recovery.intake.api.base import (
    READS,
    WRITES_FAILURES,
    Body,
    IntakeView,
    ScopedView,
    respond,
    submitted_by,
)
from recovery.intake.api.schema import describe
from recovery.intake.forms.bodies import read_affected, read_failure
from recovery.intake.forms.queries import read_wanted
from recovery.intake.presenters.records import (
    affected_body,
    answer_body,
    as_text,
    failure_body,
    header_body,
    refused_body,
)
from recovery.kernel.refusals import Invalid
from recovery.web.paging import KeyPaging
from recovery.web.people import person_of


class FailuresView(IntakeView):
    """POST takes one failure, GET lists them."""

    scopes = {"GET": READS, "POST": WRITES_FAILURES}
    route = "failures"

    @describe.post_failure
    def post(self, request: Request) -> HttpResponse:
        now = timezone.now()

        def say(found: Sequence[Reported]) -> tuple[int, Body]:
            (record,) = found
            body = failure_body(record, request.build_absolute_uri)
            status = 201 if record.created else 200
            return status, answer_body(body, created=record.created)

        answer = self.submit(
            request, lambda: [read_failure(request.data, now=now)], say, now=now
        )
        return respond(answer, below=request.path, name="failure")

    @describe.list_failures
    def get(self, request: Request) -> Response:
        wanted = read_wanted(request.query_params, now=timezone.now())
        paging = KeyPaging()
        rows = paging.paginate_queryset(find_failures(wanted), request, self) or []
        keys = [row.pk for row in rows]
        records, facts = reported(keys), facts_of(keys)
        return paging.get_paginated_response(
            [header_body(records[key], facts[key], request.build_absolute_uri) for key in keys]
        )


class FailureView(ScopedView):
    """GET one failure by its reference F-…"""

    scopes = {"GET": READS}

    @describe.get_failure
    def get(self, request: Request, reference: str) -> Response:
        key = failure_by_reference(reference).pk
        record, facts = reported([key])[key], facts_of([key])[key]
        return Response(header_body(record, facts, request.build_absolute_uri))


class AffectedView(ScopedView):
    """POST up to a hundred people whom a failure affected: a case each, without a complaint."""

    scopes = {"POST": WRITES_FAILURES}

    @describe.post_affected
    def post(self, request: Request, reference: str) -> HttpResponse:
        now, actor = timezone.now(), person_of(request)
        key = failure_by_reference(reference).pk
        submitted = submitted_by(request, f"failures/{key}/customers")
        try:
            sent = read_affected(request.data, now=now)
        except Invalid:
            known = answered_before(submitted, actor) if submitted else None
            if known is None:
                raise
            return respond(known)

        def say(found: Sequence[Affected]) -> tuple[int, str]:
            rest = iter(found)
            results: list[dict[str, Any]] = [
                refused_body(each) if isinstance(each, Invalid) else affected_body(next(rest))
                for each in sent
            ]
            return 200, as_text({"results": results})

        people = [each for each in sent if not isinstance(each, Invalid)]
        return respond(
            submit_affected(
                failure_id=key,
                customers=people,
                say=say,
                submitted=submitted,
                actor=actor,
                now=now,
            )
        )
