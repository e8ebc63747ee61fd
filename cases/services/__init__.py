"""Verbs of customer recovery, keyword-only: one transaction each, events recorded inside."""

from cases.services.answers import accept_remedy, decline_remedy
from cases.services.approvals import (
    approve_remedy,
    ask_to_refuse_entitlement,
    keep_entitlement,
    refuse_entitlement,
    refuse_remedy,
)
from cases.services.bounces import letter_undelivered, mark_bounced, take_back_letter
from cases.services.complaints import receive_complaint, reopen
from cases.services.contacts import acknowledge, log_contact, write_to_customer
from cases.services.counts import count_handovers
from cases.services.deliveries import deliver_remedy, give_remedy, put_right
from cases.services.endings import (
    final_response,
    mark_lost,
    mark_unreachable,
    outside_body_takes_it,
    ruled_against_customer,
    ruled_for_customer,
)
from cases.services.lists import (
    draft_list,
    drop_list,
    forget_lists,
    start_list,
    stop_list,
)
from cases.services.merging import follow_merges, merge_customers
from cases.services.naming import name_customer
from cases.services.offers import offer_remedy, withdraw_remedy
from cases.services.outcomes import (
    ask_if_solved,
    confirm_not_solved,
    confirm_solved,
    end_silent,
    end_unconfirmed,
)
from cases.services.outreach import (
    approve_outreach,
    begin_outreach,
    go_on_with_outreach,
    refuse_outreach,
    stop_outreach,
)
from cases.services.parties import add_party, end_party
from cases.services.parting import part_customers
from cases.services.reaching import reach_out
from cases.services.reversals import bounce_remedy, take_back_remedy
from cases.services.steps import (
    assess,
    customer_answered,
    fail_by_promise,
    fail_repeats,
    investigate,
    wait_for_customer,
)
from cases.services.trying import try_outreach

__all__ = [
    "accept_remedy",
    "acknowledge",
    "add_party",
    "approve_outreach",
    "approve_remedy",
    "ask_if_solved",
    "ask_to_refuse_entitlement",
    "assess",
    "begin_outreach",
    "bounce_remedy",
    "confirm_not_solved",
    "confirm_solved",
    "count_handovers",
    "customer_answered",
    "decline_remedy",
    "deliver_remedy",
    "draft_list",
    "drop_list",
    "end_party",
    "end_silent",
    "end_unconfirmed",
    "fail_by_promise",
    "fail_repeats",
    "final_response",
    "follow_merges",
    "forget_lists",
    "give_remedy",
    "go_on_with_outreach",
    "investigate",
    "keep_entitlement",
    "letter_undelivered",
    "log_contact",
    "mark_bounced",
    "mark_lost",
    "mark_unreachable",
    "merge_customers",
    "name_customer",
    "offer_remedy",
    "outside_body_takes_it",
    "part_customers",
    "put_right",
    "reach_out",
    "receive_complaint",
    "refuse_entitlement",
    "refuse_outreach",
    "refuse_remedy",
    "reopen",
    "ruled_against_customer",
    "ruled_for_customer",
    "start_list",
    "stop_list",
    "stop_outreach",
    "take_back_letter",
    "take_back_remedy",
    "try_outreach",
    "wait_for_customer",
    "withdraw_remedy",
    "write_to_customer",
]
