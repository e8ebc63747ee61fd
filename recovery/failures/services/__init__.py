"""Verbs on the spine. Tracks report here what all may know; nothing here knows a track."""

from recovery.failures.services.items import (
    add_note,
    assign,
    change_item,
    hand_over,
    lock_failure,
    lock_item,
)
from recovery.failures.services.tracks import report_milestone, report_people, report_track
from recovery.failures.services.waivers import decide_waiver, expire_waivers, request_waiver

__all__ = [
    "add_note",
    "assign",
    "change_item",
    "decide_waiver",
    "expire_waivers",
    "hand_over",
    "lock_failure",
    "lock_item",
    "report_milestone",
    "report_people",
    "report_track",
    "request_waiver",
]
