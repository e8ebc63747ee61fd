"""Forms of pages that span tracks; they check and keep what was typed."""

from recovery.console.forms.failure import (
    DecisionForm,
    EditForm,
    HandOverForm,
    MergeForm,
    NoteForm,
    RaiseForm,
    WaiverForm,
)

__all__ = [
    "DecisionForm",
    "EditForm",
    "HandOverForm",
    "MergeForm",
    "NoteForm",
    "RaiseForm",
    "WaiverForm",
]
