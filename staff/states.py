"""The employee case: its states and verbs. Nothing here is ever shown outside its readers."""

from recovery.failures.states import TrackEnd, Worded
from recovery.kernel.lifecycle import Lifecycle, Move
from recovery.kernel.text import gettext_noop


class EmployeeState(Worded):
    SCREENING = "screening", gettext_noop("Who was affected?")
    NONE_AFFECTED = "none_affected", gettext_noop("Nobody affected")
    TO_OFFER = "to_offer", gettext_noop("Offer to be made")
    OFFERED = "offered", gettext_noop("Support offered")
    DECLINED = "declined", gettext_noop("Declined")
    IN_SUPPORT = "in_support", gettext_noop("In support")
    FOLLOWED_UP = "followed_up", gettext_noop("Followed up")
    REFERRED = "referred", gettext_noop("Continues with a professional")


class ScreenReason(Worded):
    """What made us look after people here; read by the case's readers only."""

    RULE = "rule", gettext_noop("How serious it was")
    HOSTILE_CONTACT = "hostile_contact", gettext_noop("The contact was hostile")
    STAFF_AFFECTED = "staff_affected", gettext_noop("A colleague or a team is affected")
    SEVERAL = "several", gettext_noop("More than one colleague was hit")
    SELF = "self", gettext_noop("Asked for it")


class ReadinessArea(Worded):
    SKILL = "skill", gettext_noop("A skill")
    AUTHORITY = "authority", gettext_noop("Authority to act")
    TOOL = "tool", gettext_noop("A tool")
    STAFFING = "staffing", gettext_noop("Staffing")


E = EmployeeState

SUPPORT = Lifecycle(
    name="employee case",
    states=tuple(EmployeeState),
    initial=(E.SCREENING, E.TO_OFFER),
    ends={
        E.NONE_AFFECTED: TrackEnd.OK,
        E.DECLINED: TrackEnd.OK,
        E.FOLLOWED_UP: TrackEnd.OK,
        E.REFERRED: TrackEnd.OK,
    },
    path=(E.SCREENING, E.TO_OFFER, E.OFFERED, E.IN_SUPPORT, E.FOLLOWED_UP),
    moves=(
        Move("name_person", frozenset({E.SCREENING}), E.TO_OFFER),
        Move("none_affected", frozenset({E.SCREENING}), E.NONE_AFFECTED),
        Move("offer", frozenset({E.TO_OFFER}), E.OFFERED, needs=("a human voice",)),
        Move("accept", frozenset({E.OFFERED, E.DECLINED}), E.IN_SUPPORT, from_end=True),
        Move("decline", frozenset({E.OFFERED}), E.DECLINED),
        Move("follow_up", frozenset({E.IN_SUPPORT}), E.FOLLOWED_UP),
        Move("refer", frozenset({E.IN_SUPPORT}), E.REFERRED),
    ),
)
del E
