"""Verbs of the employee track. What leaves the app is in `care`; everything else stays here."""

from staff.services.notes import Locked, read_notes, rotate_notes, write_note
from staff.services.readiness import add_enablement, answer_readiness, complete_enablement
from staff.services.reminders import remind
from staff.services.screening import (
    name_person,
    none_affected,
    pass_on,
    refer_self,
    screen,
    take_over,
)
from staff.services.support import accept, decline, follow_up, offer_support, refer

__all__ = [
    "Locked",
    "accept",
    "add_enablement",
    "answer_readiness",
    "complete_enablement",
    "decline",
    "follow_up",
    "name_person",
    "none_affected",
    "offer_support",
    "pass_on",
    "read_notes",
    "refer",
    "refer_self",
    "remind",
    "rotate_notes",
    "screen",
    "take_over",
    "write_note",
]
