"""Verbs on the spine. Tracks report here what all may know; nothing here knows a track."""

from recovery.failures.services.catalogue import add_to_catalogue
from recovery.failures.services.facts import (
    edit_failure,
    mark_merged,
    raise_priority,
    void_failure,
)
from recovery.failures.services.items import (
    add_note,
    assign,
    change_item,
    hand_over,
    lock_failure,
    lock_item,
    lock_items,
    refuse_set_aside,
    require_in_reach,
    stream_of,
)
from recovery.failures.services.mentions import named_nobody, tell_named
from recovery.failures.services.news import case_news
from recovery.failures.services.tracks import (
    recompute,
    report_cost,
    report_double_deviation,
    report_milestone,
    report_people,
    report_track,
    require_track,
)
from recovery.failures.services.waivers import decide_waiver, expire_waivers, request_waiver

__all__ = [
    "add_note",
    "add_to_catalogue",
    "assign",
    "case_news",
    "change_item",
    "decide_waiver",
    "edit_failure",
    "expire_waivers",
    "hand_over",
    "lock_failure",
    "lock_item",
    "lock_items",
    "mark_merged",
    "named_nobody",
    "raise_priority",
    "recompute",
    "refuse_set_aside",
    "report_cost",
    "report_double_deviation",
    "report_milestone",
    "report_people",
    "report_track",
    "request_waiver",
    "require_in_reach",
    "require_track",
    "stream_of",
    "tell_named",
    "void_failure",
]
