"""The customer case: its states, verbs and ends; words of contacts and remedies."""

from recovery.failures.states import TrackEnd, Worded
from recovery.kernel.lifecycle import Lifecycle, Move
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission


class CaseState(Worded):
    DETECTED = "detected", gettext_noop("Detected")
    RECEIVED = "received", gettext_noop("Received")
    ACKNOWLEDGED = "acknowledged", gettext_noop("Acknowledged")
    ASSESSED = "assessed", gettext_noop("Assessed")
    INVESTIGATING = "investigating", gettext_noop("Investigating")
    AWAITING_CUSTOMER = "awaiting_customer", gettext_noop("Customer’s turn")
    OFFERED = "offered", gettext_noop("Offer made")
    ACCEPTED = "accepted", gettext_noop("Accepted")
    REJECTED = "rejected", gettext_noop("Rejected")
    REMEDIED = "remedied", gettext_noop("Remedied")
    CONFIRMING = "confirming", gettext_noop("Asked if solved")
    RECOVERED = "recovered", gettext_noop("Recovered")
    REMEDIED_UNCONFIRMED = "remedied_unconfirmed", gettext_noop("Remedied, unconfirmed")
    FINAL_RESPONSE = "final_response", gettext_noop("Final response given")
    ESCALATED_EXTERNAL = "escalated_external", gettext_noop("With an outside body")
    RULED_RECOVERED = "ruled_recovered", gettext_noop("Recovered by ruling")
    UNREACHABLE = "unreachable", gettext_noop("Could not be reached")
    LOST = "lost", gettext_noop("Customer lost")
    MERGED = "merged", gettext_noop("Merged")


class ContactDirection(Worded):
    INCOMING = "in", gettext_noop("from the customer")
    OUTGOING = "out", gettext_noop("to the customer")


class PartyRole(Worded):
    """What somebody beside the customer is on a case."""

    CONTACT = "contact", gettext_noop("Contact")
    REPRESENTATIVE = "representative", gettext_noop("Representative")
    GUARDIAN = "guardian", gettext_noop("Guardian")
    FIRM = "firm", gettext_noop("Claims firm or lawyer")
    PAYER = "payer", gettext_noop("Booked or paid")
    PAYEE = "payee", gettext_noop("Is to be paid")
    INTERPRETER = "interpreter", gettext_noop("Interpreter")


class ContactMark(Worded):
    """What sets a contact apart from a person's words that are new to us."""

    AUTOMATIC = "automatic", gettext_noop("Automatic")
    RETOLD = "retold", gettext_noop("Had to tell it all again")


class ContactKind(Worded):
    """By what a customer can be recognised and reached."""

    EMAIL = "email", gettext_noop("E-mail")
    PHONE = "phone", gettext_noop("Phone")


class PreferredFormat(Worded):
    """In what form a customer can read or hear us."""

    LARGE_PRINT = "large_print", gettext_noop("Large print")
    TEXT_RELAY = "text_relay", gettext_noop("Text relay")
    EASY_READ = "easy_read", gettext_noop("Easy to read")
    BRAILLE = "braille", gettext_noop("Braille")
    SCREEN_READER = "screen_reader", gettext_noop("For a screen reader")


class Need(Worded):
    """Why somebody may be harmed more than others by the same failure."""

    HEALTH = "health", gettext_noop("Ill, or depends on medicine")
    MOBILITY = "mobility", gettext_noop("Needs help to move")
    SENSES = "senses", gettext_noop("Sees or hears badly")
    MIND = "mind", gettext_noop("Finds it hard to follow or decide")
    CHILD = "child", gettext_noop("A child, or with small children")
    GRIEF = "grief", gettext_noop("Grieving, or in a crisis")
    MONEY = "money", gettext_noop("In money trouble")


class Solved(Worded):
    YES = "yes", gettext_noop("Yes")
    PARTLY = "partly", gettext_noop("Partly")
    NO = "no", gettext_noop("No")


class LineKind(Worded):
    ENTITLEMENT = "entitlement", gettext_noop("owed by law")
    EXPENSE = "expense", gettext_noop("expense repaid")
    CARE = "care", gettext_noop("care")
    GOODWILL = "goodwill", gettext_noop("goodwill")


class RemedyKind(Worded):
    APOLOGY = "apology", gettext_noop("Apology")
    EXPLANATION = "explanation", gettext_noop("Explanation")
    RE_PERFORMANCE = "re_performance", gettext_noop("Do it again, right")
    REPLACEMENT = "replacement", gettext_noop("Replacement")
    REFUND = "refund", gettext_noop("Refund")
    CREDIT = "credit", gettext_noop("Credit")
    VOUCHER = "voucher", gettext_noop("Voucher")
    PAYMENT = "payment", gettext_noop("Payment")
    EXTRA = "extra", gettext_noop("Something extra")


