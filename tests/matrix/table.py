"""Who may open what: every named address of ours, by whom it opens when read and when posted to.

"all" is every signed-in member, "open" also who is not signed in, "customer" only who is not,
"anybody" everybody with something to refuse in an empty body, a
Permission whoever holds it in the desk of the sample, "readers" the two readers of the sample
support case. A POST with an empty body to a verb that is allowed answers with a refusal of the
input, never with 403 or 404.
"""

from dataclasses import dataclass
from typing import Literal

from recovery.org.roles import Permission

P = Permission

type Who = Permission | Literal["open", "all", "readers", "key", "customer", "anybody"]


@dataclass(frozen=True)
class Route:
    """`get` or `post` None: this method is not allowed there (405)."""

    get: Who | None
    post: Who | None = None
    kwargs: tuple[tuple[str, str], ...] = ()


def of(sample: str, **more: str) -> tuple[tuple[str, str], ...]:
    return (("reference", sample), *more.items())


CALENDAR = (("calendar_id", "calendar"),)
RULE = (("rule_id", "rule"),)
STANDARD = (("standard_id", "standard"),)
VERSION = (("version_id", "version"),)
OFFERING = (("offering_id", "offering"),)
LIMIT = (("limit_id", "limit"),)
HOOK = (("endpoint_id", "webhook"),)
TASK = (("task_id", "task"),)
OUTREACH = of("failure", outreach_id="outreach")
LIST = of("failure", list_id="list")

