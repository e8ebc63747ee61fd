"""Reporting failures: one batch-first verb behind browser, REST, files and demo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from django.db import connection, transaction
from django.db.utils import IntegrityError

from cases.services.opening import HistoricCase
from cases.states import CaseState
from recovery.coordination.models import ExternalRef, Submission
from recovery.coordination.selectors import Reported, known_refs, reported
from recovery.coordination.services.facts import Report
from recovery.coordination.services.planning import Planner
from recovery.events.services import wake_on_commit
from recovery.kernel.refusals import Busy, Invalid
from recovery.kernel.rows import Batch
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

type Mode = Literal["live", "history"]
type Say = Callable[[Sequence[Reported]], tuple[int, str]]

TRIES: Final = 3
ANSWERED, KNOWN, MET = "submission_once", "external_ref_once", "customer_external_once"


@dataclass(frozen=True, slots=True)
class Submitted:
    """An idempotency key, where it was sent and the SHA-256 of the body that came under it."""

    key: str
    route: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told. `replayed`: it is the answer given the first time, to the letter."""

    status: int
    text: str
    replayed: bool = False


def report_failures(
    items: Sequence[Report], *, actor: Person, now: datetime, mode: Mode = "live"
) -> list[Reported]:
    """Write failures, their tracks, cases, clocks and events in one transaction; answers in order.

    What came in before under the same (source, external_id) is left as it is and answered with
    `created` False. Mode "history" starts no clock and asks nobody for anything. Raises
    NotAllowed for a person who may not report, Conflict where there is no department at all.
    """
    return _written(_checked(items, actor, mode), None, actor=actor, now=now)[0]


def submit_reports(
    items: Sequence[Report],
    *,
    say: Say,
    submitted: Submitted | None,
    actor: Person,
    now: datetime,
) -> Answer:
    """Report failures once for each idempotency key of `actor`, and answer.

    `say` makes (HTTP status, text) of what was written; the text is stored with the key. The
    same key and body again: the stored answer. Raises Invalid for a key that came with
    another body.
    """
    if (
        submitted is not None
        and len(items) > 1
        and (known := answered_before(submitted, actor))
    ):
        return known
    try:
        return _written(_checked(items, actor, "live"), submitted, say, actor=actor, now=now)[1]
    except IntegrityError as error:
        known = (
            answered_before(submitted, actor)
            if submitted and broken(error) == ANSWERED
            else None
        )
        if known is None:
            raise
        return known


def _checked(items: Sequence[Report], actor: Person, mode: Mode) -> Sequence[Report]:
    if actor.kind == Person.Kind.HUMAN:
        permission = Permission.IMPORT_RUN if mode == "history" else Permission.FAILURE_REPORT
        require(actor, permission)
    if mode == "live":
        return [replace(item, historic=None) if item.historic else item for item in items]
    return [item if item.historic else _open_in_history(item) for item in items]


def _open_in_history(item: Report) -> Report:
    at = item.complaint.received_at if item.complaint else item.detected_at
    if at is None:
        message = "an old record needs the time it was received or detected"
        raise ValueError(message)
    return replace(item, historic=HistoricCase(CaseState.INVESTIGATING, at))


def _written(
    items: Sequence[Report],
    submitted: Submitted | None,
    say: Say | None = None,
    *,
    actor: Person,
    now: datetime,
) -> tuple[list[Reported], Answer]:
    """Write, and look again when somebody else was quicker with a customer or a reference.

    A single report does not look first: to be known already is rare, and the keys of the tables
    find out for nothing.
    """
    look = len(items) > 1
    for _ in range(TRIES):
        try:
            return _write(items, submitted, say, actor=actor, now=now, look=look)
        except IntegrityError as error:
            if broken(error) not in {KNOWN, MET}:
                raise
            look = True
    raise Busy(
        "busy",
        gettext_noop(
            "Others are writing the same records just now. Send it again in a moment."
        ),
    )


def _write(
    items: Sequence[Report],
    submitted: Submitted | None,
    say: Say | None,
    *,
    actor: Person,
    now: datetime,
    look: bool,
) -> tuple[list[Reported], Answer]:
    with transaction.atomic(), connection.cursor() as cursor:
        batch = Batch()
        # First of all, so that a second sender of the same key or number waits before it works.
        batch.place(Submission, ExternalRef)
        known = _known(items) if look else {}
        fresh = {each.ref or id(each): each for each in items if each.ref not in known}
        planner = Planner(cursor, batch, list(fresh.values()), actor_id=actor.pk, now=now)
        made = {key: planner.plan(report) for key, report in fresh.items()}
        planner.finish()
        results = _in_order(items, made, known)
        answer = Answer(*say(results)) if say else Answer(201, "")
        if submitted is not None:
            batch.add(
                Submission,
                principal_id=actor.pk,
                key=submitted.key,
                route=submitted.route,
                body_sha256=submitted.body_sha256,
                status=answer.status,
                answer=answer.text,
                at=now,
            )
        batch.flush(cursor)
        wake_on_commit()
    return results, answer


def _known(items: Sequence[Report]) -> dict[tuple[str, str] | None, Reported]:
    refs = known_refs({each.ref for each in items if each.ref})
    records = reported({failure_id for failure_id, _ in refs.values()})
    return {
        ref: replace(records[failure_id], case_id=item_id)
        for ref, (failure_id, item_id) in refs.items()
    }


def _in_order(
    items: Sequence[Report],
    made: dict[tuple[str, str] | int, Reported],
    known: dict[tuple[str, str] | None, Reported],
) -> list[Reported]:
    """One answer for each report; a number that occurs twice is known the second time."""
    results: list[Reported] = []
    seen: set[object] = set()
    for item in items:
        if item.ref in known:
            results.append(known[item.ref])
            continue
        key = item.ref or id(item)
        first = made[key]
        results.append(replace(first, created=False) if key in seen else first)
        seen.add(key)
    return results


def answered_before(submitted: Submitted, actor: Person) -> Answer | None:
    """Return the answer given to this key before, if it was.

    Raises Invalid when it came with another body or to another address.
    """
    found = Submission.objects.filter(principal=actor, key=submitted.key).first()
    if found is None:
        return None
    if bytes(found.body_sha256) != submitted.body_sha256 or found.route != submitted.route:
        raise Invalid(
            "idempotency_key_reused",
            gettext_noop(
                "This Idempotency-Key came before with another body. Use a new key for each "
                "new request, and the same key only to send the same request again."
            ),
            field="Idempotency-Key",
        )
    return Answer(found.status, found.answer, replayed=True)


def broken(error: IntegrityError) -> str:
    """The name of the constraint that was in the way."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