class RemedyWish(Worded):
    APOLOGY = "apology", gettext_noop("An apology")
    EXPLANATION = "explanation", gettext_noop("An explanation")
    FIX = "fix", gettext_noop("Put it right")
    MONEY = "money", gettext_noop("Money back")
    CHANGE = "change", gettext_noop("That it never happens again")


class RemedyState(Worded):
    AWAITING_APPROVAL = "awaiting_approval", gettext_noop("Waits for approval")
    REFUSED = "refused", gettext_noop("Approval refused")
    OFFERED = "offered", gettext_noop("Offered")
    ACCEPTED = "accepted", gettext_noop("Accepted")
    DECLINED = "declined", gettext_noop("Declined")
    DELIVERED = "delivered", gettext_noop("Delivered")
    WITHDRAWN = "withdrawn", gettext_noop("Withdrawn")
    REFUSAL_ASKED = "refusal_asked", gettext_noop("Refusal waits for a second person")
    LAWFULLY_REFUSED = "lawfully_refused", gettext_noop("Refused with reasons")
    REVERSED = "reversed", gettext_noop("Given, then taken back")


class WaitsFor(Worded):
    """Why an offer waits for somebody's decision."""

    LIMIT = "limit", gettext_noop("above the limit")
    BUDGET = "budget", gettext_noop("above the budget")


class ReversalKind(Worded):
    TAKEN_BACK = "taken_back", gettext_noop("taken back")
    BOUNCED = "bounced", gettext_noop("payment came back")


class BudgetPeriod(Worded):
    MONTH = "month", gettext_noop("month")
    QUARTER = "quarter", gettext_noop("quarter")


class ListState(Worded):
    """A list of affected people: looked through, being worked on, and how that ended."""

    DRAFT = "draft", gettext_noop("Not added yet")
    WORKING = "working", gettext_noop("Being added")
    STOPPED = "stopped", gettext_noop("Stopped")
    DONE = "done", gettext_noop("Added")
    DROPPED = "dropped", gettext_noop("Thrown away")


class RowResult(Worded):
    ADDED = "added", gettext_noop("got a case")
    HERE = "here", gettext_noop("had a case already")
    REFUSED = "refused", gettext_noop("could not be read")


class OutreachState(Worded):
    WAITING = "waiting", gettext_noop("Waits for approval")
    REFUSED = "refused", gettext_noop("Not approved")
    RUNNING = "running", gettext_noop("Being sent")
    STOPPED = "stopped", gettext_noop("Stopped")
    DONE = "done", gettext_noop("Done")


class ReachResult(Worded):
    TOLD = "told", gettext_noop("Told")
    NO_ADDRESS = "no_address", gettext_noop("No address: call them")
    ALREADY = "already", gettext_noop("Had been told already")
    REFUSED = "refused", gettext_noop("Not told")


S = CaseState
_BEFORE_REACHED = frozenset({S.DETECTED, S.RECEIVED})
_AT_WORK = frozenset({S.ACKNOWLEDGED, S.ASSESSED, S.INVESTIGATING, S.REJECTED})
_WITH_CUSTOMER = frozenset({S.AWAITING_CUSTOMER, S.OFFERED, S.ACCEPTED})
_BEFORE_REMEDY = _BEFORE_REACHED | _AT_WORK | _WITH_CUSTOMER
_AFTER_REMEDY = frozenset({S.REMEDIED, S.CONFIRMING})
_REOPENABLE = frozenset({
    S.RECOVERED, S.REMEDIED_UNCONFIRMED, S.UNREACHABLE, S.LOST, S.FINAL_RESPONSE,
    S.RULED_RECOVERED,
})  # fmt: skip
_PUT_RIGHT_ENDS = frozenset({S.RECOVERED, S.REMEDIED_UNCONFIRMED, S.RULED_RECOVERED})
_WORK = Permission.CASE_WORK
_EVERY_RIGHT = "every right paid or refused with reasons"

