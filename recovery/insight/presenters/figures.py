"""What every figure of a board is made of: words for a share, its table row, its drawings."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recovery.insight.policy import STANDARD_SHARE, Share
from recovery.insight.presenters.charts import NARROW, WIDE, Drawing, Labelled, intervals
from recovery.kernel.statistics import Rating


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart that asks a question, says the finding and keeps a table of the same rows."""

    key: str
    question: str
    finding: str
    definition: str
    caption: str
    kind: str
    drawings: Sequence[tuple[str, Drawing]]
    head: Sequence[str]
    table: Sequence[Sequence[str]]
    rows_url: str = ""
    rows_label: str = ""


def percent_words(share: Share) -> str:
    """Say a share by the house rules: hidden, counts only, or percent with its interval."""
    if share.due == 0:
        return _("none yet")
    if share.rating < Rating.COUNTS:
        return _("fewer than 5")
    if share.estimate is None:
        return _("%(met)d of %(due)d, too few") % {"met": share.met, "due": share.due}
    return _("%(value).0f %%, %(low).0f to %(high).0f") % {
        "value": share.estimate.value * 100,
        "low": share.estimate.low * 100,
        "high": share.estimate.high * 100,
    }


def table_row(name: str, share: Share) -> list[str]:
    """A share as a row of the table twin."""
    if share.rating < Rating.COUNTS:
        return [name, "–", "–", "–", "–", "–"]
    counts = [name, str(share.met), str(share.due)]
    if share.estimate is None:
        return [*counts, "–", "–", "–"]
    return counts + [f"{value * 100:.0f} %" for value in share.estimate]


def against_standard(shares: Sequence[tuple[str, Share]], *, none: str, fine: str) -> str:
    """Name what is clearly below the house standard, small samples apart and never emphasised."""
    if not shares:
        return none
    below: dict[bool, list[str]] = {True: [], False: []}
    for name, share in shares:
        if share.estimate and share.estimate.high < STANDARD_SHARE:
            below[share.rating >= Rating.EMPHASISED].append(name)
    said = []
    if below[True]:
        said.append(_("Clearly below 90 %%: %(names)s.") % {"names": ", ".join(below[True])})
    if below[False]:
        said.append(
            _("Below too, but too few to emphasise: %(names)s.")
            % {"names": ", ".join(below[False])}
        )
    if not said:
        return fine
    said.append(
        _("%(n)d comparisons at 95 %%: about one in twenty misleads by chance.")
        % {"n": len(shares)}
    )
    return " ".join(said)


def in_both_widths(
    draw: Sequence[Labelled], standard: float | None = None
) -> list[tuple[str, Drawing]]:
    """Draw shares wide and narrow; the page shows one."""
    return [
        ("wide", intervals(draw, width=WIDE, standard=standard)),
        ("narrow", intervals(draw, width=NARROW, standard=standard)),
    ]
