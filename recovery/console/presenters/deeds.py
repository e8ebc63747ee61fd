"""What rules and rungs do beside telling, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def giving_words(*, assigns: bool) -> list[str]:
    """That the case is given away; nothing where it is not."""
    return [_("gives the case to whoever of them holds the fewest")] if assigns else []


def task_words(kind: str, words: str, days: int) -> list[str]:
    """Which task is opened; nothing where none is."""
    if not kind:
        return []
    said = ngettext(
        "opens a task, due within %(days)d working day: %(words)s",
        "opens a task, due within %(days)d working days: %(words)s",
        days,
    )
    return [said % {"days": days, "words": _(words)}]
