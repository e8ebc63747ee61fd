"""Sweeping due clocks, telling people what that found, raising by hand, ladders, tasks."""

from recovery.escalation.services.acting import act_on_rule, let_go
from recovery.escalation.services.deeds import let_go_of_rung_tasks
from recovery.escalation.services.ladders import (
    make_ladder_version,
    refuse_bad_rungs,
    retire_ladder,
)
from recovery.escalation.services.looking import sweep_rules
from recovery.escalation.services.raising import escalate, step_down
from recovery.escalation.services.rules import (
    make_rule,
    make_rule_version,
    refuse_bad_rule,
    retire_rule,
)
from recovery.escalation.services.setting_off import set_off, watch_cases
from recovery.escalation.services.sweeping import sweep
from recovery.escalation.services.telling import answer_firings
from recovery.escalation.services.todo import cancel_task, do_task, open_task, settle_task

__all__ = [
    "act_on_rule",
    "answer_firings",
    "cancel_task",
    "do_task",
    "escalate",
    "let_go",
    "let_go_of_rung_tasks",
    "make_ladder_version",
    "make_rule",
    "make_rule_version",
    "open_task",
    "refuse_bad_rule",
    "refuse_bad_rungs",
    "retire_ladder",
    "retire_rule",
    "set_off",
    "settle_task",
    "step_down",
    "sweep",
    "sweep_rules",
    "watch_cases",
]
