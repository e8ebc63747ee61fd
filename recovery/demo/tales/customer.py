"""Tales of single customers: one for each state a customer case and a remedy can be in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, cycle
from typing import Any

import cases.services as customer
from cases.states import CASE, CaseState, RemedyState
from recovery.demo.engine import Stage
from recovery.demo.kinds import FOR_CUSTOMERS
from recovery.demo.tales.script import Step, Written, plan, somebody, write
from recovery.failures.states import Channel
from recovery.org.models import Person

DAY = 24.0
GIFT, ABOVE_LIMIT, OWED = 1_500, 9_000, 25_000
# Frontline people, whose limits chance does not spend, by the desk they work at.
HANDS = {"gate": "Rita Sousa", "contact": "Yara Lopes"}


@dataclass(slots=True)
class Course:
    """One customer's case, with a verb for each thing that can happen to it."""

    stage: Stage
    written: Written
    place: int = 0
    remedy_id: int = 0

    @property
    def owner(self) -> Person:
        return self.stage.world.people[HANDS[self.written.mode.desk]]

    @property
    def lead(self) -> Person:
        return self.stage.world.lead_of(self.stage.world.desks[self.written.mode.desk].pk)

    @property
    def case_id(self) -> int:
        return self.written.cases[self.place]

    def _case(self, now: datetime) -> dict[str, Any]:
        return {"case_id": self.case_id, "actor": self.owner, "now": now}

    def _remedy(self, now: datetime) -> dict[str, Any]:
        return {"remedy_id": self.remedy_id, "actor": self.owner, "now": now}

    def complain(self, now: datetime) -> None:
        self.written.complains = True
        self.notice(now)

    def notice(self, now: datetime) -> None:
        self.written.owner = self.owner
        write(self.stage, self.written, actor=self.owner, now=now)

    def acknowledge(self, now: datetime) -> None:
        words = "Told what we know and when we call again."
        customer.acknowledge(words=words, channel=Channel.PHONE, **self._case(now))

    def assess(self, now: datetime) -> None:
        customer.assess(**self._case(now))

    def investigate(self, now: datetime) -> None:
        customer.investigate(**self._case(now))

    def wait(self, now: datetime) -> None:
        words = "Please send us a picture of the receipt."
        customer.wait_for_customer(words=words, channel=Channel.EMAIL, **self._case(now))

    def _offer(self, now: datetime, **wish: Any) -> None:
        self.remedy_id = customer.offer_remedy(**wish, **self._case(now)).pk

    def offer(self, now: datetime) -> None:
        words = "Voucher for a meal at the airport"
        self._offer(now, line="goodwill", kind="voucher", amount_minor=GIFT, words=words)

    def offer_above_limit(self, now: datetime) -> None:
        words = "The fare of this leg"
        self._offer(now, line="goodwill", kind="refund", amount_minor=ABOVE_LIMIT, words=words)

    def owe(self, now: datetime) -> None:
        words = "Compensation for the delay"
        self._offer(now, line="entitlement", kind="payment", amount_minor=OWED, words=words)

    def approve(self, now: datetime) -> None:
        customer.approve_remedy(remedy_id=self.remedy_id, actor=self.lead, now=now)

    def refuse(self, now: datetime) -> None:
        words = "The fare was used. Offer a voucher."
        customer.refuse_remedy(remedy_id=self.remedy_id, words=words, actor=self.lead, now=now)

    def withdraw(self, now: datetime) -> None:
        customer.withdraw_remedy(words="Offered to the wrong booking.", **self._remedy(now))

    def ask_to_refuse(self, now: datetime) -> None:
        customer.ask_to_refuse_entitlement(
            words="Closed by the authority for the storm of that day.",
            evidence="Notice of the airport, page 2",
            **self._remedy(now),
        )

    def refuse_right(self, now: datetime) -> None:
        customer.refuse_entitlement(remedy_id=self.remedy_id, actor=self.lead, now=now)

    def accept(self, now: datetime) -> None:
        customer.accept_remedy(words="That will do.", **self._remedy(now))

    def decline(self, now: datetime) -> None:
        customer.decline_remedy(words="That does not make it good.", **self._remedy(now))

    def deliver(self, now: datetime) -> None:
        evidence = f"Voucher {self.case_id:07d}"
        customer.deliver_remedy(evidence=evidence, **self._remedy(now))

    def take_back(self, now: datetime) -> None:
        customer.take_back_remedy(
            words="Sent to somebody of the same name.",
            evidence="Voucher blocked unused",
            **(self._remedy(now) | {"actor": self.lead}),
        )

    def bounce(self, now: datetime) -> None:
        customer.bounce_remedy(
            words="The account is closed.", evidence="Bank R-03", **self._remedy(now)
        )

    def ask(self, now: datetime) -> None:
        words = "Is it solved for you?"
        customer.ask_if_solved(words=words, channel=Channel.EMAIL, **self._case(now))

    def confirm(self, now: datetime) -> None:
        customer.confirm_solved(words="Yes, thank you.", **self._case(now))

    def reopen(self, now: datetime) -> None:
        words = "The voucher is refused at the counter."
        customer.reopen(words=words, **self._case(now))

    def try_by_phone(self, now: datetime) -> None:
        self._try(now, Channel.PHONE)

    def try_by_mail(self, now: datetime) -> None:
        self._try(now, Channel.EMAIL)

    def _try(self, now: datetime, channel: Channel) -> None:
        customer.log_contact(
            direction="out", channel=channel, delivered=False, **self._case(now)
        )

    def give_up_reaching(self, now: datetime) -> None:
        customer.mark_unreachable(**self._case(now))

    def lose(self, now: datetime) -> None:
        customer.mark_lost(words="Flies with somebody else now.", **self._case(now))

    def say_final_no(self, now: datetime) -> None:
        customer.final_response(
            case_id=self.case_id,
            words="The change was shown two hours before; the record is enclosed.",
            outside_body="The national enforcement body",
            channel=Channel.LETTER,
            actor=self.lead,
            now=now,
        )

    def go_outside(self, now: datetime) -> None:
        body = "The national enforcement body"
        customer.outside_body_takes_it(outside_body=body, **self._case(now))

    def carry_out_ruling(self, now: datetime) -> None:
        evidence = "Paid as ruled, bank reference 20417733"
        customer.ruled_for_customer(evidence=evidence, **self._case(now))


