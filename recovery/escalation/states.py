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
