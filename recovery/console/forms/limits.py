"""Forms of limits of authority: one as a draft, and whose to try today."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField
from recovery.org.models import AuthorityLimit
from recovery.org.policy.authority import LimitDraft
from recovery.org.roles import ROLES, Permission
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm

GIVING = tuple(
    role
    for role, card in ROLES.items()
    if card.permissions & {Permission.CASE_WORK, Permission.REMEDY_APPROVE}
)
SCOPE_WORDS = {
    "case": _("for one case"),
    "customer": _("for one customer in some days"),
    "week": _("in one week"),
}


def _moment(label: Any, hint: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LimitForm(PageForm):
    """A limit; draft() is what it says."""

    role = forms.ChoiceField(label=_("Of a role"), required=False)
    person = forms.ChoiceField(label=_("Or of a person"), required=False)
    department = forms.ChoiceField(
        label=_("Who holds that role in"),
        required=False,
        help_text=_("With all departments below it. The nearest one counts."),
    )
    scope = forms.ChoiceField(label=_("May give"), choices=list(SCOPE_WORDS.items()))
    amount = AmountField(label=_("How much"))
    days = forms.IntegerField(
        label=_("Days, per customer"), required=False, min_value=1,
        help_text=_("How long a gift counts."),
    )  # fmt: skip
    together = forms.BooleanField(
        label=_("What colleagues of the desk gave the same customer counts as well"),
        required=False,
    )
    since = _moment(_("From"), _("Empty is from the signature."))
    until = _moment(_("Until"), _("Empty is until further notice."))

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str]],
        departments: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "role": [("", _("No role")), *((key.value, _(ROLES[key].name)) for key in GIVING)],
            "person": [("", _("Nobody in particular")), *people],
            "department": [("", _("everywhere")), *departments],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # a choice field
        self.fields["amount"].label = _("How much, in %(currency)s") % {
            "currency": organisation().currency
        }

    def draft(self) -> LimitDraft:
        """The limit of a valid form."""
        given = self.cleaned_data
        return LimitDraft(
            scope=given["scope"],
            amount_minor=given["amount"],
            role=given["role"],
            person_id=int(given["person"]) if given["person"] else None,
            department_id=int(given["department"]) if given["department"] else None,
            days=given["days"],
            together=given["together"],
            since=given["since"],
            until=given["until"],
        )


class LimitTrialForm(PageForm):
    """Whose limits to look at today."""

    person = forms.TypedChoiceField(label=_("What may somebody give today?"), coerce=int)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]  # a choice field


def initial_of(limit: AuthorityLimit, amount: str) -> dict[str, Any]:
    """A limit there is, to write its next version from."""
    return {
        "role": limit.role,
        "person": limit.person_id or "",
        "department": limit.department_id or "",
        "scope": limit.scope,
        "amount": amount,
        "days": limit.days,
        "together": limit.together,
    }
