"""What is said after a note was written."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from recovery.failures.services import named_nobody
from recovery.org.models import Person


def hint_if_nobody_was_told(
    request: HttpRequest, *, item_id: int, actor: Person, at: datetime
) -> None:
    """Say so on the next page when the note names somebody and nobody was told.

    The sentence is the same whether nobody is called so, several are, or they may not read it.
    """
    if named_nobody(item_id=item_id, actor=actor, at=at):
        messages.warning(
            request,
            _(
                "Nobody was told of the note: no one colleague who may read this is meant by the "
                "name after @. Write @first.last."
            ),
        )
