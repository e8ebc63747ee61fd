"""Words of handing over."""

from recovery.failures.states import Worded
from recovery.kernel.text import gettext_noop


class HandoverState(Worded):
    WAITING = "waiting", gettext_noop("waits to be accepted")
    ACCEPTED = "accepted", gettext_noop("accepted")
    LAPSED = "lapsed", gettext_noop("went to the lead")
    OVERTAKEN = "overtaken", gettext_noop("not needed any more")
