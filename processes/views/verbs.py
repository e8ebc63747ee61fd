"""How each address of a case acts: its form, its service, what it acts on, what is said after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes import forms, services
from processes.selectors import CaseFile, suggested_baseline
from recovery.failures.selectors import failure_id_of
from recovery.org.roles import Permission
from recovery.org.selectors import people_with
from recovery.web.forms import PageForm

type Given = Mapping[str, Any]


def _as_given(given: Given, _now: datetime) -> dict[str, Any]:
    return dict(given)


def end_of(day: date | None) -> datetime | None:
    """The end of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None


def pooled(given: Given, _now: datetime) -> dict[str, Any]:
    """The day to look again, as a moment."""
    return {"reason": given["reason"], "review_at": end_of(given["review_at"])}


def _plan(given: Given, _now: datetime) -> dict[str, Any]:
    return {key: given[key] for key in ("metric", "left_out", "reopen_days")}


def _changed(given: Given, now: datetime) -> dict[str, Any]:
    """The end of the day named, unless that is today."""
    at = end_of(given["changed_at"])
    return {"changed_at": None if at and timezone.localdate(now) == given["changed_at"] else at}


def _reference(given: Given, _now: datetime) -> dict[str, Any]:
    reference = str(given["failure"]).strip().upper()
    return {"failure_id": failure_id_of(reference), "reason": given["reason"]}


def _same(given: Given, _now: datetime) -> dict[str, Any]:
    return {**given, "same": True}


def _other(given: Given, _now: datetime) -> dict[str, Any]:
    return {**given, "same": False}


def _nothing(_file: CaseFile) -> dict[str, Any]:
    return {}


def _people(file: CaseFile) -> dict[str, Any]:
    found = people_with(Permission.PROCESS_WORK, file.case.item.department_id)
    return {"people": [(each.pk, each.name) for each in found]}


def _baseline(file: CaseFile) -> dict[str, Any]:
    """What the plan says so far, or what the records suggest."""
    plan = file.plan
    if plan is not None:
        initial = {
            name: getattr(plan, name)
            for name in (
                "metric", "left_out", "baseline_count", "baseline_days", "reopen_limit",
                "reopen_days",
            )
        }  # fmt: skip
        initial["target_ratio"] = round(plan.target_ratio * 100)
        initial["look_days"] = ", ".join(str(each) for each in plan.look_days)
        return {"initial": initial}
    count, days = suggested_baseline(file.case)
    return {"initial": {"baseline_count": count or None, "baseline_days": days}}


@dataclass(frozen=True, slots=True)
class Verb:
    """`on` names the row a verb needs beside its case; `prepare` gives its form what to offer."""

    form: type[PageForm]
    service: Callable[..., object]
    done: Promise
    on: str = ""
    facts: Callable[[Given, datetime], dict[str, Any]] = _as_given
    prepare: Callable[[CaseFile], dict[str, Any]] = _nothing


VERBS: Mapping[str, Verb] = {
    "open": Verb(forms.OpenForm, services.open_case, _("Opened. It is yours.")),
    "pool": Verb(forms.PoolForm, services.pool_case, _("It waits in the pool."), facts=pooled),
    "contain": Verb(forms.ContainForm, services.contain, _("Stopped.")),
    "cause": Verb(forms.CauseForm, services.add_cause, _("Added.")),
    "found": Verb(forms.PressForm, services.find_cause, _("Found.")),
    "action": Verb(forms.ActionForm, services.add_action, _("Added."), prepare=_people),
    "done": Verb(forms.DoneForm, services.complete_action, _("Done."), on="action"),
    "chosen": Verb(forms.PressForm, services.choose_action, _("Chosen.")),
    "plan": Verb(
        forms.PlanForm,
        services.write_plan,
        _("Written. Somebody else approves it."),
        facts=_plan,
        prepare=_baseline,
    ),
    "approve": Verb(forms.PressForm, services.approve_plan, _("Approved.")),
    "implement": Verb(forms.ImplementForm, services.implement, _("In place."), facts=_changed),
    "watch": Verb(forms.PressForm, services.watch, _("The watch has begun.")),
    "look": Verb(forms.LookForm, services.take_look, _("Looked.")),
    "settle": Verb(forms.PressForm, services.settle, _("Ended as improved.")),
    "rethink": Verb(forms.PressForm, services.rethink, _("Back to the cause.")),
    "accept-risk": Verb(forms.RiskForm, services.accept_risk, _("Accepted in your name.")),
    "same": Verb(
        forms.PressForm, services.judge_candidate, _("Same cause."), on="failure", facts=_same
    ),
    "other": Verb(
        forms.PressForm, services.judge_candidate, _("Other cause."), on="failure", facts=_other
    ),
    "unlink": Verb(forms.ReasonForm, services.unlink_failure, _("Taken out."), on="failure"),
    "link": Verb(forms.ReferenceForm, services.link_failure, _("Linked."), facts=_reference),
}
