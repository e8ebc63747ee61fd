"""The OpenAPI description of each operation, from the declarations that read the bodies."""

from types import SimpleNamespace
from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)

from recovery.failures.states import SEVERITIES, TrackEnd, TrackKind, TrackState, Whole
from recovery.intake.forms.bodies import AFFECTED, BATCH, COMPLAINT, FAILURE
from recovery.intake.forms.queries import FILTERS, SAID
from recovery.web.errors import ErrorAnswer

type Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_TIME_OR_NULL: Schema = _TIME | {"nullable": True}
_TEXT_OR_NULL: Schema = _TEXT | {"nullable": True}


def _object(**properties: Schema) -> Schema:
    optional = {"end", "reasons", "known", "promises"}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _list_of(each: Schema) -> Schema:
    return {"type": "array", "items": each}


def _one_of(codes: type[Any]) -> Schema:
    return {"type": "string", "enum": [member.value for member in codes]}


_TRACKS = _list_of(_object(
    kind=_one_of(TrackKind), required={"type": "boolean"}, state=_one_of(TrackState),
    end=_one_of(TrackEnd), reasons=_list_of(_TEXT),
))  # fmt: skip
_CLOCKS = _list_of(_object(kind=_TEXT, due_at=_TIME))
_PROMISES = _list_of(_object(words=_TEXT, due_at=_TIME, state=_TEXT))
_COMPLAINT_ANSWER = _object(
    failure=_TEXT, customer_case=_TEXT_OR_NULL, status=_one_of(Whole), tracks=_TRACKS,
    clocks=_CLOCKS, url=_TEXT, known=_TEXT,
)  # fmt: skip
_CASES = _list_of(_object(customer_case=_TEXT, state=_TEXT, clocks=_CLOCKS))
_FAILURE_ANSWER = _object(
    failure=_TEXT, customer_cases=_CASES, status=_one_of(Whole), tracks=_TRACKS, url=_TEXT,
    known=_TEXT,
)  # fmt: skip
_HEADER = _object(
    **_FAILURE_ANSWER["properties"], title=_TEXT, priority={"type": "integer"},
    priority_reason=_TEXT, category=_TEXT_OR_NULL, mode=_TEXT_OR_NULL, department=_TEXT,
    channel=_TEXT, detection=_TEXT, service_reference=_TEXT,
    severity=_object(**{name: {"type": "integer"} for name in SEVERITIES}),
    affected={"type": "integer"}, occurred_at=_TIME_OR_NULL, detected_at=_TIME,
    received_at=_TIME_OR_NULL,
)  # fmt: skip
_BATCH_ANSWER = _object(results=_list_of({"type": "object"}))

_KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 120},
    OpenApiParameter.HEADER,
    description="Your own key for this request, such as a UUID. Sent again with the same body it "
    "is answered as the first time, with Idempotent-Replayed: true.",
)  # fmt: skip
_REFUSED = OpenApiResponse(ErrorAnswer, description="Refused: code, field and a sentence.")
_ERRORS = {400: _REFUSED, 401: _REFUSED, 403: _REFUSED, 503: _REFUSED}
_WRITE_ERRORS = _ERRORS | {413: _REFUSED, 415: _REFUSED, 422: _REFUSED}
_LIST_ERRORS = _ERRORS | {404: _REFUSED, 422: _REFUSED}
_FILTERS = [
    OpenApiParameter(name, FILTERS.fields[name].schema(), description=said)
    for name, said in SAID.items()
] + [
    OpenApiParameter("cursor", str, description="Where the page begins: follow `next`."),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": 200},
        description="How many at once; 50 unless said.",
    ),
]  # fmt: skip
_REFERENCE = OpenApiParameter("reference", str, OpenApiParameter.PATH)


def _page_of(each: Schema) -> Schema:
    return _object(next=_TEXT_OR_NULL, previous=_TEXT_OR_NULL, results=_list_of(each))


