"""What is done once a day for calendars."""

from datetime import datetime

from recovery.events.registry import daily
from recovery.org.selectors import system_person
from recovery.org.services import fill_holidays


@daily("org.holidays")
def look_ahead(now: datetime) -> None:
    """Enter the public holidays of this year and the next where they are missing."""
    fill_holidays(actor=system_person(), now=now)