ROUTES: dict[str, Route] = {
    "healthz": Route("open"),
    "readyz": Route("open"),
    "web:theme": Route(None, "open"),
    "web:gallery": Route("all"),
    "console:work": Route("all"),
    "console:shift": Route("all", "all"),
    "console:accept": Route(None, "all"),
    "console:absences": Route("all", "all"),
    "console:withdraw_absence": Route(None, "all", kwargs=(("absence_id", "absence"),)),
    "console:search": Route("all"),
    "console:failures": Route("all"),
    "console:failure": Route("all", kwargs=of("failure")),
    "console:edit": Route(P.FAILURE_EDIT, P.FAILURE_EDIT, kwargs=of("failure")),
    "console:waive": Route(None, P.WAIVER_REQUEST, kwargs=of("failure")),
    "console:merge": Route(None, P.FAILURE_MERGE, kwargs=of("failure")),
    "console:unmerge": Route(None, P.FAILURE_MERGE, kwargs=of("failure")),
    "console:raise": Route(None, P.CASE_WORK, kwargs=of("failure")),
    "console:decide_waiver": Route(None, P.WAIVER_APPROVE, kwargs=(("waiver_id", "waiver"),)),
    "console:clock": Route(P.CASE_READ, kwargs=(("clock_id", "clock"),)),
    "console:told_authority": Route(None, P.CASE_WORK, kwargs=(("clock_id", "clock"),)),
    "console:extend_clock": Route(None, P.CLOCK_EXTEND, kwargs=(("clock_id", "clock"),)),
    "console:note": Route(None, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:hand_over": Route(P.CASE_WORK, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:escalation": Route(P.CASE_READ, kwargs=(("item_id", "item"),)),
    "console:raise_level": Route(None, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:lower_level": Route(None, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:settings": Route(P.SETTINGS),
    "console:calendars": Route(P.SETTINGS),
    "console:new_calendar": Route(P.SETTINGS, P.SETTINGS),
    "console:calendar": Route(P.SETTINGS, kwargs=CALENDAR),
    "console:edit_calendar": Route(P.SETTINGS, P.SETTINGS, kwargs=CALENDAR),
    "console:add_day": Route(None, P.SETTINGS, kwargs=CALENDAR),
    "console:remove_day": Route(None, P.SETTINGS, kwargs=(("exception_id", "exception"),)),
    "console:choose_holidays": Route(None, P.SETTINGS, kwargs=CALENDAR),
    "console:use_calendar": Route(None, P.SETTINGS, kwargs=CALENDAR),
    "console:retire_calendar": Route(None, P.SETTINGS, kwargs=CALENDAR),
    "console:standards": Route(P.SETTINGS),
    "console:new_standard": Route(P.SETTINGS, P.SETTINGS),
    "console:standard_examples": Route(P.SETTINGS),
    "console:take_standard": Route(None, P.SETTINGS, kwargs=(("key", "bank-final-response"),)),
    "console:try_standards": Route(P.SETTINGS),
    "console:standard": Route(P.SETTINGS, kwargs=STANDARD),
    "console:draft_standard": Route(P.SETTINGS, P.SETTINGS, kwargs=STANDARD),
    "console:retire_standard": Route(None, P.SETTINGS, kwargs=STANDARD),
    "console:sign_standard": Route(None, P.SETTINGS, kwargs=VERSION),
    "console:drop_standard": Route(None, P.SETTINGS, kwargs=VERSION),
    "console:care_standard": Route(None, P.SETTINGS, kwargs=(("version_id", "held"),)),
    "console:offerings": Route(P.SETTINGS),
    "console:new_offering": Route(P.SETTINGS, P.SETTINGS),
    "console:offering": Route(P.SETTINGS, kwargs=OFFERING),
    "console:new_offering_version": Route(P.SETTINGS, P.SETTINGS, kwargs=OFFERING),
    "console:retire_offering": Route(None, P.SETTINGS, kwargs=OFFERING),
    "console:limits": Route(P.SETTINGS),
    "console:new_limit": Route(P.SETTINGS, P.SETTINGS),
    "console:sign_limit": Route(None, P.SETTINGS, kwargs=LIMIT),
    "console:drop_limit": Route(None, P.SETTINGS, kwargs=LIMIT),
    "console:end_limit": Route(None, P.SETTINGS, kwargs=(("limit_id", "limit_held"),)),
    "console:budgets": Route(P.SETTINGS, P.SETTINGS),
    "console:end_budget": Route(None, P.SETTINGS, kwargs=(("budget_id", "budget"),)),
    "console:ladders": Route(P.SETTINGS),
    "console:ladder": Route(P.SETTINGS, kwargs=(("kind", "triage"),)),
    "console:new_ladder": Route(P.SETTINGS, P.SETTINGS, kwargs=(("kind", "triage"),)),
    "console:retire_ladder": Route(None, P.SETTINGS, kwargs=(("kind", "triage"),)),
    "console:take": Route(None, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:follow_ups": Route(P.SETTINGS),
    "console:new_rule": Route(P.SETTINGS, P.SETTINGS),
    "console:rule": Route(P.SETTINGS, kwargs=RULE),
    "console:new_rule_version": Route(P.SETTINGS, P.SETTINGS, kwargs=RULE),
    "console:retire_rule": Route(None, P.SETTINGS, kwargs=RULE),
    "console:new_task": Route(P.CASE_WORK, P.CASE_WORK, kwargs=(("item_id", "item"),)),
    "console:task": Route(P.CASE_WORK, kwargs=TASK),
    "console:do_task": Route(None, P.CASE_WORK, kwargs=TASK),
    "console:cancel_task": Route(None, P.CASE_WORK, kwargs=TASK),
    "console:affected": Route(P.CASE_READ, kwargs=of("failure")),
    "console:new_outreach": Route(P.CASE_WORK, P.CASE_WORK, kwargs=of("failure")),
    "console:outreach": Route(P.CASE_READ, kwargs=OUTREACH),
    "console:outreach_results": Route(P.CASE_READ, kwargs=OUTREACH),
    "console:stop_outreach": Route(None, P.CASE_WORK, kwargs=OUTREACH),
    "console:go_on_outreach": Route(None, P.CASE_WORK, kwargs=OUTREACH),
    "console:approve_outreach": Route(None, P.REMEDY_APPROVE, kwargs=OUTREACH),
    "console:refuse_outreach": Route(None, P.REMEDY_APPROVE, kwargs=OUTREACH),
    "intake:add_affected": Route(P.CASE_WORK, P.CASE_WORK, kwargs=of("failure")),
    "intake:affected_list": Route(P.CASE_WORK, kwargs=LIST),
    "intake:start_list": Route(None, P.CASE_WORK, kwargs=LIST),
    "intake:stop_list": Route(None, P.CASE_WORK, kwargs=LIST),
    "intake:drop_list": Route(None, P.CASE_WORK, kwargs=LIST),
    "intake:complain": Route("open", "anybody"),
    "intake:kept": Route("open", kwargs=(("token", "token"),)),
    "intake:log": Route(P.FAILURE_REPORT, P.FAILURE_REPORT),
    "intake:alike": Route(None, P.FAILURE_REPORT),
    "insight:overview": Route(P.BOARD_READ),
    "insight:clocks": Route(P.BOARD_READ),
    "insight:money": Route(P.BOARD_READ),
    "insight:owed": Route(P.BOARD_READ),
    "cases:new_address": Route(None, P.CASE_WORK, kwargs=of("case")),
    "cases:more_time": Route(None, P.CASE_WORK, kwargs=of("case")),
    "cases:status": Route("open", kwargs=(("token", "token"),)),
    "cases:survey": Route("open", kwargs=(("token", "survey_token"),)),
    "cases:survey_rate": Route(None, "customer", kwargs=(("token", "survey_token"),)),
    "cases:survey_answer": Route(None, "customer", kwargs=(("token", "survey_token"),)),
    "cases:status_name": Route(None, "customer", kwargs=(("token", "token"),)),
    "cases:status_act": Route(None, "customer", kwargs=(("token", "token"), ("verb", "say"))),
    "cases:case": Route(P.CASE_READ, kwargs=of("case")),
    "cases:verb": Route(P.CASE_WORK, P.CASE_WORK, kwargs=of("case", verb="acknowledge")),
    "cases:customer": Route(P.CUSTOMER_READ, kwargs=of("customer")),
    "cases:edit_customer": Route(P.CASE_WORK, P.CASE_WORK, kwargs=of("customer")),
    "cases:restricted": Route(
        P.CUSTOMER_RESTRICTED, P.CUSTOMER_RESTRICTED, kwargs=of("customer")
    ),
    "cases:merge_customers": Route(P.CUSTOMER_MERGE, P.CUSTOMER_MERGE, kwargs=of("customer")),
    "cases:part_customers": Route(None, P.CUSTOMER_MERGE, kwargs=of("customer")),
    "cases:end_party": Route(None, P.CASE_WORK, kwargs=(("party_id", "party"),)),
    "cases:lookup": Route(P.CUSTOMER_READ),
    "processes:list": Route(P.PROCESS_READ),
    "processes:case": Route(P.PROCESS_READ, kwargs=of("process")),
    "processes:verb": Route(P.PROCESS_WORK, P.PROCESS_WORK, kwargs=of("process", verb="open")),
    "processes:failure_verb": Route(
        P.PROCESS_WORK, P.PROCESS_WORK, kwargs=of("failure", verb="pool")
    ),
    "processes:pool_review": Route(None, P.PROCESS_WORK, kwargs=(("mode_id", "mode"),)),
    "processes:pool_open": Route(P.PROCESS_WORK, P.PROCESS_WORK, kwargs=(("mode_id", "mode"),)),
    "staff:mine": Route("all"),
    "staff:ask": Route(None, "all", kwargs=of("failure")),
    "staff:readiness": Route("all", P.READINESS_ANSWER, kwargs=of("failure")),
    "staff:add_action": Route(None, P.READINESS_ANSWER, kwargs=of("failure")),
    "staff:finish_action": Route(None, P.READINESS_ANSWER, kwargs=(("action_id", "action"),)),
    "staff:case": Route("readers", kwargs=of("support")),
    "staff:notes": Route("readers", kwargs=of("support")),
    "staff:name": Route(None, "readers", kwargs=of("support")),
    "staff:offer": Route(None, "readers", kwargs=of("support")),
    "staff:note": Route(None, "readers", kwargs=of("support")),
    "staff:press": Route(None, "readers", kwargs=of("support", verb="follow-up")),
    "messages:inbox": Route("all"),
    "messages:read_all": Route(None, "all"),
    "messages:open": Route(None, "all", kwargs=(("message_id", "message"),)),
    "messages:preferences": Route("all", "all"),
    "messages:mute": Route(None, "all", kwargs=(("message_id", "message"),)),
    "messages:mute_record": Route(None, "all"),
    "messages:unmute": Route(None, "all", kwargs=(("mute_id", "mute"),)),
    "messages:webhooks": Route(P.SETTINGS),
    "messages:new_webhook": Route(P.SETTINGS, P.SETTINGS),
    "messages:webhook": Route(P.SETTINGS, kwargs=HOOK),
    "messages:try_webhook": Route(None, P.SETTINGS, kwargs=HOOK),
    "messages:pause_webhook": Route(None, P.SETTINGS, kwargs=HOOK),
    "messages:resume_webhook": Route(None, P.SETTINGS, kwargs=HOOK),
    "messages:deliveries": Route(P.OPERATE),
    "messages:send_all_again": Route(None, P.OPERATE),
    "messages:send_again": Route(None, P.OPERATE, kwargs=(("message_id", "delivery"),)),
    "api:complaints": Route("key", "key"),
    "api:batch": Route(None, "key"),
    "api:complaint": Route("key", kwargs=of("case")),
    "api:failures": Route("key", "key"),
    "api:failure": Route("key", kwargs=of("failure")),
    "api:affected": Route(None, "key", kwargs=of("failure")),
    "api:docs": Route("open"),
    "api:schema": Route("open"),
}
