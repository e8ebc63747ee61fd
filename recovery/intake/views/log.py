"""Logging a failure in the browser."""

import hashlib
import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.presenters.found import open_cases_of
from recovery.coordination.services import Submitted, submit_customers, submit_reports
from recovery.failures.policy import risk_words
from recovery.failures.selectors import failure_id_of, mode_choices
from recovery.intake.forms.log import BAD, LogForm, called, first_person
from recovery.intake.selectors import alike_open
from recovery.kernel.refusals import NotFound
from recovery.org.roles import Permission
from recovery.org.selectors import departments
from recovery.org.services import require
from recovery.web.forms import attach, refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

DRAFT = "log"
WHO_ICONS = {"one": "user", "several": "users", "nobody": "eye", "colleague": "hand-helping"}
# What a look-up that found nobody may fill in.
FILLED = ("people", "service_reference")
LATER = ("mode", "department", "service_reference", "occurred", "wished_outcome", "affected")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    require(person, Permission.FAILURE_REPORT)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_into(form):
                return _done(request, form)
        except NotFound as gone:
            attach(form, gone)  # what was typed matters more than the address
    context = {
        "form": form,
        "draft": DRAFT,
        "who": [(choice, WHO_ICONS[choice.data["value"]]) for choice in form["who"]],
        "bad": [(code, name, hint) for code, (name, hint, _grades) in BAD.items()],
        "filled": any(request.GET.get(name) for name in FILLED),
        "detailed": bool(form.initial.get("service_reference"))
        or any(form[name].errors or form[name].data for name in LATER),
    }
    return page(request, "intake/log.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, form: LogForm) -> HttpResponse:
    same_as = request.POST.get("same_as", "")
    reference = _add(request, form, same_as) if same_as else _report(request, form)
    said = _("Added to %(ref)s.") if same_as else _("Logged as %(ref)s.")
    saved(request, said % {"ref": reference}, draft=DRAFT)
    return see_other(request, reverse("console:failure", args=[reference]))


def _form(request: HttpRequest) -> LogForm:
    desks = [(key, card.name) for key, card in departments().items()]
    if request.method == "POST":
        return LogForm(request.POST, modes=mode_choices(), desks=desks)
    known = {name: request.GET.get(name, "").replace("\x00", "")[:400] for name in FILLED}
    initial = {"key": uuid.uuid4().hex} | {name: text for name, text in known.items() if text}
    return LogForm(initial=initial, modes=mode_choices(), desks=desks)


def _submitted(request: HttpRequest, form: LogForm) -> Submitted:
    """One submission for each form and what was typed in it.

    A double click or a resend gets the first answer; words that were changed are new words.
    """
    typed = sorted(
        (name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    )
    body = hashlib.sha256(repr(typed).encode("utf-8", "surrogatepass")).digest()
    return Submitted(
        key=f"{form.cleaned_data['key']}-{body.hex()}", route="log", body_sha256=body
    )


def _report(request: HttpRequest, form: LogForm) -> str:
    now = timezone.now()
    answer = submit_reports(
        [form.report(now=now)],
        say=lambda results: (303, results[0].reference),
        submitted=_submitted(request, form),
        actor=person_of(request),
        now=now,
    )
    return answer.text


def _add(request: HttpRequest, form: LogForm, same_as: str) -> str:
    now = timezone.now()
    report = form.report(now=now)
    answer = submit_customers(
        failure_id=failure_id_of(same_as),
        customers=report.customers,
        complaint=report.complaint,
        submitted=_submitted(request, form),
        actor=person_of(request),
        now=now,
    )
    return answer.text


@login_required
@require_POST
@transaction.atomic
def alike(request: HttpRequest) -> HttpResponse:
    """What is open and looks the same, as a fragment, while the person types.

    A read, but posted: what people type must not stand in addresses, which are logged.
    """
    require(person_of(request), Permission.FAILURE_REPORT)
    words = request.POST.get("what_happened", "")[:2000]
    people = request.POST.get("people", "")[:400]
    context = {
        "known": open_cases_of(person_of(request), first_person(people)),
        "alike": alike_open(words, request.POST.get("service_reference", "")[:80]),
        "risks": risk_words(words),
        "called": called(people)[:40],
    }
    return page(request, "intake/_alike.html", context)
