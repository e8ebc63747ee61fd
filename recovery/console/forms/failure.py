"""Forms of the failure page; they check and keep what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.failures.selectors import failure_by_reference
from recovery.failures.states import SEVERITIES, TrackKind, WaiverReason
from recovery.kernel.refusals import NotFound
from recovery.web.forms import PageForm, speak_plainly

_GRADES = [(grade, str(grade)) for grade in range(5)]


class NoteForm(PageForm):
    words = forms.CharField(
        label=_("Note for colleagues"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20_000,
    )


class WaiverForm(PageForm):
    kind = forms.ChoiceField(label=_("Which track"), choices=TrackKind.choices())
    reason = forms.ChoiceField(label=_("Why"), choices=WaiverReason.choices())
    words = forms.CharField(
        label=_("In your words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Somebody else decides. It is shown as waived, never as recovered."),
    )
    expires = forms.DateField(
        label=_("Until (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day the track waits again."),
    )


class DecisionForm(PageForm):
    words = forms.CharField(
        label=_("Why not, if you refuse"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )


class HandOverForm(PageForm):
    department = forms.TypedChoiceField(label=_("To which desk"), coerce=int)
    words = forms.CharField(
        label=_("What should they do?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("So that nobody has to ask the customer again."),
    )

    def __init__(self, *args: Any, desks: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = desks  # type: ignore[attr-defined]  # a choice field


class MergeForm(PageForm):
    into = forms.CharField(
        label=_("Which failure is it part of?"),
        max_length=12,
        widget=forms.TextInput(attrs={"placeholder": "F-7K3Q9X"}),
        help_text=_("Its cases move there. You can take the merge apart again."),
    )

    def clean_into(self) -> int:
        """The key of the failure meant."""
        try:
            return failure_by_reference(self.cleaned_data["into"]).pk
        except NotFound:
            raise forms.ValidationError(
                _("There is no such failure. Check the characters.")
            ) from None


class RaiseForm(PageForm):
    priority = forms.TypedChoiceField(label=_("More urgent"), coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=240)

    def __init__(self, *args: Any, now_at: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(grade, f"P{grade}") for grade in range(1, now_at)]
        self.fields["priority"].choices = grades  # type: ignore[attr-defined]  # a choice field


class EditForm(PageForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("No names or phone numbers: all may read it."),
    )
    service_reference = forms.CharField(
        label=_("Service"), max_length=80, required=False, help_text=_("Flight, order, line …")
    )
    mode_id = forms.TypedChoiceField(
        label=_("How it failed"), coerce=int, empty_value=None, required=False
    )
    account = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, modes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Not said")), *modes]
        self.fields["mode_id"].choices = choices  # type: ignore[attr-defined]  # a choice field
        for name in SEVERITIES:
            self.fields[name] = forms.TypedChoiceField(
                label=_(name.capitalize()), choices=_GRADES, coerce=int
            )
            speak_plainly(self.fields[name])
