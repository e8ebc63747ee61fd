"""Who stands in for a supporter: answered by the app that knows, asked by the ladder."""

from collections.abc import Callable, Collection, Mapping, Sequence

type Deputies = Callable[[Collection[int]], Mapping[int, Sequence[int]]]

_FINDERS: list[Deputies] = []


def deputies_by(finder: Deputies) -> Deputies:
    """Register `finder(item_ids)`: by support case, ids of those who may hear of it, best first.

    Put it into `handlers.py`, imported in the app's ready(). The last one registered is asked.
    """
    _FINDERS.append(finder)
    return finder


def deputies(item_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Ask; nobody is known while no app has registered, nor without a case."""
    return _FINDERS[-1](item_ids) if _FINDERS and item_ids else {}
