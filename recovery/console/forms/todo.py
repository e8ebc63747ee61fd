"""Forms of tasks: what to do by when, what came of it, why it is not needed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.escalation.states import TaskKind
from recovery.web.forms import PageForm

# What a person writes down; a survey is asked by rule alone, so that nobody picks whom to ask.
BY_HAND = (TaskKind.OTHER, TaskKind.CALL_BACK, TaskKind.CHECK)


class TaskForm(PageForm):
    """Something to do on a case by a moment in the reader's zone."""

    words = forms.CharField(
        label=_("What to do"), max_length=240, help_text=_("No names of customers.")
    )
    kind = forms.ChoiceField(
        label=_("What it is"), choices=[(each.value, each.word) for each in BY_HAND]
    )
    due_at = forms.DateTimeField(
        label=_("By when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your own time zone."),
    )


class DoneForm(PageForm):
    words = forms.CharField(
        label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class NotNeededForm(PageForm):
    words = forms.CharField(
        label=_("Why it is not needed"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
    )
