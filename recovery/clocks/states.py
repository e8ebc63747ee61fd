"""Words of time: what a clock measures and what can happen to it."""

from typing import Final

from recovery.failures.states import Worded
from recovery.kernel.text import gettext_noop


class ClockKind(Worded):
    OUTREACH = "outreach", gettext_noop("Reach the customer")
    ACKNOWLEDGE = "acknowledge", gettext_noop("Acknowledge")
    RESPOND = "respond", gettext_noop("Answer in full")
    NEXT_UPDATE = "next_update", gettext_noop("Tell them how it stands")
    RESOLVE = "resolve", gettext_noop("Put it right")
    FOLLOW_UP = "follow_up", gettext_noop("Ask whether it is solved")
    TRIAGE = "triage", gettext_noop("Decide: pool or open")
    CONTAIN = "contain", gettext_noop("Contain it")
    VERIFY = "verify", gettext_noop("Look whether it worked")
    OFFER_SUPPORT = "offer_support", gettext_noop("Make the offer")
    FOLLOW_UP_SUPPORT = "support_follow_up", gettext_noop("Ask how it is going")
    APPROVE = "approve", gettext_noop("Decide on the approval")
    REGULATORY = "regulatory", gettext_noop("Owed by law")
    PROMISE = "promise", gettext_noop("Promised")
    ACCEPT_HANDOVER = "accept_handover", gettext_noop("Accept what is handed over")
    TASK = "task", gettext_noop("To do")


class ClockState(Worded):
    RUNNING = "running", gettext_noop("running")
    PAUSED = "paused", gettext_noop("paused")
    MET = "met", gettext_noop("met")
    CANCELLED = "cancelled", gettext_noop("cancelled")


class ClockVerb(Worded):
    START = "start", gettext_noop("started")
    PAUSE = "pause", gettext_noop("paused")
    RESUME = "resume", gettext_noop("resumed")
    MEET = "meet", gettext_noop("met")
    CANCEL = "cancel", gettext_noop("cancelled")
    POLICY = "policy", gettext_noop("policy changed")
    EXTEND = "extend", gettext_noop("extended by hand")
    CALENDAR = "calendar", gettext_noop("working hours changed")
    AGREE = "agree", gettext_noop("another time agreed")
    DESK = "desk", gettext_noop("passed to another desk")


class PromiseState(Worded):
    OPEN = "open", gettext_noop("open")
    KEPT = "kept", gettext_noop("kept")
    RELEASED = "released", gettext_noop("no longer needed")


class Basis(Worded):
    """Which moment of a case must lie within the time a standard is in force."""

    RECEIVED = "received", gettext_noop("when we heard of it")
    OCCURRED = "occurred", gettext_noop("when it happened")


class Counts(Worded):
    """How a standard counts its time; by days it ends with the last second of a day."""

    EXACT = "exact", gettext_noop("hours and minutes")
    CALENDAR_DAYS = "calendar_days", gettext_noop("calendar days, to the end of the day")
    WORKING_DAYS = "working_days", gettext_noop("working days, to the end of the day")


class Shift(Worded):
    """What becomes of a last day that is no working day."""

    AS_IS = "as_is", gettext_noop("ends on that day all the same")
    NEXT = "next", gettext_noop("ends on the next working day")
    PREVIOUS = "previous", gettext_noop("ends on the working day before")


class Begins(Worded):
    """What starts the clock of a law by itself."""

    COMPLAINT = "complaint", gettext_noop("a complaint is received")
    FAILURE = "failure", gettext_noop("a failure becomes known")
    AUTHORITY = "authority", gettext_noop("an outside body takes the case")


class MetBy(Worded):
    """What the clock of a law waits for."""

    ANSWER = "answer", gettext_noop("a person’s first answer")
    PUT_RIGHT = "put_right", gettext_noop("it is put right")
    FINAL = "final", gettext_noop("it is put right, or a final no with its reasons")
    TOLD = "told", gettext_noop("the authority is told")


# What was set by hand for one occasion: several may run on one case, and no standard moves it.
SINGLE: Final = frozenset({ClockKind.PROMISE, ClockKind.ACCEPT_HANDOVER})
# What standards give time for; the rest is given by hand.
SET_BY_STANDARD: Final = tuple(
    each for each in ClockKind if each not in SINGLE and each is not ClockKind.TASK
)
# What an ended case still owes.
OUTLIVE: Final = frozenset({ClockKind.REGULATORY, ClockKind.PROMISE, ClockKind.TASK})
