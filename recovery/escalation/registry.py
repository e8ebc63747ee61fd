"""Who stands in for a supporter: answered by the app that knows, asked by the ladder."""

from collections.abc import Callable, Sequence

type Deputies = Callable[[int], Sequence[int]]

_FINDERS: list[Deputies] = []


def deputies_by(finder: Deputies) -> Deputies:
    """Register `finder(item_id)`: ids of those who may hear of a support case, best first.

    Put it into `handlers.py`, imported in the app's ready(). The last one registered is asked.
    """
    _FINDERS.append(finder)
    return finder


def deputies(item_id: int) -> Sequence[int]:
    """Ask; nobody is known while no app has registered."""
    return _FINDERS[-1](item_id) if _FINDERS else ()