C = Course
_PATH: Mapping[CaseState, Step[Course]] = {
    CaseState.RECEIVED: (0, C.complain),
    CaseState.ACKNOWLEDGED: (1.5, C.acknowledge),
    CaseState.ASSESSED: (2, C.assess),
    CaseState.INVESTIGATING: (1, C.investigate),
    CaseState.OFFERED: (15, C.offer),
    CaseState.ACCEPTED: (20, C.accept),
    CaseState.REMEDIED: (26, C.deliver),
    CaseState.CONFIRMING: (3 * DAY, C.ask),
    CaseState.RECOVERED: (30, C.confirm),
}
_UP_TO = dict(
    zip(_PATH, accumulate((step,) for step in _PATH.values()), strict=True)
)  # each state of the path with all steps to it
_SAID_NO = (*_UP_TO[CaseState.OFFERED], (20, C.decline), (5 * DAY, C.say_final_no))
_OUTSIDE = (*_SAID_NO, (9 * DAY, C.go_outside))
# Every state that can be played alone, with the way there. Merged needs a second failure.
ROUTES: Mapping[CaseState, Sequence[Step[Course]]] = {
    **_UP_TO,
    CaseState.DETECTED: ((0, C.notice),),
    CaseState.AWAITING_CUSTOMER: (*_UP_TO[CaseState.INVESTIGATING], (4, C.wait)),
    CaseState.REJECTED: (*_UP_TO[CaseState.OFFERED], (20, C.decline)),
    CaseState.FINAL_RESPONSE: _SAID_NO,
    CaseState.ESCALATED_EXTERNAL: _OUTSIDE,
    CaseState.RULED_RECOVERED: (*_OUTSIDE, (25 * DAY, C.carry_out_ruling)),
    CaseState.REMEDIED_UNCONFIRMED: _UP_TO[CaseState.CONFIRMING],  # silence does the rest
    CaseState.LOST: (*_UP_TO[CaseState.INVESTIGATING], (6 * DAY, C.lose)),
    CaseState.UNREACHABLE: (
        (0, C.notice), (3, C.try_by_phone), (2 * DAY, C.try_by_mail), (6 * DAY, C.try_by_phone),
        (12 * DAY, C.give_up_reaching),
    ),
}  # fmt: skip
_ASKED = (*_UP_TO[CaseState.INVESTIGATING], (6, C.offer_above_limit))
_OWED = (*_UP_TO[CaseState.INVESTIGATING], (5, C.owe))
_REFUSAL_ASKED = (*_OWED, (8, C.ask_to_refuse))
# The remedies that no route above leaves behind.
REMEDIES: Mapping[RemedyState, Sequence[Step[Course]]] = {
    RemedyState.AWAITING_APPROVAL: _ASKED,
    RemedyState.REFUSED: (*_ASKED, (7, C.refuse)),
    RemedyState.WITHDRAWN: (*_UP_TO[CaseState.OFFERED], (3, C.withdraw)),
    RemedyState.REFUSAL_ASKED: _REFUSAL_ASKED,
    RemedyState.LAWFULLY_REFUSED: (*_REFUSAL_ASKED, (10, C.refuse_right)),
    RemedyState.OFFERED: (*_ASKED, (7, C.approve)),
}
# Hours since the last step where work goes on, so that it is fresh; else it is long done.
_FRESH = {
    CaseState.DETECTED: 2.0, CaseState.RECEIVED: 0.6, CaseState.ACKNOWLEDGED: 1.2,
    CaseState.ASSESSED: 3.0, CaseState.INVESTIGATING: 6.0,
}  # fmt: skip
_RECENT, _DONE, _SILENT = 9.0, 10 * DAY, 22 * DAY


def ago(state: CaseState) -> float:
    """Hours between the last step of a tale and the end of the play."""
    if state is CaseState.REMEDIED_UNCONFIRMED:
        return _SILENT
    return _FRESH.get(state, _DONE if CASE.is_end(state) else _RECENT)


def tell_of_customers(stage: Stage) -> None:
    """Plan a customer for each state of a case and of a remedy."""
    kinds = cycle(FOR_CUSTOMERS)
    for state, steps in ROUTES.items():
        plan(Course(stage, Written(next(kinds), (somebody(stage),))), steps, ago=ago(state))
    for steps in REMEDIES.values():
        plan(Course(stage, Written(next(kinds), (somebody(stage),))), steps, ago=_RECENT)


def tell_of_returns(stage: Stage) -> None:
    """Plan two customers whose remedy came back: taken back by us, and by a closed account."""
    for step, kind in zip((C.take_back, C.bounce), FOR_CUSTOMERS, strict=False):
        steps = (*_UP_TO[CaseState.REMEDIED], (20, step))
        plan(Course(stage, Written(kind, (somebody(stage),))), steps, ago=_RECENT)
