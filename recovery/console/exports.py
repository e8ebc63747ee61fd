"""What pages hand out as files."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases.presenters.outreach import ReachedRow

# What a spreadsheet would take for a formula.
_ACTS = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """Keep a spreadsheet from working out what a customer wrote as their name."""
    return f"'{text}" if text.startswith(_ACTS) else text


def results_file(rows: Iterable[ReachedRow], *, name: str) -> HttpResponse:
    """What came of each person of an outreach, as CSV that spreadsheets open as UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Case"), _("Person"), _("Result"), _("Why"), _("When"), _("Amount")])
    for row in rows:
        at = row.at.isoformat(timespec="seconds") if row.at else ""
        cells = (row.reference, row.name, row.word, row.reason, at, row.amount)
        writer.writerow([plain(each) for each in cells])
    return response
