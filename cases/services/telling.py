"""Messages to colleagues about a case: references and amounts, never the customer's data."""

from collections.abc import Collection

from cases.models import Budget, BudgetAccount, Contact, Remedy
from cases.services.holding import Held
from recovery.failures.selectors import is_urgent, item_reference
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.roles import Permission
from recovery.org.selectors import approvers_of, leads_of

_SUBJECTS = {
    "approval": gettext_noop("A remedy waits for your decision: %(ref)s"),
    "approved": gettext_noop("Approved, tell the customer: %(ref)s"),
    "refused": gettext_noop("Not approved: %(ref)s"),
    "refusal": gettext_noop("Refusing a right waits for a second person: %(ref)s"),
    "undelivered": gettext_noop("What you wrote to the customer did not arrive: %(ref)s"),
    "budget": gettext_noop("A budget you own is nearly used up"),
    "double": gettext_noop("A recovery failed as well: %(ref)s"),
    "said": gettext_noop("The customer wrote: %(ref)s"),
    "answered": gettext_noop("The customer answered the offer: %(ref)s"),
    "not_told": gettext_noop("The customer says nobody told them: %(ref)s"),
    "not_solved": gettext_noop("The customer says it is not solved: %(ref)s"),
    "rated_low": gettext_noop("The customer rates the recovery low: %(ref)s"),
    "disagreed": gettext_noop("The customer disagrees with the final answer: %(ref)s"),
    "repeat": gettext_noop("The same failure again for the same customer: %(ref)s"),
}


def tell_approvers(held: Held, remedy: Remedy, *, what: str = "approval") -> None:
    """Tell everybody who may decide on the remedy and is here, or their deputy; not who asked."""
    approvers = approvers_of(Permission.REMEDY_APPROVE, held.item.department_id, held.now)
    _tell(held, [each.pk for each in approvers], what=what, occasion=f"remedy:{remedy.pk}")


def tell_budget_owner(held: Held, budget: Budget, account: BudgetAccount) -> None:
    """Tell who owns a budget that it nears its end; once in a period."""
    tell(
        person_ids=[budget.owner_id],
        kind="budget.short",
        subject=_SUBJECTS["budget"],
        lines=[budget.department.name],
        path="/boards/money/",
        dedupe_key=f"budget:{account.pk}",
        at=held.now,
        urgent=False,
        personal=True,
    )


def tell_offerer(held: Held, remedy: Remedy, *, what: str) -> None:
    """Tell whoever offered the remedy what was decided."""
    occasion = f"remedy:{remedy.pk}"
    _tell(held, [remedy.offered_by_id], what=what, occasion=occasion, personal=True)


def tell_owner_and_leads(
    held: Held, lead_ids: Collection[int], *, what: str = "double"
) -> None:
    """Tell the owner and the desk's leads that the recovery itself has failed."""
    owner = [held.item.owner_id] if held.item.owner_id else []
    occasion = f"double:{held.item.pk}"
    _tell(held, owner, what=what, occasion=occasion, personal=True)
    _tell(held, [each for each in lead_ids if each not in owner], what=what, occasion=occasion)


def tell_undelivered(held: Held, contact: Contact, person_ids: Collection[int]) -> None:
    """Tell whoever wrote it, and whoever answers for the case, that a letter was given up."""
    occasion = f"contact:{contact.pk}"
    _tell(held, person_ids, what="undelivered", occasion=occasion, personal=True)


def tell_from_page(held: Held, *, what: str, leads_too: bool = False) -> None:
    """Tell whoever holds the case what its customer did on their page; with nobody, the leads."""
    owner = [held.item.owner_id] if held.item.owner_id else []
    occasion = f"page:{held.item.pk}:{held.now.isoformat()}"
    _tell(held, owner, what=what, occasion=occasion, personal=True)
    if leads_too or not owner:
        leads = [each.pk for each in leads_of(held.item.department_id)]
        _tell(held, [each for each in leads if each not in owner], what=what, occasion=occasion)


def _tell(
    held: Held,
    person_ids: Collection[int],
    *,
    what: str,
    occasion: str,
    personal: bool = False,
) -> None:
    """`personal` is what answers somebody, or concerns whoever holds the case: no mute holds it."""
    reference = item_reference(held.item.kind, held.item.pk)
    tell(
        person_ids=[each for each in person_ids if each != held.actor.pk],
        kind=f"case.{what}",
        subject=_SUBJECTS[what] % {"ref": reference},
        lines=[],
        path=f"/cases/{reference}/",
        dedupe_key=f"{occasion}:{what}",
        at=held.now,
        urgent=is_urgent(held.item),
        personal=personal,
    )
