"""Who reads the log and what is done once a day: filled when the apps are loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recovery.events.models import Event

type Handler = Callable[["Event", datetime], None]
type HandlerOfMany = Callable[[Sequence["Event"], datetime], None]
type Job = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """One consumer: its name in the database, the verbs it wants (None: all), what it does."""

    name: str
    verbs: frozenset[str] | None
    handler: HandlerOfMany
    declared: tuple[str, str]


READERS: dict[str, Reader] = {}
JOBS: dict[str, Job] = {}


def consumer(name: str, *, verbs: frozenset[str] | None) -> Callable[[Handler], Handler]:
    """Register `handler(event, now)`, called once for each event with one of `verbs`.

    It runs in a savepoint of the transaction that advances the consumer, so what it writes to
    this database happens exactly once; what it raises parks the event. None means every verb.
    It may be called again for an event whose savepoint was undone because of another event.
    Put it into `handlers.py` and import that in the app's ready(). The name is for ever.
    """

    def register(handler: Handler) -> Handler:
        def one_by_one(events: Sequence["Event"], now: datetime) -> None:
            for event in events:
                handler(event, now)

        _enrol(Reader(name, verbs, one_by_one, _place(handler)))
        return handler

    return register


def consumer_of_many(
    name: str, *, verbs: frozenset[str] | None
) -> Callable[[HandlerOfMany], HandlerOfMany]:
    """Register `handler(events, now)`: as `consumer`, for work that is dear one by one."""

    def register(handler: HandlerOfMany) -> HandlerOfMany:
        _enrol(Reader(name, verbs, handler, _place(handler)))
        return handler

    return register


def _enrol(reader: Reader) -> None:
    known = READERS.get(reader.name)
    if known is not None and known.declared != reader.declared:
        message = f"two consumers are called {reader.name}"
        raise ValueError(message)
    READERS[reader.name] = reader


def daily(name: str) -> Callable[[Job], Job]:
    """Register `job(now)`, run once a day (UTC) in a transaction by whichever sweep is first.

    A job that raises is rolled back, claim included, and tried again.
    """

    def register(job: Job) -> Job:
        known = JOBS.get(name)
        if known is not None and _place(known) != _place(job):
            message = f"two daily jobs are called {name}"
            raise ValueError(message)
        JOBS[name] = job
        return job

    return register


def _place(function: Callable[..., None]) -> tuple[str, str]:
    return function.__module__, function.__qualname__
