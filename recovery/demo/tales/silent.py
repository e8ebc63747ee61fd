"""The tale of a cancelled flight: 31 passengers who said nothing, named by one list and told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cases.services import begin_outreach, draft_list, reach_out, start_list
from cases.services.foreseeing import ListRow
from cases.services.recognising import CustomerFacts
from cases.services.wording import Gift, Wording
from recovery.coordination.services import Report, report_failures, work_lists
from recovery.demo.engine import Stage
from recovery.demo.tales.script import plan, somebody
from recovery.failures.states import Channel, Detection
from recovery.org.models import Person

PASSENGERS, UNREACHED = 31, 3
RIGHT = 25_000
AGO = 5.0  # hours before the play ends
WORDS = Wording(
    words=(
        "Dear {{ first_name }},\n\n{{ what_happened }}\n\nWe are sorry. You did not have to tell "
        "us: we saw it ourselves. You are owed {{ remedy }}.\n\n{{ next }} You hear from us again "
        "by {{ when }}."
    ),
    what_happened=(
        "Your flight HA 418 to Porto was cancelled this morning, because its crew had reached the "
        "hours they may fly."
    ),
    next_step="You are booked on HA 422 at 18:40; answer this letter if that does not suit you.",
    gift=Gift(
        line="entitlement",
        kind="payment",
        words="compensation by regulation 261",
        amount_minor=RIGHT,
    ),
)


@dataclass(slots=True)
class Cancelled:
    """One flight that did not leave, and who tells its passengers."""

    stage: Stage
    failure_id: int = 0

    @property
    def handler(self) -> Person:
        return self.stage.world.people["Kofi Mensah"]

    def notice(self, now: datetime) -> None:
        mode, row = self.stage.world.modes["crew-out-of-hours"]
        report = Report(
            what_happened=mode.accounts[0],
            channel=Channel.INTERNAL,
            detection=Detection.MONITORING,
            severity=dict(mode.grades),
            affected=PASSENGERS,
            mode_id=row.pk,
            department_id=self.stage.world.desks[mode.desk].pk,
            owner_id=self.handler.pk,
            service_reference="HA 418 Porto",
            occurred_at=now - timedelta(minutes=20),
            detected_at=now,
        )
        [made] = report_failures([report], actor=self.handler, now=now)
        self.failure_id = made.failure_id
        self.stage.told_failures.add(made.failure_id)

    def bring_the_list(self, now: datetime) -> None:
        held = draft_list(
            failure_id=self.failure_id,
            rows=[ListRow(k, self._passenger(k)) for k in range(1, PASSENGERS + 1)],
            source="bookings",
            actor=self.handler,
            now=now,
        )
        start_list(list_id=held.pk, actor=self.handler, now=now)
        work_lists(now=now, list_id=held.pk)

    def _passenger(self, number: int) -> CustomerFacts:
        found = somebody(self.stage)
        has_none = number > PASSENGERS - UNREACHED
        email = "" if has_none else f"{found.external_id}@mail.example".lower()
        return replace(found, email=email)

    def tell_them(self, now: datetime) -> None:
        begin_outreach(
            failure_id=self.failure_id,
            wording=replace(WORDS, when=now + timedelta(days=2)),
            key=f"tale-{self.failure_id}",
            actor=self.handler,
            now=now,
        )
        reach_out(now=now)


def tell_of_silent_passengers(stage: Stage) -> None:
    """Plan it for the last day."""
    tale = Cancelled(stage)
    steps = ((0, Cancelled.notice), (0.5, Cancelled.bring_the_list), (0.5, Cancelled.tell_them))
    plan(tale, steps, ago=AGO)
