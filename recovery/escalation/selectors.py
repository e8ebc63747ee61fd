"""Ladders as the sweep needs them: few, seldom changed, kept in the process for a moment."""

from recovery.escalation.models import LadderVersion
from recovery.escalation.policy import LadderCard, RungCard
from recovery.kernel.snapshots import Snapshot


def _read() -> tuple[LadderCard, ...]:
    versions = LadderVersion.objects.select_related("ladder").prefetch_related("rungs")
    return tuple(
        LadderCard(
            kind=version.ladder.clock_kind,
            since=version.effective.lower,
            until=version.effective.upper,
            rungs=tuple(
                RungCard(rung.pk, rung.percent, rung.tells, rung.level)
                for rung in sorted(version.rungs.all(), key=lambda each: each.order)
            ),
        )
        for version in versions
    )


ladders = Snapshot(_read)
