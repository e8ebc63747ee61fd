from processes.models.case import PoolEntry, ProcessCase, ProcessLink
from processes.models.learning import Action, Cause, Look, VerificationPlan

__all__ = [
    "Action",
    "Cause",
    "Look",
    "PoolEntry",
    "ProcessCase",
    "ProcessLink",
    "VerificationPlan",
]
