"""More of the house for the browser: records in the states in which pages show their forms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

import cases.services as customer
import processes.services as process
import staff.services as employee
from cases.models import Contact, Remedy
from cases.selectors import case_id_of, status_token
from cases.states import LineKind, RemedyKind
from processes.models import Action
from processes.selectors import visible_id
from processes.states import ActionKind, ActionStrength, CauseKind
from recovery.clocks.selectors import all_readings
from recovery.clocks.services import make_promise, start_laws
from recovery.clocks.states import Begins, ClockKind
from recovery.coordination.services import merge_failures, report_failures
from recovery.escalation.services import escalate
from recovery.escalation.states import RaiseReason
from recovery.events.services import pump
from recovery.failures.models import Failure
from recovery.failures.selectors import failure_by_reference, item_reference, reference_of
from recovery.failures.services import add_note
from tests.clocks.standing import hold_law
from tests.matrix.house import House, a_complaint


@dataclass(frozen=True)
class Visit:
    """An address, by whom it is opened and which part of the page is new there."""

    member: str
    address: str
    part: str = ""


def live_in(house: House) -> list[Visit]:
    """Let the house be worked in; returns the pages to see beside those of the table."""
    now = timezone.now()
    failure = failure_by_reference(house.samples["failure"])
    work_on_customer(house, now)
    work_on_process(house, now)
    asked, answered, merged = more_failures(house, failure, now)
    private = employee.refer_self(
        failure_id=failure.pk, actor=house.people["frontline"], now=now
    )
    given: dict[str, Any] = {"actor": house.people["lead"], "now": now}
    employee.answer_readiness(
        failure_id=answered, made_worse=True, area="skill", words="Nobody knew.", **given
    )
    merge_failures(merged_id=merged, into_id=answered, **given)
    pump(now)
    item = int(house.samples["item"])
    escalate(
        item_id=item, to_level=1, reason=RaiseReason.SAFETY, words="She is alone.", **given
    )
    return [
        *lists(),
        Visit("lead", f"/escalation/{item}/"),
        *explained_clocks(house, item, now),
        *(
            Visit(member, f"/failures/{house.samples['failure']}/")
            for member in ("process_owner", "handler", "frontline", "outsider")
        ),
        Visit("lead", f"/failures/{reference_of(merged)}/"),
        Visit("lead", f"/support/readiness/{reference_of(asked)}/"),
        Visit("lead", f"/support/readiness/{reference_of(answered)}/"),
        Visit("supporter", f"/support/{item_reference('employee', private)}/"),
        Visit("frontline", f"/support/{item_reference('employee', private)}/"),
        Visit("manager", f"/cases/{house.samples['case']}/"),
        Visit("", f"/s/{status_token(item)}/"),
    ]


def explained_clocks(house: House, item: int, now: datetime) -> list[Visit]:
    """A clock that may be given more time, and one of a law that an authority is told of."""
    hold_law("complaint", met_by="told")
    by = house.people["handler"].pk
    with transaction.atomic():
        (law,) = start_laws(item_id=item, begins=Begins.COMPLAINT, at=now, actor_id=by)
    readings = all_readings(item, now)
    (mending,) = (each.id for each in readings if each.kind is ClockKind.RESOLVE)
    return [
        Visit("lead", f"/clocks/{mending}/"),
        Visit("handler", f"/clocks/{law.pk}/"),
    ]


def lists() -> list[Visit]:
    """Lists full, narrowed and empty."""
    return [
        Visit("lead", "/?view=desk"),
        Visit("handler", "/shift/"),
        Visit("process_owner", "/?view=desk&track=process"),
        Visit("outsider", "/"),
        Visit("outsider", "/?view=desk"),
        Visit("lead", "/failures/?status=all"),
        Visit("lead", "/failures/?q=zeppelin"),
        Visit("process_owner", "/processes/"),
        Visit("elsewhere", "/inbox/"),
        Visit("frontline", "/support/"),
    ]


def work_on_customer(house: House, now: datetime) -> None:
    """Told, something owed, and an offer above the limit."""
    case_id = case_id_of(house.samples["case"])
    given: dict[str, Any] = {"case_id": case_id, "actor": house.people["handler"], "now": now}
    customer.acknowledge(words="We know.", channel="phone", **given)
    owed: dict[str, Any] = {
        "kind": RemedyKind.PAYMENT,
        "words": "Compensation by law",
        "amount_minor": 25_000,
    }
    customer.offer_remedy(line=LineKind.ENTITLEMENT, **owed, **given)
    customer.assess(at_risk=False, words="Missed the wedding.", **given)
    gift: dict[str, Any] = {
        "kind": RemedyKind.VOUCHER,
        "words": "Voucher",
        "amount_minor": 90_000,
    }
    customer.offer_remedy(line=LineKind.GOODWILL, **gift, **given)
    add_note(
        item_id=int(house.samples["item"]),
        words="Calls back at five.",
        actor=house.people["handler"],
        now=now,
    )
    made = make_promise(
        item_id=case_id, words="We call you back.", due_at=now + timedelta(hours=2),
        desk_id=house.desk.pk, holder_id=house.people["handler"].pk,
        actor=house.people["handler"], now=now,
    )  # fmt: skip
    house.samples["promise"] = str(made.pk)
    house.samples["remedy"] = str(Remedy.objects.latest("pk").pk)
    house.samples["contact"] = str(Contact.objects.latest("pk").pk)


def work_on_process(house: House, now: datetime) -> None:
    """Opened, with a why and something to do."""
    owner = house.people["process_owner"]
    process_id = visible_id(owner, house.samples["process"])
    given: dict[str, Any] = {"process_id": process_id, "actor": owner, "now": now}
    process.open_case(statement="Requests reach nobody.", **given)
    process.add_cause(kind=CauseKind.OCCURRENCE, words="By e-mail", evidence="log", **given)
    process.add_action(
        kind=ActionKind.CORRECTIVE,
        strength=ActionStrength.STRONG,
        words="They join the feed",
        due_on=now.date(),
        **given,
    )
    house.samples["done"] = str(Action.objects.latest("pk").pk)


def more_failures(house: House, like: Failure, now: datetime) -> list[int]:
    """Three more of the same kind, a question each whether the cause is the same."""
    assert like.mode_id is not None
    made = report_failures(
        [a_complaint(house.desk, like.mode_id, now) for _each in range(3)],
        actor=house.people["frontline"],
        now=now,
    )
    pump(now)
    return [each.failure_id for each in made]
