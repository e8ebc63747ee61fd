"""Verbs on clocks. The work item must be locked by the caller (lock order: item, then clock).

What happens to a clock is written down first; its row is then worked out from that history.
"""

from recovery.clocks.services.beside import Beside, standard_beside
from recovery.clocks.services.changing import extend, follow_priority, may_extend
from recovery.clocks.services.laws import (
    laws_beginning_with,
    meet_laws,
    plan_laws,
    start_laws,
    start_regulatory,
)
from recovery.clocks.services.owned import end_owned, start_owned
from recovery.clocks.services.promises import (
    keep_promise,
    make_promise,
    release_promise,
    renegotiate_promise,
)
from recovery.clocks.services.running import (
    cancel,
    end_long_pauses,
    meet,
    pause,
    recompute,
    resume,
)
from recovery.clocks.services.starting import begin_by_hand, columns_of, plan, start
from recovery.clocks.services.writing import breach_of, refresh_next_due

__all__ = [
    "Beside",
    "begin_by_hand",
    "breach_of",
    "cancel",
    "columns_of",
    "end_long_pauses",
    "end_owned",
    "extend",
    "follow_priority",
    "keep_promise",
    "laws_beginning_with",
    "make_promise",
    "may_extend",
    "meet",
    "meet_laws",
    "pause",
    "plan",
    "plan_laws",
    "recompute",
    "refresh_next_due",
    "release_promise",
    "renegotiate_promise",
    "resume",
    "standard_beside",
    "start",
    "start_laws",
    "start_owned",
    "start_regulatory",
]
