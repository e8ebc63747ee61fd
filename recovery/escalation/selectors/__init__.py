"""Reading ladders, who is told, how cases were raised, what is to do. Constant queries."""

from recovery.escalation.selectors.foretelling import Foretold, foretold
from recovery.escalation.selectors.ladders import (
    SUPPORT_KINDS,
    calls_of,
    circles_held,
    ladder_versions,
    ladders,
    level_changes,
    roster_for,
    roster_of,
    rosters_of,
    rungs_of,
    stands_at_tier,
    trial_of,
)
from recovery.escalation.selectors.rules import (
    busy_pairs,
    done_firings,
    last_act,
    rule_card,
    rule_versions,
    rules,
    versions_of,
    waiting_firings,
)
from recovery.escalation.selectors.todo import open_tasks_of, task_for_page, tasks_of
from recovery.escalation.selectors.trying import RuleTrial, Tried, drafted_card, trial_of_rule

__all__ = [
    "SUPPORT_KINDS",
    "Foretold",
    "RuleTrial",
    "Tried",
    "busy_pairs",
    "calls_of",
    "circles_held",
    "done_firings",
    "drafted_card",
    "foretold",
    "ladder_versions",
    "ladders",
    "last_act",
    "level_changes",
    "open_tasks_of",
    "roster_for",
    "roster_of",
    "rosters_of",
    "rule_card",
    "rule_versions",
    "rules",
    "rungs_of",
    "stands_at_tier",
    "task_for_page",
    "tasks_of",
    "trial_of",
    "trial_of_rule",
    "versions_of",
    "waiting_firings",
]
