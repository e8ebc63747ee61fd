"""Forms of standards; they check and keep what was typed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recovery.clocks.models import StandardVersion
from recovery.clocks.policy.drafts import HIGHEST_RANK, StandardDraft
from recovery.clocks.states import (
    SET_BY_STANDARD,
    Basis,
    Begins,
    Counts,
    MetBy,
    Shift,
)
from recovery.console.forms.conditions import ConditionsForm
from recovery.org.selectors.holidays import countries
from recovery.web.forms import PageForm, speak_plainly

MINUTE, HOUR, DAY = "minutes", "hours", "days"
UNITS = ((MINUTE, _("minutes")), (HOUR, _("hours")), (DAY, _("days")))
SECONDS = {MINUTE: 60, HOUR: 3600}
PRIORITIES = (1, 2, 3, 4)
WORKING_DAY, WHOLE_DAY = 8 * 3600, 24 * 3600


def _moment(label: Any, hint: Any, *, required: bool = False) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _words(label: Any, most: int, hint: Any = "", *, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 2}) if most > 160 else forms.TextInput,
    )


def _choice(label: Any, choices: Any, hint: Any = "", *, required: bool = False) -> Any:
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, required=required)


class StandardForm(ConditionsForm):
    """One version of a standard; draft() reads it. A law's own fields stay empty elsewhere."""

    name = _words(_("Name"), 120)
    kind = _choice(
        _("What it gives time for"),
        [(each.value, _(each.word)) for each in SET_BY_STANDARD],
        required=True,
    )
    words = _words(_("What customers are told"), 240)
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, max_value=HIGHEST_RANK, initial=100,
        help_text=_("Of several that hold, the lowest rank wins. House standards come last."),
    )  # fmt: skip
    basis = _choice(_("It must be in force"), Basis.choices(), required=True)
    since = _moment(_("From"), _("Empty is from the second signature."))
    until = _moment(_("Until"), _("Empty is until further notice."))
    gap_ok = forms.BooleanField(
        label=_("Nothing holds meanwhile, and that is meant"), required=False
    )
    pause_cap_days = forms.IntegerField(
        label=_("Pauses take at most … working days"), min_value=0, max_value=366,
        required=False, help_text=_("Empty is without limit."),
    )  # fmt: skip
    remedy = _words(
        _("What we give if we miss it"), 400, _("In words, or as a formula."), required=False
    )
    source = _words(_("Where this comes from"), 240)
    jurisdiction = _words(
        _("Where it holds"), 80, _("Such as EU, or Portugal."), required=False
    )
    law = _words(_("The law"), 160, required=False)
    authority = _words(_("The authority"), 160, required=False)
    begins = _choice(_("Its clock starts when"), [("", "–"), *Begins.choices()])
    met_by = _choice(_("It waits until"), [("", "–"), *MetBy.choices()])
    counts = _choice(_("It counts"), Counts.choices())
    days = forms.IntegerField(label=_("How many days"), min_value=1, required=False)
    shift = _choice(_("A last day that is no working day"), Shift.choices())
    zone = _words(_("Time zone of its days"), 64, _("Empty is our own."), required=False)
    country = _choice(_("Whose public holidays"), [("", _("none: weekends only"))])
    owner = _choice(_("Who looks after it"), [("", _("Choose"))], required=True)
    verify_by = forms.DateField(
        label=_("Look again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From then on it is marked “to verify”."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, owners: Sequence[tuple[int, str]], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, more in (("country", countries()), ("owner", owners)):
            self.fields[name].choices = [*self.fields[name].choices, *more]  # type: ignore[attr-defined]  # a choice field
        if not is_new:
            for name in ("name", "kind", "law", "authority"):
                del self.fields[name]
        for priority in PRIORITIES:
            for name, field in _target_fields(priority):
                speak_plainly(field)
                self.fields[name] = field

    def targets(self) -> Iterator[list[BoundField]]:
        """The three fields of each priority."""
        for each in PRIORITIES:
            yield [self[f"p{each}_{name}"] for name in ("amount", "unit", "always")]

    def draft(self) -> StandardDraft:
        """The version of a valid form."""
        given = self.cleaned_data
        always = [each for each in PRIORITIES if given[f"p{each}_always"]]
        counts = Counts(given["counts"] or Counts.EXACT)
        plain = (
            "words", "since", "until", "gap_ok", "pause_cap_days", "rank", "remedy", "source",
            "jurisdiction", "zone", "country", "verify_by",
        )  # fmt: skip
        return StandardDraft(
            **{name: given[name] for name in plain},
            targets={each: self._seconds(each) for each in PRIORITIES},
            around_clock=always,
            conditions=self.conditions(),
            basis=Basis(given["basis"]),
            counts=counts,
            days=given["days"] if counts is not Counts.EXACT else None,
            shift=Shift(given["shift"] or Shift.AS_IS),
            begins=Begins(given["begins"]) if given["begins"] else None,
            met_by=MetBy(given["met_by"]) if given["met_by"] else None,
            owner_id=int(given["owner"]),
        )

    def _seconds(self, priority: int) -> int:
        given = self.cleaned_data
        amount, unit = given[f"p{priority}_amount"] or 0, given[f"p{priority}_unit"]
        day = WHOLE_DAY if given[f"p{priority}_always"] else WORKING_DAY
        return int(amount * SECONDS.get(unit, day))


def _target_fields(priority: int) -> Iterator[tuple[str, forms.Field]]:
    number = {"priority": priority}
    yield (
        f"p{priority}_amount",
        forms.IntegerField(
            label=_now("P%(priority)d: how long") % number, min_value=0, required=False
        ),
    )
    yield (
        f"p{priority}_unit",
        forms.ChoiceField(
            label=_now("P%(priority)d: unit") % number, choices=UNITS, required=False
        ),
    )
    yield (
        f"p{priority}_always",
        forms.BooleanField(label=_now("P%(priority)d: at all hours") % number, required=False),
    )


class CareForm(PageForm):
    """Who looks after a version, and until when."""

    owner = forms.ChoiceField(label=_("Who looks after it"))
    verify_by = forms.DateField(
        label=_("Look again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("Choose")), *owners]  # type: ignore[attr-defined]  # a choice field


def initial_of(version: StandardVersion | None) -> dict[str, Any]:
    """What stands in the form at first: the draft there is, or the version to be superseded."""
    if version is None:
        return {}
    names = (
        "rank", "basis", "pause_cap_days", "remedy", "source", "jurisdiction", "begins", "met_by",
        "counts", "days", "shift", "zone", "country", "verify_by",
    )  # fmt: skip
    found = {name: getattr(version, name) for name in names}
    found |= {"words": version.words or version.standard.words, "owner": version.owner_id}
    if version.draft:
        span = version.effective
        found |= {"since": span.lower, "until": span.upper, "revision": version.revision}
        found["gap_ok"] = version.gap_ok
    elif version.rank > HIGHEST_RANK:
        found["rank"] = HIGHEST_RANK
    for priority in PRIORITIES:
        always = priority in version.around_clock
        amount, unit = _amount(version.targets.get(str(priority), 0), is_always=always)
        found |= {f"p{priority}_amount": amount, f"p{priority}_unit": unit}
        found[f"p{priority}_always"] = always
    return found


def _amount(seconds: int, *, is_always: bool) -> tuple[int | None, str]:
    """A time in the largest unit that fits."""
    day = WHOLE_DAY if is_always else WORKING_DAY
    if not seconds:
        return None, HOUR
    if seconds % day == 0:
        return seconds // day, DAY
    return (seconds // 3600, HOUR) if seconds % 3600 == 0 else (seconds // 60, MINUTE)
