"""Verbs on people, departments, keys and calendars."""

from recovery.org.services.absences import may_note, note_absence, withdraw_absence
from recovery.org.services.authority import drop_limit, end_limit, sign_limit, write_limit
from recovery.org.services.calendars import (
    add_calendar,
    ask_recomputation,
    change_calendar,
    retire_calendar,
    use_calendar,
)
from recovery.org.services.exceptions import (
    add_exception,
    choose_holidays,
    fill_holidays,
    remove_exception,
)
from recovery.org.services.people import (
    SCOPES,
    add_department,
    add_person,
    create_api_key,
    grant_role,
    require,
    revoke_api_key,
)

__all__ = [
    "SCOPES",
    "add_calendar",
    "add_department",
    "add_exception",
    "add_person",
    "ask_recomputation",
    "change_calendar",
    "choose_holidays",
    "create_api_key",
    "drop_limit",
    "end_limit",
    "fill_holidays",
    "grant_role",
    "may_note",
    "note_absence",
    "remove_exception",
    "require",
    "retire_calendar",
    "revoke_api_key",
    "sign_limit",
    "use_calendar",
    "withdraw_absence",
    "write_limit",
]
