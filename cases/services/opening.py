"""Rows of new customer cases and their complaints, planned in Python; the caller flushes."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Complaint, CustomerCase
from cases.states import CASE, CaseState, RemedyWish
from recovery.failures.policy import TrackPlan
from recovery.failures.states import Channel, TrackEnd, TrackState
from recovery.kernel.rows import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFacts:
    """The customer's own words and what they ask for."""

    words: str
    channel: Channel
    received_at: datetime
    wish: RemedyWish | None = None
    wished_outcome: str = ""
    source: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class HistoricCase:
    """How an old case stands in the file's own words: its state, and when it ended if it has."""

    state: CaseState
    at: datetime

    @property
    def end(self) -> str:
        """The end word of the state, "" while it is open."""
        return str(CASE.ends.get(self.state, ""))

    @property
    def track(self) -> TrackPlan:
        """What the state makes of the customer track."""
        if self.end:
            return TrackPlan(TrackState.ENDED, TrackEnd(self.end), ("history",))
        return TrackPlan(TrackState.ACTIVE, reasons=("history",))


def first_state(*, complained: bool, historic: HistoricCase | None = None) -> CaseState:
    """Return the state a case is born in."""
    if historic is not None:
        return historic.state
    return CaseState.RECEIVED if complained else CaseState.DETECTED


def plan_case(
    batch: Batch,
    *,
    item_id: int,
    failure_id: int,
    customer_id: int | None,
    actor_id: int,
    complaint: ComplaintFacts | None = None,
    historic: HistoricCase | None = None,
) -> None:
    """Add the case and its complaint to `batch`; the item's row must have been added before."""
    has_ended = historic is not None and bool(historic.end)
    batch.add(
        CustomerCase,
        item_id=item_id,
        failure_id=failure_id,
        customer_id=customer_id,
        wished_outcome=complaint.wished_outcome if complaint else "",
        complained=complaint is not None,
        history=historic is not None,
        received_at=complaint.received_at if complaint else None,
        ended_at=historic.at if historic and has_ended else None,
        end=historic.end if historic else "",
    )
    if complaint is not None:
        plan_complaint(batch, case_id=item_id, complaint=complaint, actor_id=actor_id)


def plan_complaint(
    batch: Batch, *, case_id: int, complaint: ComplaintFacts, actor_id: int
) -> None:
    """Add one complaint to a case."""
    batch.add(
        Complaint,
        case_id=case_id,
        channel=complaint.channel.value,
        received_at=complaint.received_at,
        words=complaint.words,
        wish=complaint.wish.value if complaint.wish else "",
        source=complaint.source,
        external_id=complaint.external_id,
        recorded_by_id=actor_id,
    )