def _example(value: Schema) -> OpenApiExample:
    return OpenApiExample("Example", value=value, request_only=True)


describe = SimpleNamespace(
    post_complaint=extend_schema(
        tags=["Complaints"],
        summary="Send a complaint",
        description="Only `what_happened` is required; a complaint may be anonymous. What is known "
        "already under its source and external_id is answered with 200 and not changed.",
        parameters=[_KEY],
        request={"application/json": COMPLAINT.schema()},
        responses={201: _COMPLAINT_ANSWER, 200: _COMPLAINT_ANSWER, **_WRITE_ERRORS},
        examples=[_example({
            "source": "website", "external_id": "4711", "channel": "web",
            "what_happened": "Flight cancelled at the gate, nobody told us why.",
            "customer": {"name": "Rui Tavares", "email": "rui@example.org"},
            "severity": 2, "service_reference": "HA 418",
        })],
    ),
    post_batch=extend_schema(
        tags=["Complaints"],
        summary="Send up to 100 complaints",
        description="Each is taken or refused by itself; `results` keeps their order, each with "
        "`status_code` 201, 200 or 422. Those taken are stored in one transaction.",
        parameters=[_KEY],
        request={"application/json": BATCH.schema()},
        responses={200: _BATCH_ANSWER, **_WRITE_ERRORS},
    ),
    list_complaints=extend_schema(
        operation_id="v1_complaints_list",
        tags=["Complaints"],
        summary="List customer cases with a complaint",
        parameters=_FILTERS,
        responses={200: _page_of(_COMPLAINT_ANSWER), **_LIST_ERRORS},
    ),
    get_complaint=extend_schema(
        tags=["Complaints"],
        summary="Look up one customer case",
        description="With the scope cases:read the answer has `promises` as well: what the "
        "customer was promised, by when, and whether it is open, kept, late or released.",
        parameters=[_REFERENCE],
        responses={200: _object(
            **_HEADER["properties"] | _COMPLAINT_ANSWER["properties"], promises=_PROMISES,
        ), **_ERRORS, 404: _REFUSED},
    ),
    post_failure=extend_schema(
        tags=["Failures"],
        summary="Send a failure nobody complained about",
        description="For what monitoring, an audit or a colleague found, with none, one or many "
        "customers affected. `no_reach` says how you know that it reached nobody.",
        parameters=[_KEY],
        request={"application/json": FAILURE.schema()},
        responses={201: _FAILURE_ANSWER, 200: _FAILURE_ANSWER, **_WRITE_ERRORS},
        examples=[_example({
            "what_happened": "Roster file came four hours late; caught before departure.",
            "detection": "monitoring", "severity": {"quality": 2},
            "no_reach": "All crews were at the gate in time.",
        })],
    ),
    post_affected=extend_schema(
        operation_id="v1_failures_customers_create",
        tags=["Failures"],
        summary="Name up to 100 people whom a failure affected",
        description="Each gets a customer case without a complaint, and the clock by which we are "
        "to tell them runs. `results` keeps their order, each with `status_code` 201, 200 for "
        "who has a case of this failure already, or 422.",
        parameters=[_REFERENCE, _KEY],
        request={"application/json": AFFECTED.schema()},
        responses={200: _BATCH_ANSWER, **_WRITE_ERRORS, 404: _REFUSED, 409: _REFUSED},
        examples=[_example({
            "source": "bookings",
            "customers": [{"external_id": "PAX-1", "name": "Rui Tavares",
                           "email": "rui@example.org"}],
        })],
    ),
    list_failures=extend_schema(
        operation_id="v1_failures_list",
        tags=["Failures"],
        summary="List failures",
        parameters=_FILTERS,
        responses={200: _page_of(_HEADER), **_LIST_ERRORS},
    ),
    get_failure=extend_schema(
        tags=["Failures"],
        summary="Look up one failure",
        parameters=[_REFERENCE],
        responses={200: _HEADER, **_ERRORS, 404: _REFUSED},
    ),
)  # fmt: skip
