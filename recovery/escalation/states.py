"""Words of escalation: whom a rung tells, the tiers, why somebody raises or lowers a case."""

from typing import Final

from recovery.failures.states import Worded
from recovery.kernel.text import gettext_noop

HIGHEST: Final = 4


class Tells(Worded):
    """The circle a rung tells; each but the deputy has the next wider one behind it."""

    OWNER = "owner", gettext_noop("whoever holds the case")
    DESK_LEAD = "desk_lead", gettext_noop("the desk's lead")
    UPPER_LEAD = "upper_lead", gettext_noop("the lead one department up")
    MANAGER = "manager", gettext_noop("the manager")
    PROCESS_OWNER = "process_owner", gettext_noop("the process owner")
    OPERATOR = "operator", gettext_noop("the operators")
    DEPUTY = "deputy", gettext_noop("another supporter, never the line")


class Tier(Worded):
    """How far up a case stands; the code is its number."""

    FRONT = "0", gettext_noop("the front line")
    LEAD = "1", gettext_noop("the desk's lead")
    UPPER = "2", gettext_noop("the lead one department up")
    MANAGER = "3", gettext_noop("the manager")
    HOUSE = "4", gettext_noop("the manager, towards the outside")


# Who hears of a case that is raised by hand to a tier.
TIER_TELLS: Final = {
    1: Tells.DESK_LEAD,
    2: Tells.UPPER_LEAD,
    3: Tells.MANAGER,
    4: Tells.MANAGER,
}


class RaiseReason(Worded):
    CUSTOMER_ASKS = "customer_asks", gettext_noop("the customer asks for somebody above")
    BEYOND_US = "beyond_us", gettext_noop("needs a decision this desk may not take")
    SAFETY = "safety", gettext_noop("somebody may be at risk")
    OUTSIDE = "outside", gettext_noop("press, an authority or a court is involved")
    FAILED_TWICE = "failed_twice", gettext_noop("the recovery failed as well")
    STUCK = "stuck", gettext_noop("nobody moves it")


class LowerReason(Worded):
    DECIDED = "decided", gettext_noop("what was needed is decided")
    CALM = "calm", gettext_noop("the danger is over")
    MISTAKE = "mistake", gettext_noop("it was raised by mistake")
    DESK_HAS_IT = "desk_has_it", gettext_noop("the desk has it in hand again")


class TaskKind(Worded):
    CALL_BACK = "call_back", gettext_noop("Call back")
    SURVEY = "survey", gettext_noop("Ask how we did")
    CHECK = "effectiveness_check", gettext_noop("Check that it works")
    REFRESHER = "refresher", gettext_noop("Refresh what was learnt")
    OTHER = "other", gettext_noop("Something else")


class TaskState(Worded):
    PLANNED = "planned", gettext_noop("planned")
    OPEN = "open", gettext_noop("to do")
    DONE = "done", gettext_noop("done")
    CANCELLED = "cancelled", gettext_noop("cancelled")


class DropReason(Worded):
    """Why a rule lets go of what it had planned."""

    CASE_ENDED = "case_ended", gettext_noop("the case has ended")
    REOPENED = "reopened", gettext_noop("the case was taken up again")
    MOOT = "moot", gettext_noop("what it was for has been settled")
    NO_LONGER = "no_longer", gettext_noop("the rule's conditions hold no more")
    BY_HAND = "by_hand", gettext_noop("somebody cancelled it")
    OVERTAKEN = "overtaken", gettext_noop("a later reminder says it")


# A case that has ended needs no calling back; how it went is asked all the same.
OUTLIVES: Final = frozenset({TaskKind.SURVEY, TaskKind.REFRESHER})


class FiringState(Worded):
    WAITING = "waiting", gettext_noop("planned")
    FIRED = "fired", gettext_noop("fired")
    DONE = "done", gettext_noop("done")
    DROPPED = "dropped", gettext_noop("let go")


class Trigger(Worded):
    """What sets a rule off: something that happened, or that nothing did."""

    CASE_OPENED = "case_opened", gettext_noop("a case is opened")
    AT_RISK = "at_risk", gettext_noop("somebody is said to be at risk")
    COMPLAINED_AGAIN = "complained_again", gettext_noop("the customer complains again")
    REPEAT = "repeat", gettext_noop("the same failure hits the same customer again")
    DOUBLE_DEVIATION = "double_deviation", gettext_noop("the recovery fails as well")
    ABOVE_LIMIT = "above_limit", gettext_noop("a remedy above the limit waits for approval")
    ASKS_ABOVE = "asks_above", gettext_noop("the customer asks for somebody above")
    REMEDY_DELIVERED = "remedy_delivered", gettext_noop("a remedy was delivered")
    NOT_SOLVED = "not_solved", gettext_noop("the customer says it is not solved")
    CASE_ENDED = "case_ended", gettext_noop("a customer case ends")
    REOPENED = "reopened", gettext_noop("a case is reopened")
    WITH_OUTSIDE_BODY = "with_outside_body", gettext_noop("an outside body takes it up")
    HANDED_OVER = "handed_over", gettext_noop("a case is handed to another desk")
    IMPLEMENTED = "implemented", gettext_noop("a change is put in place")
    WATCH_OVER = "watch_over", gettext_noop("the watch over a change ends")
    AGE = "age", gettext_noop("a case has been open")
    INACTIVE = "inactive", gettext_noop("nobody has done anything on a case")
