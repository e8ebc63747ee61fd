"""Making a ladder's next version, and retiring a ladder. What runs keeps what it started with."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from recovery.clocks.states import ClockKind
from recovery.escalation.models import Ladder, LadderVersion, Rung
from recovery.escalation.policy import RungDraft, faults_of
from recovery.escalation.selectors import SUPPORT_KINDS, circles_held, ladders
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require


@transaction.atomic
def make_ladder_version(
    *,
    clock_kind: ClockKind,
    rungs: Sequence[RungDraft],
    since: datetime | None,
    actor: Person,
    now: datetime,
) -> LadderVersion:
    """Put a ladder in force for clocks that start from `since` on (None: from now).

    Raises Invalid with every fault of the rungs, for a time that is past, and for one at or
    before the beginning of another version.
    """
    require(actor, Permission.SETTINGS)
    faults = _faults_of(clock_kind, rungs)
    if since is not None and since < now:
        faults.append(
            Invalid(
                "past",
                gettext_noop(
                    "Running clocks keep the ladder they started with: choose a time to come."
                ),
                field="since",
            )
        )
    if faults:
        raise Invalid.gather(faults)
    ladder = _held(clock_kind)
    version = _write(ladder, since or now, actor=actor, now=now)
    Rung.objects.bulk_create(
        [_rung(version, order, draft) for order, draft in enumerate(rungs, start=1)]
    )
    _record(ladder, "ladder.changed", actor=actor, now=now, version=version.number)
    return version


def refuse_bad_rungs(*, clock_kind: ClockKind, rungs: Sequence[RungDraft]) -> None:
    """Raise Invalid with every fault of rungs that are only tried; writes nothing."""
    if faults := _faults_of(clock_kind, rungs):
        raise Invalid.gather(faults)


@transaction.atomic
def retire_ladder(*, clock_kind: ClockKind, actor: Person, now: datetime) -> None:
    """End a ladder: clocks that start from now on call nobody; running ones keep theirs.

    Raises Conflict where none is in force, or a later version is planned.
    """
    require(actor, Permission.SETTINGS)
    ladder = _held(clock_kind)
    last = ladder.versions.order_by("-number").first()
    if last is None or (last.effective.upper and last.effective.upper <= now):
        raise Conflict("none", gettext_noop("No ladder is in force for this clock."))
    if last.effective.lower >= now:
        raise Conflict(
            "planned",
            gettext_noop("Version %(number)s has not begun. Wait until it has."),
            number=last.number,
        )
    _end(last, now)
    _record(ladder, "ladder.retired", actor=actor, now=now, version=last.number)


def _faults_of(clock_kind: ClockKind, rungs: Sequence[RungDraft]) -> list[Invalid]:
    return faults_of(
        rungs,
        is_support=clock_kind in SUPPORT_KINDS,
        held=circles_held(),
        kind=clock_kind,
    )


def _held(clock_kind: ClockKind) -> Ladder:
    Ladder.objects.get_or_create(
        clock_kind=clock_kind.value,
        defaults={"key": clock_kind.value.replace("_", "-"), "name": clock_kind.word},
    )
    return Ladder.objects.select_for_update(no_key=True).get(clock_kind=clock_kind.value)


def _write(ladder: Ladder, since: datetime, *, actor: Person, now: datetime) -> LadderVersion:
    last = ladder.versions.order_by("-number").first()
    if last is not None and last.effective.lower >= since:
        raise Invalid(
            "overlaps",
            gettext_noop("Version %(number)s begins then or later. Choose a time after that."),
            field="since",
            number=last.number,
        )
    if last is not None and (last.effective.upper is None or last.effective.upper > since):
        _end(last, since)
    return LadderVersion.objects.create(
        ladder=ladder,
        number=last.number + 1 if last else 1,
        effective=DateTimeTZRange(since, None),
        made_by=actor,
        made_at=now,
    )


def _end(version: LadderVersion, at: datetime) -> None:
    version.effective = DateTimeTZRange(version.effective.lower, at)
    version.save(update_fields=["effective"])


def _rung(version: LadderVersion, order: int, draft: RungDraft) -> Rung:
    return Rung(
        version=version, order=order, percent=draft.percent, minutes=draft.minutes,
        in_real_time=draft.in_real_time, in_hours=draft.in_hours, every=draft.every or 0,
        most=draft.most or 1, tells=draft.tells, level=draft.level,
        when=[each.as_json() for each in draft.when], assigns=draft.assigns,
        task_kind=draft.task_kind, task_words=draft.task_words.strip(),
        task_days=draft.task_days or 0,
    )  # fmt: skip


def _record(ladder: Ladder, verb: str, *, actor: Person, now: datetime, version: int) -> None:
    record(
        stream=f"ladder:{ladder.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.MEMBERS,
        public={"kind": ladder.clock_kind, "version": version},
    )
    transaction.on_commit(ladders.forget)
