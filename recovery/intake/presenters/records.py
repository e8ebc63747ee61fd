"""Records as REST answers. Reasons are never given for the employee track; no personal data.

Words of promises go to keys with a scope of their own alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.clocks.selectors import Promised
from recovery.coordination.selectors import Reported, ReportedTrack
from recovery.coordination.services import Affected
from recovery.failures.selectors import item_reference
from recovery.failures.states import SEVERITIES, TrackKind
from recovery.kernel.refusals import Invalid, Refusal
from recovery.web.pages import error_body

_ANY = "F-000000"

type Body = dict[str, Any]
type Absolute = Callable[[str], str]


def stamp(at: datetime) -> str:
    """Say a time in UTC the way the API does: 2026-02-05T12:58:00Z."""
    return at.isoformat().replace("+00:00", "Z")


def _page_of(reference: str) -> str:
    """The address of a failure's page; looked up once, because looking up is slow."""
    return _any_page().replace(_ANY, reference)


@cache
def _any_page() -> str:
    return reverse("console:failure", args=[_ANY])


def as_text(body: Mapping[str, Any]) -> str:
    """Return JSON; readable characters stay readable."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def complaint_body(found: Reported, absolute: Absolute) -> Body:
    """The answer to a complaint; `absolute` makes a whole address of a path."""
    case = found.case
    return {
        "failure": found.reference,
        "customer_case": case.reference if case else None,
        "status": found.status,
        "tracks": [_track(track) for track in found.tracks],
        "clocks": _clocks(case.clocks if case else ()),
        "url": absolute(_page_of(found.reference)),
    }


def promises_body(found: Sequence[Promised]) -> Body:
    """What the customer of a case was promised; the only words of a case that go out."""
    return {
        "promises": [
            {"words": each.words, "due_at": stamp(each.due_at), "state": each.state}
            for each in found
        ]
    }


def failure_body(found: Reported, absolute: Absolute) -> Body:
    """The answer to a failure that nobody complained about."""
    return {
        "failure": found.reference,
        "customer_cases": [
            {
                "customer_case": case.reference,
                "state": case.state,
                "clocks": _clocks(case.clocks),
            }
            for case in found.cases
        ],
        "status": found.status,
        "tracks": [_track(track) for track in found.tracks],
        "url": absolute(_page_of(found.reference)),
    }


def affected_body(found: Affected) -> Body:
    """The answer to one of the people of a list."""
    body = {"customer_case": item_reference("customer", found.case_id)}
    if found.is_new:
        return {"status_code": 201, **body}
    said = _("Has a case of this failure already. What was sent now was ignored.")
    return {"status_code": 200, **body, "known": said}


def answer_body(body: Body, *, created: bool) -> Body:
    """Say beside a record that it was there before."""
    if created:
        return body
    said = _("Known already under this source and external_id. What was sent now was ignored.")
    return body | {"known": said}


def _track(track: ReportedTrack) -> Body:
    body: Body = {"kind": track.kind, "required": track.required, "state": track.state}
    if track.end:
        body["end"] = track.end
    if track.kind != TrackKind.EMPLOYEE:
        body["reasons"] = list(track.reasons)
    return body


def _clocks(clocks: Sequence[tuple[str, datetime]]) -> list[Body]:
    return [{"kind": kind, "due_at": stamp(due_at)} for kind, due_at in clocks]


def refused_body(refusal: Invalid) -> Body:
    """One refused item of a batch, in the shape of every error answer."""
    found = [(part.code, part.field, Refusal.say(part, _)) for part in refusal.parts]
    code, _field, message = found[0]
    return {"status_code": refusal.http_status, **error_body(code, message, found)}


def header_body(found: Reported, facts: Mapping[str, Any], absolute: Absolute) -> Body:
    """A failure as lists and look-ups show it: what everybody may read, no words, no names."""
    return {
        **failure_body(found, absolute),
        "title": found.title,
        "priority": found.priority,
        "priority_reason": found.priority_reason,
        "category": facts["category_code"],
        "mode": facts["mode_code"],
        "department": facts["department_code"],
        "channel": facts["channel"],
        "detection": facts["detection"],
        "service_reference": facts["service_reference"],
        "severity": {name: facts[name] for name in SEVERITIES},
        "affected": facts["affected_count"],
        **{
            name: stamp(facts[name]) if facts[name] else None
            for name in ("occurred_at", "detected_at", "received_at")
        },
    }
