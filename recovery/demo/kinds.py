"""Failure modes that chance never draws: the tales are told of them, one case of each state."""

from collections.abc import Mapping, Sequence

from processes.states import ProcessState
from recovery.demo.cast import Mode


def _small(slug: str, name: str, /, *, desk: str, words: str) -> Mode:
    return Mode(slug, name, desk, 0, {"experience": 1}, (words,), "")


def _worth_a_case(slug: str, name: str, /, *, desk: str, words: str) -> Mode:
    return Mode(slug, name, desk, 0, {"experience": 2, "quality": 2}, (words,), "")


# Small things, told of single customers; their learning is pooled by rule.
FOR_CUSTOMERS: Sequence[Mode] = (
    _small(
        "seat-changed",
        "Seat changed without a word",
        desk="gate",
        words="I paid for the aisle and found somebody in it.",
    ),
    _small(
        "call-not-returned",
        "Call not returned",
        desk="contact",
        words="You said before noon. It is Thursday.",
    ),
    _small(
        "gate-changed",
        "Gate changed without a word",
        desk="gate",
        words="We ran from one end of the hall to the other and back.",
    ),
    _small(
        "receipt-missing",
        "Receipt not sent",
        desk="contact",
        words="My firm does not pay me without the receipt for the bag.",
    ),
)
FOR_COLLEAGUES: Sequence[Mode] = (
    _small(
        "colleague-shouted-at",
        "Colleague shouted at",
        desk="gate",
        words="A man leaned over the counter and shouted until the guard came.",
    ),
)
FOR_WAIVERS: Sequence[Mode] = (
    _worth_a_case(
        "charter-catering",
        "Charter loaded short",
        desk="catering",
        words="The charter left two meals short; the contract ends this month.",
    ),
    _worth_a_case(
        "leased-aircraft",
        "Leased aircraft late",
        desk="crew",
        words="The leased aircraft came from its owner forty minutes late.",
    ),
)
# One mode for each state, because a mode has one case at work at a time.
FOR_PROCESSES: Mapping[ProcessState, Mode] = {
    ProcessState.TRIAGE: _worth_a_case(
        "lift-truck-late",
        "Lift truck late",
        desk="ground",
        words="The lift truck stood at the other terminal.",
    ),
    ProcessState.OPEN: _worth_a_case(
        "wrong-gate-shown",
        "Wrong gate shown",
        desk="gate",
        words="The screen showed 14 and the flight left from 41; seen before boarding.",
    ),
    ProcessState.CONTAINED: _worth_a_case(
        "two-on-one-seat",
        "Two people on one seat",
        desk="gate",
        words="Row 12 was given out two times; seen at the gate.",
    ),
    ProcessState.CAUSE_FOUND: _worth_a_case(
        "tag-printed-twice",
        "Bag tag printed twice",
        desk="baggage",
        words="Two bags with one number on the belt, taken off by hand.",
    ),
    ProcessState.ACTION_CHOSEN: _worth_a_case(
        "refund-to-old-card",
        "Refund sent to an old card",
        desk="payments",
        words="The refund run took the card of 2021; stopped by the bank.",
    ),
    ProcessState.IMPLEMENTED: _worth_a_case(
        "allergy-note-lost",
        "Allergy note not passed on",
        desk="catering",
        words="The note was in the booking and not on the list; crew asked in time.",
    ),
    ProcessState.VERIFYING: _worth_a_case(
        "crew-bus-late", "Crew bus late", desk="crew", words="The bus waited at the old hotel."
    ),
    ProcessState.NOT_SHOWN: _worth_a_case(
        "connection-bag-last",
        "Connecting bags loaded last",
        desk="baggage",
        words="Bags of the Oslo connection were at the back of the hold.",
    ),
    ProcessState.POOLED: _worth_a_case(
        "one-language",
        "Announced in one language",
        desk="gate",
        words="The change was announced in Portuguese alone.",
    ),
    ProcessState.PROVEN: _worth_a_case(
        "voucher-refused",
        "Voucher code refused",
        desk="payments",
        words="The code worked at the desk and not on the page.",
    ),
    ProcessState.IMPROVED: _worth_a_case(
        "queue-at-drop",
        "Queue at bag drop",
        desk="ground",
        words="Two counters open, two hundred people.",
    ),
    ProcessState.RISK_ACCEPTED: _worth_a_case(
        "fog-slot-lost",
        "Slot lost to fog",
        desk="flight",
        words="The slot went while the field was closed.",
    ),
}
GREW_WORSE = _worth_a_case(
    "stand-double-booked",
    "Stand booked twice",
    desk="ground",
    words="Two aircraft were sent to stand 22.",
)
# The modes by the category of the catalogue they stand in.
TOLD: Mapping[str, Sequence[Mode]] = {
    "rebooking": (*FOR_CUSTOMERS, *FOR_WAIVERS),
    "house": (*FOR_COLLEAGUES, *FOR_PROCESSES.values(), GREW_WORSE),
}
