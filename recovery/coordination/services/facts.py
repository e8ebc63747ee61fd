"""What is known when a failure is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cases.services.opening import ComplaintFacts, HistoricCase
from cases.services.recognising import CustomerFacts
from recovery.failures.states import Channel, Detection


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
