"""Writing to the log, numbering it, and letting its consumers read on."""

from recovery.events.services.daily import note_sweep, run_daily
from recovery.events.services.pumping import pump
from recovery.events.services.recording import (
    EventRow,
    columns_of,
    record,
    record_many,
    request_id,
    wake_on_commit,
)

__all__ = [
    "EventRow",
    "columns_of",
    "note_sweep",
    "pump",
    "record",
    "record_many",
    "request_id",
    "run_daily",
    "wake_on_commit",
]
