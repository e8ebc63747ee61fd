"""Logging a failure in the browser."""

import hashlib
import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recovery.coordination.services import Submitted, add_customers, submit_reports
from recovery.failures.policy import risk_words
from recovery.failures.selectors import failure_id_of, mode_choices
from recovery.intake.forms.log import BAD, LogForm
from recovery.intake.selectors import alike_open
from recovery.org.roles import Permission
from recovery.org.selectors import departments
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

DRAFT = "log"


def _form(request: HttpRequest) -> LogForm:
    desks = [(key, card.name) for key, card in departments().items()]
    if request.method == "POST":
        return LogForm(request.POST, modes=mode_choices(), desks=desks)
    return LogForm(initial={"key": uuid.uuid4().hex}, modes=mode_choices(), desks=desks)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    require(person, Permission.FAILURE_REPORT)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            same_as = request.POST.get("same_as", "")
            reference = _add(request, form, same_as) if same_as else _report(request, form)
            said = _("Added to %(ref)s.") if same_as else _("Logged as %(ref)s.")
            saved(request, said % {"ref": reference}, draft=DRAFT)
            return see_other(request, reverse("console:failure", args=[reference]))
    context = {
        "form": form,
        "draft": DRAFT,
        "bad": [(code, name, hint) for code, (name, hint, _grades) in BAD.items()],
        "detailed": any(
            form[name].errors
            for name in ("mode", "department", "service_reference", "occurred")
        ),
    }
    return page(request, "intake/log.html", context, status=422 if form.errors else 200)


def _report(request: HttpRequest, form: LogForm) -> str:
    """Report once for each form shown: a double click or a resend gets the first answer."""
    now = timezone.now()
    body = hashlib.sha256(repr(sorted(request.POST.lists())).encode()).digest()
    answer = submit_reports(
        [form.report(now=now)],
        say=lambda results: (303, results[0].reference),
        submitted=Submitted(key=form.cleaned_data["key"], route="log", body_sha256=body),
        actor=person_of(request),
        now=now,
    )
    return answer.text


def _add(request: HttpRequest, form: LogForm, same_as: str) -> str:
    now = timezone.now()
    report = form.report(now=now)
    add_customers(
        failure_id=failure_id_of(same_as),
        customers=report.customers,
        complaint=report.complaint,
        actor=person_of(request),
        now=now,
    )
    return same_as


@require_safe
@login_required
@transaction.atomic
def alike(request: HttpRequest) -> HttpResponse:
    """What is open and looks the same, as a fragment, while the person types."""
    require(person_of(request), Permission.FAILURE_REPORT)
    words = request.GET.get("what_happened", "")[:2000]
    context = {
        "alike": alike_open(words, request.GET.get("service_reference", "")[:80]),
        "risks": risk_words(words),
    }
    return page(request, "intake/_alike.html", context)
