"""How often customers came to us, were sent on and had to tell it all again, in words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.selectors import CaseFile
from cases.selectors.customers import customer_reference
from cases.states import ContactDirection
from recovery.failures.selectors import item_reference


@dataclass(frozen=True, slots=True)
class Story:
    """What stands beside a case, in words; "" for what there is not.

    `customer_url` leads to the customer for those who may see them, `repeat_of` is the earlier
    case of which this is the repeat.
    """

    customer_url: str
    journey: str
    repeat_of: str


def story_of(file: CaseFile, *, sees: bool) -> Story:
    """The story beside one case, for somebody who `sees` whose it is; no query."""
    customer_id, earlier = file.case.customer_id, file.case.repeat_of_id
    known = sees and customer_id is not None
    return Story(
        reverse("cases:customer", args=[customer_reference(customer_id or 0)]) if known else "",
        ", ".join(journey_of(file)),
        item_reference("customer", earlier) if earlier else "",
    )


def journey_of(file: CaseFile) -> list[str]:
    """The same for one case, from what its file holds."""
    incoming = [each for each in file.contacts if each.direction == ContactDirection.INCOMING]
    return journey(
        came=len(file.complaints) + len(incoming),
        handed_over=file.case.handover_count,
        retold=sum(each.retold for each in file.contacts),
    )


def journey(*, came: int, handed_over: int, retold: int) -> list[str]:
    """Each of the counts in words; what never happened to them is not said."""
    said = [
        _("Never came to us")
        if not came
        else ngettext("Came to us once", "Came to us %(count)d times", came) % {"count": came}
    ]
    if handed_over:
        said.append(
            ngettext(
                "sent on to another desk once", "sent on to another desk %(count)d times",
                handed_over,
            )
            % {"count": handed_over}
        )  # fmt: skip
    if retold:
        said.append(
            ngettext(
                "had to tell it all again once", "had to tell it all again %(count)d times",
                retold,
            )
            % {"count": retold}
        )  # fmt: skip
    return said