CASE = Lifecycle(
    name="customer case",
    states=tuple(CaseState),
    initial=(S.DETECTED, S.RECEIVED),
    ends={
        S.RECOVERED: TrackEnd.OK,
        S.RULED_RECOVERED: TrackEnd.OK,
        S.REMEDIED_UNCONFIRMED: TrackEnd.OK_UNCONFIRMED,
        S.FINAL_RESPONSE: TrackEnd.FAILED,
        S.UNREACHABLE: TrackEnd.FAILED,
        S.LOST: TrackEnd.FAILED,
        S.MERGED: "merged",
    },
    path=(
        S.DETECTED, S.RECEIVED, S.ACKNOWLEDGED, S.ASSESSED, S.INVESTIGATING, S.OFFERED,
        S.ACCEPTED, S.REMEDIED, S.CONFIRMING, S.RECOVERED,
    ),
    moves=(
        Move("receive", frozenset({S.DETECTED}), S.RECEIVED, _WORK),
        Move("acknowledge", _BEFORE_REACHED, S.ACKNOWLEDGED, _WORK,
             needs=("words of a person that arrived",)),
        Move("complaint_bounced", frozenset({S.ACKNOWLEDGED}), S.RECEIVED, _WORK),
        Move("outreach_bounced", frozenset({S.ACKNOWLEDGED}), S.DETECTED, _WORK),
        Move("question_bounced", frozenset({S.AWAITING_CUSTOMER}), S.INVESTIGATING, _WORK),
        Move("asking_bounced", frozenset({S.CONFIRMING}), S.REMEDIED, _WORK),
        Move("assess", frozenset({S.ACKNOWLEDGED}), S.ASSESSED, _WORK,
             needs=("severity, risk and repeats looked at",)),
        Move("investigate", frozenset({S.ACKNOWLEDGED, S.ASSESSED, S.REJECTED}),
             S.INVESTIGATING, _WORK),
        Move("wait_for_customer", _AT_WORK, S.AWAITING_CUSTOMER, _WORK),
        Move("customer_answered", frozenset({S.AWAITING_CUSTOMER}), S.INVESTIGATING, _WORK),
        Move("offer", _AT_WORK | _WITH_CUSTOMER, S.OFFERED, _WORK,
             needs=("authority within the limit, or another’s approval",)),
        Move("accept", frozenset({S.OFFERED}), S.ACCEPTED, _WORK),
        Move("reject", frozenset({S.OFFERED}), S.REJECTED, _WORK),
        Move("withdraw", frozenset({S.OFFERED}), S.INVESTIGATING, _WORK),
        Move("put_right", _BEFORE_REMEDY, S.REMEDIED, _WORK,
             needs=("evidence of delivery", _EVERY_RIGHT, "nothing promised still to give")),
        Move("ask_if_solved", frozenset({S.REMEDIED}), S.CONFIRMING, _WORK),
        Move("confirm_solved", _AFTER_REMEDY, S.RECOVERED, _WORK,
             needs=("the customer’s own word", _EVERY_RIGHT)),
        Move("confirm_not_solved", _AFTER_REMEDY, S.REJECTED, _WORK),
        Move("end_unconfirmed", _AFTER_REMEDY, S.REMEDIED_UNCONFIRMED,
             needs=("10 working days of silence", _EVERY_RIGHT)),
        Move("fall_back", _AFTER_REMEDY | frozenset({S.ACCEPTED}), S.INVESTIGATING, _WORK,
             needs=("what was given came back",)),
        Move("fall_back", _PUT_RIGHT_ENDS, S.INVESTIGATING, _WORK,
             needs=("what was given came back",), from_end=True),
        Move("final_response", _BEFORE_REMEDY | _AFTER_REMEDY, S.FINAL_RESPONSE,
             Permission.CASE_FINAL_NO, needs=("reasons", "the outside route named")),
        Move("mark_unreachable", _BEFORE_REMEDY, S.UNREACHABLE, _WORK,
             needs=("3 tries by 2 channels over 10 working days",)),
        Move("mark_unreachable", _AFTER_REMEDY, S.REMEDIED_UNCONFIRMED, _WORK,
             needs=("3 tries by 2 channels over 10 working days", _EVERY_RIGHT)),
        Move("mark_lost", _BEFORE_REMEDY | _AFTER_REMEDY, S.LOST, _WORK),
        Move("outside_body_takes_it", _BEFORE_REMEDY | _AFTER_REMEDY, S.ESCALATED_EXTERNAL,
             _WORK),
        Move("outside_body_takes_it", _REOPENABLE - {S.RULED_RECOVERED}, S.ESCALATED_EXTERNAL,
             _WORK, from_end=True),
        Move("ruled_for_customer", frozenset({S.ESCALATED_EXTERNAL}), S.RULED_RECOVERED, _WORK,
             needs=("evidence that the ruling was carried out", _EVERY_RIGHT)),
        Move("ruled_against_customer", frozenset({S.ESCALATED_EXTERNAL}), S.FINAL_RESPONSE,
             _WORK),
        Move("reopen", _REOPENABLE, S.INVESTIGATING, _WORK, needs=("new words or facts",),
             from_end=True),
        Move("complain_again", _REOPENABLE, S.RECEIVED, _WORK, from_end=True),
        Move("merge", frozenset(set(CaseState) - {S.MERGED} - _REOPENABLE), S.MERGED),
        Move("merge_ended", _REOPENABLE, S.MERGED, from_end=True),
    ),
)  # fmt: skip
del S
