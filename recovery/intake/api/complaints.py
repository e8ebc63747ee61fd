"""Complaints, one or a hundred at once, and what became of them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from recovery.clocks.selectors import promises_for_customer
from recovery.coordination.selectors import (
    Reported,
    case_of_failure,
    facts_of,
    find_complaints,
    reported,
)
from recovery.failures.selectors import item_id_of
from recovery.failures.states import TrackKind
from recovery.intake.api.base import (
    READS,
    READS_CASES,
    WRITES_COMPLAINTS,
    Body,
    IntakeView,
    ScopedView,
    respond,
)
from recovery.intake.api.schema import describe
from recovery.intake.forms.bodies import read_batch, read_complaint
from recovery.intake.forms.queries import read_wanted
from recovery.intake.presenters.records import (
    answer_body,
    complaint_body,
    header_body,
    promises_body,
    refused_body,
)
from recovery.kernel.refusals import Invalid
from recovery.web.paging import KeyPaging


class ComplaintsView(IntakeView):
    """POST takes one complaint, GET lists customer cases with a complaint."""

    scopes = {"GET": READS, "POST": WRITES_COMPLAINTS}
    route = "complaints"

    @describe.post_complaint
    def post(self, request: Request) -> HttpResponse:
        now = timezone.now()

        def say(found: Sequence[Reported]) -> tuple[int, Body]:
            (record,) = found
            body = complaint_body(record, request.build_absolute_uri)
            status = 201 if record.created else 200
            return status, answer_body(body, created=record.created)

        answer = self.submit(
            request, lambda: [read_complaint(request.data, now=now)], say, now=now
        )
        return respond(answer, below=request.path, name="customer_case")

    @describe.list_complaints
    def get(self, request: Request) -> Response:
        wanted = read_wanted(request.query_params, now=timezone.now())
        paging = KeyPaging()
        items = paging.paginate_queryset(find_complaints(wanted), request, self) or []
        records = reported({item.failure_id for item in items if item.failure_id})
        bodies = [
            complaint_body(
                records[item.failure_id].of_case(item.pk), request.build_absolute_uri
            )
            for item in items
            if item.failure_id
        ]
        return paging.get_paginated_response(bodies)


class ComplaintView(ScopedView):
    """GET one customer case by its reference C-…"""

    scopes = {"GET": READS}

    @describe.get_complaint
    def get(self, request: Request, reference: str) -> Response:
        item_id = item_id_of(reference, TrackKind.CUSTOMER)
        failure_id = case_of_failure(item_id)
        record = reported([failure_id])[failure_id].of_case(item_id)
        header = header_body(
            record, facts_of([failure_id])[failure_id], request.build_absolute_uri
        )
        body = header | complaint_body(record, request.build_absolute_uri)
        if READS_CASES().has_permission(request, self):
            body |= promises_body(promises_for_customer(item_id))
        return Response(body)


class ComplaintBatchView(IntakeView):
    """POST up to a hundred complaints: each is taken or refused by itself, in one transaction."""

    scopes = {"POST": WRITES_COMPLAINTS}
    route = "complaints/batch"

    @describe.post_batch
    def post(self, request: Request) -> HttpResponse:
        now = timezone.now()
        sent: list[Any] = []

        def read() -> list[Any]:
            sent.extend(read_batch(request.data, now=now))
            return [each for each in sent if not isinstance(each, Invalid)]

        def say(found: Sequence[Reported]) -> tuple[int, Body]:
            records = iter(found)
            results = [
                refused_body(each)
                if isinstance(each, Invalid)
                else _accepted(next(records), request)
                for each in sent
            ]
            return 200, {"results": results}

        return respond(self.submit(request, read, say, now=now))


def _accepted(record: Reported, request: Request) -> dict[str, Any]:
    body = complaint_body(record, request.build_absolute_uri)
    status = 201 if record.created else 200
    return {"status_code": status, **answer_body(body, created=record.created)}
