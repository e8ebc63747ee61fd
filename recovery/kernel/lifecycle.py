"""Declared lifecycles: which verbs a record knows in each state, and where they lead.

A lifecycle checks itself when it is built, so a wrong table stops the program at import and
not a user in the middle of a case. It holds no rule about who or when: permissions and guards
are named here, decided in services.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from recovery.kernel.refusals import Conflict
from recovery.kernel.text import Word, gettext_noop


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from any of `sources` to `target`.

    `needs` names the guards for readers and docs. A verb that starts in an end state must say
    so by `from_end`, so that nothing is reopened by accident.
    """

    verb: str
    sources: frozenset[str]
    target: str
    permission: str | None = None
    needs: tuple[str, ...] = ()
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """States in their order of showing, ends with the end word each one means, and moves.

    `path` is the main line of stages shown to people; without one it is all states in order.
    Raises ValueError when the table contradicts itself.
    """

    name: str
    states: tuple[str, ...]
    initial: str | tuple[str, ...]
    ends: Mapping[str, str]
    moves: tuple[Move, ...]
    path: tuple[str, ...] = ()
    _by_state: Mapping[str, Mapping[str, Move]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _refuse(self.name, _broken_states(self))
        by_state: dict[str, dict[str, Move]] = {state: {} for state in self.states}
        _refuse(self.name, _index(self, by_state))
        _refuse(self.name, _broken_routes(self, by_state))
        object.__setattr__(self, "ends", MappingProxyType(dict(self.ends)))
        object.__setattr__(self, "path", self.path or self.states)
        object.__setattr__(self, "_by_state", MappingProxyType(by_state))

    @property
    def initials(self) -> tuple[str, ...]:
        """The states a record may be born in; the first is the usual one."""
        return (self.initial,) if isinstance(self.initial, str) else self.initial

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states in which work remains."""
        return tuple(state for state in self.states if state not in self.ends)

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb, once, in the order declared."""
        return tuple(dict.fromkeys(move.verb for move in self.moves))

    def available(self, state: str) -> tuple[Move, ...]:
        """Return the moves that `state` has, in the order declared. KeyError if unknown."""
        return tuple(self._by_state[state].values())

    def allows(self, state: str, verb: str) -> bool:
        """Say whether `verb` may be done in `state`. KeyError if the state is unknown."""
        return verb in self._by_state[state]

    def move(self, state: str, verb: str) -> Move:
        """Return the move of `verb` from `state`.

        Raises Conflict `illegal_move` naming the state and what may be done; KeyError if this
        lifecycle has no such state or verb at all, which is a mistake in the program.
        """
        known = self._by_state[state]
        if verb in known:
            return known[verb]
        if verb not in self.verbs:
            raise KeyError(verb)
        raise _illegal(state, verb, tuple(known))

    def resolve(self, state: str, verb: str) -> str:
        """Return the state that `verb` leads to from `state`; raises as `move` does."""
        return self.move(state, verb).target

    def is_end(self, state: str) -> bool:
        """Say whether `state` ends the work."""
        return state in self.ends

    def end_of(self, state: str) -> str | None:
        """Return the end word of `state`, or None while work remains."""
        return self.ends.get(state)


def _words(name: str) -> Word:
    return Word(name.replace("_", " "))


def _illegal(state: str, verb: str, known: tuple[str, ...]) -> Conflict:
    sentence = (
        gettext_noop(
            "“%(verb)s” is not possible while this is “%(state)s”. "
            "What can be done now: %(available)s."
        )
        if known
        else gettext_noop(
            "“%(verb)s” is not possible: this has ended as “%(state)s” and stays so."
        )
    )
    return Conflict(
        "illegal_move",
        sentence,
        verb=_words(verb),
        state=_words(state),
        available=tuple(_words(each) for each in known),
    )


def _refuse(name: str, faults: Iterable[str]) -> None:
    found = list(faults)
    if found:
        message = f"lifecycle {name}: " + "; ".join(found)
        raise ValueError(message)


def _broken_states(cycle: Lifecycle) -> list[str]:
    known = set(cycle.states)
    mentioned: list[tuple[str, Iterable[str]]] = [
        ("initial", cycle.initials),
        ("end", cycle.ends),
        ("path", cycle.path),
        *((f"verb {move.verb}", {*move.sources, move.target}) for move in cycle.moves),
    ]
    faults = [
        f"{where} names the unknown state {state}"
        for where, states in mentioned
        for state in sorted(set(states) - known)
    ]
    if len(known) != len(cycle.states):
        faults.append("a state is listed twice")
    if len(set(cycle.path)) != len(cycle.path):
        faults.append("the path visits a state twice")
    if not cycle.initials:
        faults.append("no initial state")
    if not cycle.ends:
        faults.append("no end state")
    return faults


def _index(cycle: Lifecycle, by_state: dict[str, dict[str, Move]]) -> list[str]:
    """Fill `by_state`; return what is wrong with the moves themselves."""
    faults = []
    for move in cycle.moves:
        if not move.sources:
            faults.append(f"verb {move.verb} starts nowhere")
        leaves_end = not move.sources.isdisjoint(cycle.ends)
        if leaves_end and not move.from_end:
            faults.append(f"verb {move.verb} leaves an end without saying so")
        if move.from_end and not leaves_end:
            faults.append(f"verb {move.verb} says it leaves an end but does not")
        for source in sorted(move.sources):
            if move.verb in by_state[source]:
                faults.append(f"verb {move.verb} is declared twice for {source}")
            by_state[source][move.verb] = move
    return faults


def _broken_routes(cycle: Lifecycle, by_state: Mapping[str, Mapping[str, Move]]) -> list[str]:
    born = _reach(cycle.initials, by_state)
    faults = [f"state {state} cannot be reached" for state in cycle.states if state not in born]
    faults += [
        f"no end can be reached from {state}"
        for state in cycle.states
        if _reach((state,), by_state).isdisjoint(cycle.ends)
    ]
    faults += [
        f"the path cannot go from {here} to {there}"
        for here, there in zip(cycle.path, cycle.path[1:], strict=False)
        if there not in _reach((here,), by_state)
    ]
    return faults


def _reach(starts: Iterable[str], by_state: Mapping[str, Mapping[str, Move]]) -> set[str]:
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for move in by_state[waiting.pop()].values():
            if move.target not in seen:
                seen.add(move.target)
                waiting.append(move.target)
    return seen
