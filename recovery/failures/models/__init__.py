from recovery.failures.models.catalogue import (
    BlueprintStep,
    Category,
    FailureMode,
    ServicePromise,
)
from recovery.failures.models.failure import Failure, MergeEntry, PriorityRaise, SearchDoc
from recovery.failures.models.tracks import Track, Waiver
from recovery.failures.models.work import Note, WorkItem

__all__ = [
    "BlueprintStep",
    "Category",
    "Failure",
    "FailureMode",
    "MergeEntry",
    "Note",
    "PriorityRaise",
    "SearchDoc",
    "ServicePromise",
    "Track",
    "Waiver",
    "WorkItem",
]
