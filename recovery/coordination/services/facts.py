"""What is known when a failure is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cases.services.opening import ComplaintFacts, HistoricCase
from cases.services.recognising import CustomerFacts
from recovery.coordination.selectors import catalogue, mode_of
from recovery.failures.policy import facts_from
from recovery.failures.services.opening import FailureFacts
from recovery.failures.states import SEVERITIES, Channel, Detection, TrackKind
from recovery.kernel.conditions import Facts
from recovery.org.selectors import slugs_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One failure as it is reported, by whatever way it came.

    `customers` are all who are known to be affected; with a complaint the first of them is who
    complained, and nobody means an anonymous complaint. `affected` counts people beyond those
    known. `severity` grades some of the six dimensions 0 to 4. Texts and times have been checked.
    `historic` is for mode "history" and says how the case ended there.
    """

    what_happened: str
    channel: Channel
    detection: Detection
    severity: Mapping[str, int] = field(default_factory=lambda: {"experience": 1})
    customers: tuple[CustomerFacts, ...] = ()
    complaint: ComplaintFacts | None = None
    source: str = ""
    external_id: str = ""
    at_risk_now: bool = False
    flags: tuple[str, ...] = ()
    category_id: int | None = None
    mode_id: int | None = None
    step_id: int | None = None
    promise_id: int | None = None
    department_id: int | None = None
    first_seen_department_id: int | None = None
    found_department_id: int | None = None
    owner_id: int | None = None
    service_reference: str = ""
    occurred_at: datetime | None = None
    detected_at: datetime | None = None
    no_reach: str = ""
    affected: int = 0
    historic: HistoricCase | None = None

    @property
    def ref(self) -> tuple[str, str] | None:
        """Under what the sender knows it; the same one never comes in twice."""
        return (self.source, self.external_id) if self.external_id else None

    @property
    def case_count(self) -> int:
        """How many customer cases it opens at most."""
        return len(self.customers) or (self.complaint is not None)


def known_of(facts: FailureFacts, *, priority: int, segment: str) -> Facts:
    """What rules may ask about a customer's case before it is written. No query while warm."""
    slugs, mode = catalogue().category_slugs, mode_of(facts.mode_id)
    return facts_from(
        track=TrackKind.CUSTOMER.value,
        priority=priority,
        segment=segment,
        departments=slugs_above(facts.owning_department_id),
        grades=dict.fromkeys(SEVERITIES, 0) | dict(facts.severity),
        category=slugs.get(facts.category_id or 0, ""),
        mode=f"{slugs.get(mode.category_id, '')}/{mode.slug}" if mode else "",
        at_risk=facts.at_risk_now,
        flag=facts.flags,
        channel=facts.channel.value,
        detection=facts.detection.value,
        complained=facts.complained,
        affected=facts.affected,
        double_deviation=facts.double_deviation,
    )
