"""Verbs on clocks. The work item must be locked by the caller (lock order: item, then clock).

What happens to a clock is written down first; its row is then worked out from that history.
"""

from recovery.clocks.services.authorities import may_tell, tell_authority, waits_for_telling
from recovery.clocks.services.beside import Beside, standard_beside
from recovery.clocks.services.carrying import carry_promises
from recovery.clocks.services.changing import extend, follow_priority, may_extend
from recovery.clocks.services.desk import follow_desk
from recovery.clocks.services.examples import take_over
from recovery.clocks.services.laws import (
    carry_laws,
    law_plan,
    laws_beginning_with,
    meet_laws,
    plan_laws,
    put_back_laws,
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
from recovery.clocks.services.standards import (
    add_standard,
    drop_draft,
    look_after,
    retire_standard,
    sign,
    write_draft,
)
from recovery.clocks.services.starting import (
    begin_by_hand,
    columns_of,
    plan,
    planned_by,
    start,
    when_of,
)
from recovery.clocks.services.writing import breach_of, refresh_next_due

__all__ = [
    "Beside",
    "add_standard",
    "begin_by_hand",
    "breach_of",
    "cancel",
    "carry_laws",
    "carry_promises",
    "columns_of",
    "drop_draft",
    "end_long_pauses",
    "end_owned",
    "extend",
    "follow_desk",
    "follow_priority",
    "keep_promise",
    "law_plan",
    "laws_beginning_with",
    "look_after",
    "make_promise",
    "may_extend",
    "may_tell",
    "meet",
    "meet_laws",
    "pause",
    "plan",
    "plan_laws",
    "planned_by",
    "put_back_laws",
    "recompute",
    "refresh_next_due",
    "release_promise",
    "renegotiate_promise",
    "resume",
    "retire_standard",
    "sign",
    "standard_beside",
    "start",
    "start_laws",
    "start_owned",
    "start_regulatory",
    "take_over",
    "tell_authority",
    "waits_for_telling",
    "when_of",
    "write_draft",
]
