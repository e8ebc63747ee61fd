"""How a case stands, in the words of its customer's page."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cases.states import CaseState

S = CaseState
STAGES: Final[tuple[Promise, ...]] = (
    gettext_lazy("Received"),
    gettext_lazy("Looking into it"),
    gettext_lazy("Offer"),
    gettext_lazy("Put right"),
    gettext_lazy("Solved"),
)
# How many stages are behind a case, and whether the next one is under way.
_PLACES: Final[Mapping[str, int]] = {
    S.DETECTED: 0, S.RECEIVED: 0, S.ACKNOWLEDGED: 1, S.ASSESSED: 1, S.INVESTIGATING: 1,
    S.AWAITING_CUSTOMER: 1, S.REJECTED: 1, S.OFFERED: 2, S.ACCEPTED: 3, S.REMEDIED: 4,
    S.CONFIRMING: 4, S.REMEDIED_UNCONFIRMED: 4, S.RECOVERED: 5, S.RULED_RECOVERED: 5,
}  # fmt: skip
# Where it stands, and what happens next.
SAID: Final[Mapping[str, tuple[Promise, Promise]]] = {
    S.DETECTED: (
        gettext_lazy("Something went wrong for you, and we know of it"),
        gettext_lazy("You need not do anything. We come to you and say what we do about it."),
    ),
    S.RECEIVED: (
        gettext_lazy("We have what you wrote"),
        gettext_lazy("A person reads it and answers you."),
    ),
    S.ACKNOWLEDGED: (
        gettext_lazy("We are looking into it"),
        gettext_lazy("First at what it did to you, then at what happened."),
    ),
    S.ASSESSED: (
        gettext_lazy("We are looking into it"),
        gettext_lazy("We know what it did to you. Now we find out what happened."),
    ),
    S.INVESTIGATING: (
        gettext_lazy("We are looking into it"),
        gettext_lazy("We find out what happened. Then we say what we do about it."),
    ),
    S.AWAITING_CUSTOMER: (
        gettext_lazy("We have asked you something"),
        gettext_lazy("Please answer: below, or the way we asked you. Then we go on."),
    ),
    S.OFFERED: (
        gettext_lazy("We have made you an offer"),
        gettext_lazy("Tell us whether you take it. You find it under “What you get”."),
    ),
    S.ACCEPTED: (
        gettext_lazy("We are putting it right"),
        gettext_lazy("You get what we agreed. Then we ask whether it is solved."),
    ),
    S.REJECTED: (
        gettext_lazy("We are looking into it again"),
        gettext_lazy("What we did was not enough. We look again and come back to you."),
    ),
    S.REMEDIED: (
        gettext_lazy("We have done what we said"),
        gettext_lazy("Is it solved for you? Only you can say."),
    ),
    S.CONFIRMING: (
        gettext_lazy("Is it solved for you?"),
        gettext_lazy("We have done what we said. Only you can say whether it is solved."),
    ),
    S.RECOVERED: (
        gettext_lazy("You told us that it is solved"),
        gettext_lazy("If that changes, tell us below. We take it up again."),
    ),
    S.RULED_RECOVERED: (
        gettext_lazy("It was put right as the outside body decided"),
        gettext_lazy("If something is still missing, tell us below. We take it up again."),
    ),
    S.REMEDIED_UNCONFIRMED: (
        gettext_lazy("We have done what we said"),
        gettext_lazy("We have not heard from you since. If it is not solved, tell us below."),
    ),
    S.FINAL_RESPONSE: (
        gettext_lazy("We have given you our final answer"),
        gettext_lazy("If you do not agree, say so below. You may also turn to somebody outside."),
    ),
    S.ESCALATED_EXTERNAL: (
        gettext_lazy("Somebody outside is looking at it"),
        gettext_lazy("We answer them, and do what they decide."),
    ),
    S.UNREACHABLE: (
        gettext_lazy("We could not reach you"),
        gettext_lazy("Tell us below how to reach you. We take it up again, and what is owed to "
                     "you stays owed."),
    ),
    S.LOST: (
        gettext_lazy("This is closed"),
        gettext_lazy("If you want us to take it up again, tell us below."),
    ),
    S.MERGED: (
        gettext_lazy("This is part of another record now"),
        gettext_lazy("We go on with it there. Write to us to get the address of that page."),
    ),
}  # fmt: skip
OUTSIDE: Final = frozenset({S.FINAL_RESPONSE, S.ESCALATED_EXTERNAL, S.RULED_RECOVERED})
del S


def stages_of(state: str) -> list[tuple[str, str]]:
    """The stages as (label, done | now | todo); empty where the line was left."""
    place = _PLACES.get(state)
    if place is None:
        return []
    rests = state == CaseState.REMEDIED_UNCONFIRMED
    return [
        (str(name), "done" if n < place else "now" if n == place and not rests else "todo")
        for n, name in enumerate(STAGES)
    ]
