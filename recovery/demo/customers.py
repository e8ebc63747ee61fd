"""What happens to failures and their customers in the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import cases.services as customer
import cases.services.by_customer as page
from cases.services.pace import OURS
from recovery.coordination.services import (
    ComplaintFacts,
    CustomerFacts,
    Report,
    report_failures,
)
from recovery.demo.cast import FIRST_NAMES, LAST_NAMES, PLAYERS, SEGMENTS, Mode
from recovery.demo.engine import Stage
from recovery.failures.models import FailureMode, WorkItem
from recovery.failures.states import Channel, Detection
from recovery.org.models import Person
from recovery.org.roles import Role

FAILURES = 84
DAYS = 548
_ROUTES = ("Porto", "Paris", "Munich", "Oslo", "Rome", "Madrid", "London", "Funchal")
_CHANNELS = (
    Channel.PHONE, Channel.PHONE, Channel.EMAIL, Channel.WEB, Channel.IN_PERSON, Channel.SOCIAL,
)  # fmt: skip
_REPORTERS = ("Rita Sousa", "Yara Lopes", "Ines Moreau", "Priya Nair")
_NOTICED = (Detection.STAFF, Detection.STAFF, Detection.MONITORING)


def plan_failures(stage: Stage, start: datetime) -> None:
    """Spread the failures over the months, more of them lately, each with its own course."""
    modes = list(stage.world.modes.values())
    weights = [mode.weight for mode, _row in modes]
    span = (stage.end - start).total_seconds()
    for _each in range(FAILURES):
        mode, row = stage.dice.choices(modes, weights)[0]
        share = stage.dice.random() ** 0.4
        when = start + timedelta(seconds=span * share)
        when = when.replace(hour=stage.dice.randrange(5, 23), minute=stage.dice.randrange(60))
        stage.at(when, partial(_report, stage, kind=(mode, row)))


def desk_of(stage: Stage, slug: str) -> list[Person]:
    """Who works cases of a desk: its handlers, else its lead."""
    people = stage.world.people
    found = [
        people[each.name] for each in PLAYERS if each.desk == slug and each.role == Role.HANDLER
    ]
    return found or [people["Marta Nunes"]]


def _people(stage: Stage, mode: Mode) -> tuple[CustomerFacts, ...]:
    if mode.slug == "roster-late":
        return ()
    many = mode.slug == "crew-out-of-hours"
    number = stage.dice.randrange(4, 10) if many else stage.dice.choice((1, 1, 1, 1, 2))
    return tuple(_customer(stage) for _each in range(number))


def _customer(stage: Stage) -> CustomerFacts:
    dice = stage.dice
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    number = dice.randrange(1, 3000)
    return CustomerFacts(
        source="bookings",
        external_id=f"PAX-{number:05d}",
        name=f"{first} {last}",
        email=f"{first}.{last}.{number}@mail.example".lower().replace(" ", ""),
        phone=f"+35191{dice.randrange(10**6, 10**7)}",
        segment=dice.choice(SEGMENTS),
    )


def _report(stage: Stage, now: datetime, *, kind: tuple[Mode, FailureMode]) -> None:
    mode, row = kind
    dice, world = stage.dice, stage.world
    people = _people(stage, mode)
    complained = bool(people) and len(people) < 6 and dice.random() < 0.72
    words = dice.choice(mode.accounts)
    desk = world.desks[mode.desk]
    reporter = world.people[dice.choice(_REPORTERS)]
    owner = dice.choice(desk_of(stage, mode.desk))
    channel = dice.choice(_CHANNELS) if people else Channel.INTERNAL
    said = ComplaintFacts(
        words=words, channel=channel, received_at=now, wished_outcome=mode.wish
    )
    grades = {
        name: max(0, min(4, grade + dice.choice((-1, -1, 0, 0))))
        for name, grade in mode.grades.items()
    }
    report = Report(
        what_happened="" if complained else words,
        channel=channel,
        detection=Detection.COMPLAINT if complained else dice.choice(_NOTICED),
        severity=grades,
        customers=people,
        complaint=said if complained else None,
        flags=("hostile_contact",) if dice.random() < 0.04 else (),
        at_risk_now=mode.slug in {"scald", "child-alone"} and dice.random() < 0.4,
        mode_id=row.pk,
        department_id=desk.pk,
        first_seen_department_id=world.desks[dice.choice(("gate", "contact", mode.desk))].pk,
        owner_id=owner.pk if dice.random() < 0.8 else None,
        service_reference=_flight(stage) if mode.desk != "payments" else "",
        occurred_at=now - timedelta(minutes=dice.randrange(5, 600)),
        detected_at=now,
        no_reach="" if people else "Caught before release; no flight changed.",
    )
    [made] = report_failures([report], actor=reporter, now=now)
    for case_id in (each.item_id for each in made.cases):
        _first_answer(stage, case_id, owner, mode=mode, at=now, quick=made.priority <= 2)


def _flight(stage: Stage) -> str:
    return f"HA {stage.dice.randrange(200, 480)} {stage.dice.choice(_ROUTES)}"


def _after(stage: Stage, now: datetime, *, hours: float, spread: float = 0.8) -> datetime:
    return now + timedelta(hours=hours * stage.dice.lognormvariate(0, spread))


def _first_answer(
    stage: Stage, case_id: int, owner: Person, *, mode: Mode, at: datetime, quick: bool
) -> None:
    slow = mode.desk in {"baggage", "assistance"}
    when = _after(stage, at, hours=(0.4 if quick else 1.6) * (1.7 if slow else 1.0), spread=0.9)

    def act(now: datetime) -> None:
        customer.acknowledge(
            case_id=case_id,
            words="Told what we know and when we call again.",
            channel=Channel.PHONE,
            actor=owner,
            now=now,
        )
        stage.at_work(_after(stage, now, hours=3), look)
        if stage.dice.random() < 0.8:
            stage.at_work(now + timedelta(hours=5 if quick else 44), reassure)

    def reassure(now: datetime) -> None:
        if _is_our_turn(case_id):
            customer.log_contact(
                case_id=case_id, direction="out", channel=Channel.EMAIL,
                words="We are still on it, and write again.", actor=owner, now=now,
            )  # fmt: skip

    def look(now: datetime) -> None:
        customer.assess(case_id=case_id, words="", actor=owner, now=now)
        customer.investigate(case_id=case_id, actor=owner, now=now)
        stage.at_work(
            _after(stage, now, hours=14), lambda at: _offer(stage, case_id, owner, now=at)
        )

    if quick:
        stage.at(when, act)
    else:
        stage.at_work(when, act)


def _is_our_turn(case_id: int) -> bool:
    return WorkItem.objects.filter(pk=case_id, state__in=OURS).exists()


def _offer(stage: Stage, case_id: int, owner: Person, *, now: datetime) -> None:
    dice = stage.dice
    kind, words = dice.choice((
        ("refund", "Cost repaid to the card"), ("voucher", "Voucher for the next flight"),
        ("apology", "Apology by the station manager"), ("payment", "Goodwill payment"),
    ))  # fmt: skip
    amount = (
        0 if kind == "apology" else dice.choice((2_000, 4_500, 8_000, 12_000, 18_000, 32_000))
    )
    remedy = customer.offer_remedy(
        case_id=case_id, line="goodwill", kind=kind, amount_minor=amount, words=words,
        actor=owner, now=now,
    )  # fmt: skip
    if remedy.state == "awaiting_approval":
        lead = stage.world.people["Jonas Lindqvist"]
        stage.at_work(
            _after(stage, now, hours=5),
            lambda at: _approve(stage, remedy.pk, case_id, people=(owner, lead), now=at),
        )
    else:
        _await_answer(stage, remedy.pk, case_id, owner=owner, now=now)


def _approve(
    stage: Stage, remedy_id: int, case_id: int, *, people: Sequence[Person], now: datetime
) -> None:
    owner, lead = people
    customer.approve_remedy(remedy_id=remedy_id, actor=lead, now=now)
    _await_answer(stage, remedy_id, case_id, owner=owner, now=now)


@dataclass(frozen=True, slots=True)
class Course:
    """How one offer goes on: answered, delivered, asked about, and what the customer then says."""

    stage: Stage
    remedy_id: int
    case_id: int
    owner: Person

    def answer(self, now: datetime) -> None:
        given: dict[str, Any] = {"remedy_id": self.remedy_id, "actor": self.owner, "now": now}
        if self.stage.dice.random() < 0.14:
            customer.decline_remedy(words="That does not make it good.", **given)
            self._offer_again(now, hours=20)
            return
        customer.accept_remedy(**given)
        self.stage.at_work(_after(self.stage, now, hours=9), self.deliver)

    def deliver(self, now: datetime) -> None:
        customer.deliver_remedy(
            remedy_id=self.remedy_id,
            evidence=f"Booked, reference {self.stage.dice.randrange(10**7, 10**8)}",
            actor=self.owner,
            now=now,
        )
        self.stage.at_work(now + timedelta(days=self.stage.dice.randrange(2, 8)), self.ask)

    def ask(self, now: datetime) -> None:
        customer.ask_if_solved(
            case_id=self.case_id,
            words="Is it solved for you?",
            channel=Channel.EMAIL,
            actor=self.owner,
            now=now,
        )
        self.stage.at_work(_after(self.stage, now, hours=30), self.hear)

    def hear(self, now: datetime) -> None:
        given: dict[str, Any] = {"case_id": self.case_id, "actor": self.owner, "now": now}
        roll = self.stage.dice.random()
        if roll < 0.62 and self._writes_to_us():
            page.say_solved(case_id=self.case_id, words="Yes, thank you.", now=now)
        elif roll < 0.62:
            customer.confirm_solved(words="Yes, thank you.", **given)
        elif roll < 0.7:
            customer.confirm_not_solved(words="Not yet.", **given)
            self._offer_again(now, hours=18)
        elif roll < 0.74:
            self._say_a_final_no(now)
        elif roll < 0.77:
            customer.mark_lost(words="Flies with somebody else now.", **given)

    def _writes_to_us(self) -> bool:
        """Every third customer answers on their own page."""
        return self.case_id % 3 == 0

    def _say_a_final_no(self, now: datetime) -> None:
        lead = self.stage.world.people["Jonas Lindqvist"]
        customer.final_response(
            case_id=self.case_id,
            words="The flight was met on time; the record of the gate is enclosed.",
            outside_body="The national enforcement body",
            channel=Channel.LETTER,
            actor=lead,
            now=now,
        )
        if self.stage.dice.random() < 0.5:
            self.stage.at_work(
                now + timedelta(days=20),
                lambda at: customer.outside_body_takes_it(
                    case_id=self.case_id,
                    outside_body="The enforcement body",
                    actor=lead,
                    now=at,
                ),
            )

    def _offer_again(self, now: datetime, *, hours: float) -> None:
        self.stage.at_work(
            _after(self.stage, now, hours=hours),
            lambda at: _offer(self.stage, self.case_id, self.owner, now=at),
        )


def _await_answer(
    stage: Stage, remedy_id: int, case_id: int, *, owner: Person, now: datetime
) -> None:
    course = Course(stage, remedy_id, case_id, owner)
    stage.at_work(_after(stage, now, hours=20), course.answer)


def plan_today(stage: Stage) -> None:
    """A few failures of the last hours, so that clocks are running at the first look."""
    modes = [stage.world.modes[slug] for slug in (
        "crew-out-of-hours", "bag-not-on-flight", "assistance-not-met", "child-alone",
        "refund-late", "told-different-things", "meal-wrong",
    )]  # fmt: skip
    for place, (mode, row) in enumerate(modes):
        when = stage.end - timedelta(minutes=9 + 23 * place)
        stage.at(when, partial(_report, stage, kind=(mode, row)))
