"""The filters of lists: declared once, read into what is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from recovery.coordination.selectors import Wanted, catalogue, department_ids
from recovery.failures.states import Whole
from recovery.intake.forms.reading import EARLIEST, Code, Schema, Text, When, Wrong
from recovery.intake.forms.shapes import Parts
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation

PAGING = frozenset({"cursor", "page_size"})
_STATUSES = {member.value: member.value for member in Whole}
_PRIORITIES = {str(priority): priority for priority in range(1, 5)}


@dataclass(frozen=True, slots=True)
class Since:
    """A time, or a day that begins at midnight in the organisation's zone."""

    def read(self, value: Any, path: str, wrong: Wrong) -> datetime | None:
        # The plus of an offset arrives as a space from senders who did not encode it.
        words = value.replace(" ", "+") if "T" in value else value
        at = self._day(words)
        if at is None:
            return When(latest=None).read(words, path, wrong)
        return at

    @staticmethod
    def _day(words: str) -> datetime | None:
        try:
            day = date.fromisoformat(words)
        except ValueError:
            return None
        return datetime.combine(
            max(day, EARLIEST.date()), time.min, ZoneInfo(organisation().zone)
        )

    def schema(self) -> Schema:
        return {"type": "string", "example": "2026-02-05"}


FILTERS = Parts(
    {
        "status": Code(lambda: _STATUSES, fixed=True),
        "category": Code(lambda: catalogue().category_ids),
        "department": Code(department_ids),
        "since": Since(),
        "until": Since(),
        "priority": Code(lambda: _PRIORITIES, fixed=True),
        "q": Text(200),
    }
)
SAID = {
    "status": gettext_noop("Whole status of the failure."),
    "category": gettext_noop("Code of a category."),
    "department": gettext_noop("Code of the owning department; its parts are included."),
    "since": gettext_noop("Only from this day or time on."),
    "until": gettext_noop("Only before this day or time."),
    "priority": gettext_noop("1 is the most urgent."),
    "q": gettext_noop("Words to find; put a phrase into quotes."),
}


def read_wanted(query: Mapping[str, str], *, now: datetime) -> Wanted:
    """Return what a list is narrowed by. Raises Invalid with everything that is wrong."""
    wrong = Wrong(now)
    sent = FILTERS.read({k: v for k, v in query.items() if k not in PAGING}, "", wrong)
    wrong.refuse()
    return Wanted(
        status=sent.get("status", ""),
        category_id=sent.get("category"),
        department_id=sent.get("department"),
        since=sent.get("since"),
        until=sent.get("until"),
        priority=sent.get("priority"),
        words=sent.get("q", ""),
    )
