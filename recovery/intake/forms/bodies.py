"""The bodies of POST /complaints/ and POST /failures/: declared once, read into reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cases.states import RemedyWish
from recovery.coordination.selectors import catalogue, department_ids
from recovery.coordination.services import ComplaintFacts, CustomerFacts, Report
from recovery.failures.policy import Flag
from recovery.failures.states import SEVERITIES, Channel, Detection
from recovery.intake.forms.reading import Code, Email, Number, Reader, Text, When, Wrong, YesNo
from recovery.intake.forms.shapes import Anything, Either, Many, Parts
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

MOST_WORDS: Final = 20_000
MOST_CUSTOMERS: Final = 500
MOST_AT_ONCE: Final = 100

_CHANNELS = {member.value: member for member in Channel}
_DETECTIONS = {member.value: member for member in Detection if member != Detection.COMPLAINT}
_WISHES = {member.value: member for member in RemedyWish}
_TICKS = {member.value: member.value for member in Flag}
_GRADE = Number(0, 4)

CUSTOMER = Parts(
    {
        "external_id": Text(120),
        "name": Text(160, example="Rui Tavares"),
        "email": Email(),
        "phone": Text(40, example="+351 912 345 678"),
        "segment": Text(60),
    }
)

_SHARED: Mapping[str, Reader] = {
    "source": Text(60, example="crm"),
    "external_id": Text(120),
    "channel": Code(lambda: _CHANNELS, fixed=True),
    "occurred_at": When(),
    "what_happened": Text(
        MOST_WORDS, example="Flight cancelled at the gate, nobody told us why."
    ),
    "category": Code(lambda: catalogue().category_ids),
    "mode": Code(lambda: catalogue().mode_ids),
    "promise": Code(lambda: catalogue().promise_ids),
    "department": Code(department_ids),
    "severity": Either(_GRADE, Parts(dict.fromkeys(SEVERITIES, _GRADE)), "experience"),
    "at_risk_now": YesNo(),
    "flags": Many(Code(lambda: _TICKS, fixed=True), len(_TICKS)),
    "service_reference": Text(80, example="HA 418"),
}

COMPLAINT = Parts(
    {
        **_SHARED,
        "received_at": When(),
        "customer": CUSTOMER,
        "wish": Code(lambda: _WISHES, fixed=True),
        "wished_outcome": Text(2_000),
    },
    required=frozenset({"what_happened"}),
)

FAILURE = Parts(
    {
        **_SHARED,
        "detection": Code(lambda: _DETECTIONS, fixed=True),
        "detected_at": When(),
        "customers": Many(CUSTOMER, MOST_CUSTOMERS),
        "affected": Number(0, 1_000_000),
        "no_reach": Text(2_000),
    },
    required=frozenset({"what_happened"}),
)

_NAME = "complaints"
BATCH = Parts({_NAME: Many(COMPLAINT, MOST_AT_ONCE, least=1)}, required=frozenset({_NAME}))
_ENVELOPE = Parts({_NAME: Many(Anything(), MOST_AT_ONCE, least=1)}, required=frozenset({_NAME}))

_WHO = "customers"
AFFECTED = Parts(
    {"source": Text(60, example="bookings"), _WHO: Many(CUSTOMER, MOST_AT_ONCE, least=1)},
    required=frozenset({_WHO}),
)
_AFFECTED = Parts(
    {**AFFECTED.fields, _WHO: Many(Anything(), MOST_AT_ONCE, least=1)},
    required=AFFECTED.required,
)


def read_affected(body: Any, *, now: datetime) -> list[CustomerFacts | Invalid]:
    """Return each person of a list, or what is wrong with them. Raises Invalid for the rest."""
    wrong = Wrong(now)
    sent = _AFFECTED.read(body, "", wrong)
    wrong.refuse()
    return [_person_or_refusal(each, sent.get("source", ""), now) for each in sent[_WHO]]


def _person_or_refusal(sent: Any, source: str, now: datetime) -> CustomerFacts | Invalid:
    wrong = Wrong(now)
    person = CUSTOMER.read(sent, "", wrong)
    try:
        wrong.refuse()
    except Invalid as refusal:
        return refusal
    if "external_id" in person and not source:
        return _source_missing()
    if not person.keys() - {"segment"}:
        return Invalid(
            "nobody",
            gettext_noop("Send who it is: a name, an address, a phone or a number of yours."),
        )
    return _customer(person, source)


def read_complaint(body: Any, *, now: datetime) -> Report:
    """Return the report in `body`. Raises Invalid with everything that is wrong."""
    wrong = Wrong(now)
    sent = COMPLAINT.read(body, "", wrong)
    customer = sent.get("customer")
    _check_source(sent, [customer] if customer else [], wrong)
    _check_mode(sent, wrong)
    wrong.refuse()
    channel = sent.get("channel", Channel.API)
    source = sent.get("source", "")
    complaint = ComplaintFacts(
        words=sent["what_happened"],
        channel=channel,
        received_at=min(sent.get("received_at", now), now),
        wish=sent.get("wish"),
        wished_outcome=sent.get("wished_outcome", ""),
        source=source,
        external_id=sent.get("external_id", ""),
    )
    return Report(
        **_shared(sent, channel),
        detection=Detection.COMPLAINT,
        customers=(_customer(customer, source),) if customer else (),
        complaint=complaint,
    )


def read_batch(body: Any, *, now: datetime) -> list[Report | Invalid]:
    """Return for each complaint its report or what is wrong with it. Raises Invalid for the rest."""
    wrong = Wrong(now)
    sent = _ENVELOPE.read(body, "", wrong)
    wrong.refuse()
    return [_read_or_refuse(each, now=now) for each in sent[_NAME]]


def _read_or_refuse(body: Any, *, now: datetime) -> Report | Invalid:
    try:
        return read_complaint(body, now=now)
    except Invalid as refusal:
        return refusal


def read_failure(body: Any, *, now: datetime) -> Report:
    """Return the report of a failure nobody complained about. Raises Invalid."""
    wrong = Wrong(now)
    sent = FAILURE.read(body, "", wrong)
    customers = [each for each in sent.get("customers", []) if each]
    _check_source(sent, customers, wrong)
    _check_mode(sent, wrong)
    if sent.get("no_reach") and (customers or sent.get("affected")):
        wrong.add(
            "no_reach",
            "reach_contradicts",
            gettext_noop(
                "You name people it reached, and say that it reached nobody. Send one of the two."
            ),
        )
    wrong.refuse()
    source = sent.get("source", "")
    return Report(
        **_shared(sent, sent.get("channel", Channel.API)),
        detection=sent.get("detection", Detection.MONITORING),
        detected_at=min(sent.get("detected_at", now), now),
        customers=tuple(_customer(each, source) for each in customers),
        affected=sent.get("affected", 0),
        no_reach=sent.get("no_reach", ""),
    )


def _shared(sent: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    shared = {
        "what_happened": sent["what_happened"],
        "channel": channel,
        "source": sent.get("source", ""),
        "external_id": sent.get("external_id", ""),
        "occurred_at": sent.get("occurred_at"),
        "category_id": sent.get("category"),
        "mode_id": sent.get("mode"),
        "promise_id": sent.get("promise"),
        "department_id": sent.get("department"),
        "at_risk_now": sent.get("at_risk_now", False),
        "flags": tuple(dict.fromkeys(sent.get("flags", ()))),
        "service_reference": sent.get("service_reference", ""),
    }
    if sent.get("severity"):
        shared["severity"] = sent["severity"]
    return shared


def _customer(sent: Mapping[str, str], source: str) -> CustomerFacts:
    return CustomerFacts(source=source if "external_id" in sent else "", **sent)


def _check_source(
    sent: Mapping[str, Any], customers: list[Mapping[str, str]], wrong: Wrong
) -> None:
    numbered = "external_id" in sent or any("external_id" in each for each in customers)
    if numbered and "source" not in sent:
        wrong.parts.append(_source_missing())


def _source_missing() -> Invalid:
    return Invalid(
        "source_missing",
        gettext_noop("Send in `source` which system gave the external_id."),
        field="source",
    )


def _check_mode(sent: Mapping[str, Any], wrong: Wrong) -> None:
    mode = catalogue().modes.get(sent.get("mode", 0))
    if mode and sent.get("category", mode.category_id) != mode.category_id:
        wrong.add(
            "mode",
            "other_category",
            gettext_noop("This mode belongs to another category. Send the mode alone."),
        )
