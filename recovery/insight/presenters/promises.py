"""The promise-kept rate, with what keeps it honest: moved ones apart, and beside the standard."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from recovery.insight.policy import PROMISE_MOVED, STANDARD_SHARE, Share, share_of
from recovery.insight.presenters.charts import Labelled
from recovery.insight.presenters.figures import (
    Figure,
    against_standard,
    in_both_widths,
    percent_words,
    table_row,
)
from recovery.insight.selectors import ClockCount, PromiseCounts


def promises_figure(counts: Sequence[ClockCount], made: PromiseCounts) -> Figure:
    """Kept on time of those that fell due, renegotiated ones apart."""
    moved = [each for each in counts if each.kind == PROMISE_MOVED]
    first = [each for each in counts if each.kind != PROMISE_MOVED]
    groups = [(_("As first promised"), first), (_("Another time agreed"), moved)]
    shares = [(name, _share(found)) for name, found in groups if found]
    late = {name: sum(each.late for each in found) for name, found in groups}
    return Figure(
        key="promises",
        question=_("Do we keep our promises?"),
        finding=against_standard(
            shares,
            none=_("No promise fell due in this period."),
            fine=_("None is clearly below 90 %, the house standard."),
        )
        + " "
        + _beside(made),
        definition=_(
            "Kept on time, of promises that fell due: one that is over and still open is broken. "
            "Those for which the customer agreed to a later time, once and beforehand, stand "
            "apart. Released before they were due count nowhere."
        ),
        caption=_("Kept, % of promises that fell due; line: 95 % Wilson interval."),
        kind="intervals",
        drawings=in_both_widths(
            [Labelled(name, share, percent_words(share)) for name, share in shares],
            STANDARD_SHARE,
        ),
        head=[
            _("Promise"), _("Kept"), _("Fell due"), _("Share"), _("from"), _("to"),
            _("Kept late"),
        ],
        table=[[*table_row(name, share), str(late[name])] for name, share in shares],
    )  # fmt: skip


def _share(counts: Sequence[ClockCount]) -> Share:
    due = sum(each.met + each.late + each.undone for each in counts)
    return share_of(sum(each.met for each in counts), due)


def _beside(made: PromiseCounts) -> str:
    """How many were moved, and how many were promised later than the standard asks."""
    return _(
        "Of %(made)s made in this period %(moved)s were renegotiated, and %(later)s of "
        "%(compared)s promised a time later than the standard."
    ) % {
        "made": made.made,
        "moved": made.moved,
        "later": made.later,
        "compared": made.compared,
    }
