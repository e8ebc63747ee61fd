"""Verbs on process cases. Lock order: the case's item, failures by id, clocks."""

from processes.services.actions import add_action, choose_action, complete_action
from processes.services.causes import add_cause, contain, find_cause, rethink
from processes.services.following import follow_kind, follow_merge, let_go
from processes.services.linking import (
    answer_for_the_silent,
    judge_candidate,
    link_failure,
    unlink_failure,
)
from processes.services.opening import open_case, open_from_failures
from processes.services.plans import approve_plan, implement, write_plan
from processes.services.pooling import pool, pool_by_rule, pool_case, review_pool
from processes.services.proof import accept_risk, settle, take_look, watch
from processes.services.proposals import consider, propose, remind_of_looks
from processes.services.tracks import refresh_on, refresh_tracks

__all__ = [
    "accept_risk",
    "add_action",
    "add_cause",
    "answer_for_the_silent",
    "approve_plan",
    "choose_action",
    "complete_action",
    "consider",
    "contain",
    "find_cause",
    "follow_kind",
    "follow_merge",
    "implement",
    "judge_candidate",
    "let_go",
    "link_failure",
    "open_case",
    "open_from_failures",
    "pool",
    "pool_by_rule",
    "pool_case",
    "propose",
    "refresh_on",
    "refresh_tracks",
    "remind_of_looks",
    "rethink",
    "review_pool",
    "settle",
    "take_look",
    "unlink_failure",
    "watch",
    "write_plan",
]
