"""The open question, its page and its actions."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recovery.failures.selectors import failure_id_of, reference_of
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of
from staff import presenters, selectors, services
from staff.forms import ActionForm, AnswerForm
from staff.views.forms import mending


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def readiness(request: HttpRequest, reference: str) -> HttpResponse:
    """The open question of a failure: read by every member, answered by those who may."""
    failure_id = failure_id_of(reference)
    if request.method == "POST":
        _require_may_answer(request, failure_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with mending(form):
            services.answer_readiness(
                failure_id=failure_id, actor=person_of(request), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            saved(request, _("Answered."))
            return _to_readiness(request, reference, done=not form.cleaned_data["made_worse"])
    return _readiness_page(request, failure_id, answer_form=form)


@require_POST
@login_required
def add_action(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what will make people readier, who sees to it and by when."""
    failure_id = failure_id_of(reference)
    _require_may_answer(request, failure_id)
    form = ActionForm(request.POST, prefix="action")
    if form.is_valid():
        given = form.cleaned_data
        with mending(form):
            services.add_enablement(
                failure_id=failure_id, words=given["words"], due_on=given["due_on"],
                owner_id=selectors.find_person(given["owner"], field="owner").pk,
                actor=person_of(request), now=timezone.now(),
            )  # fmt: skip
            saved(request, _("Agreed."))
            return _to_readiness(request, reference)
    return _readiness_page(request, failure_id, action_form=form)


@require_POST
@login_required
def finish_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """Say that an action is done."""
    done = services.complete_enablement(
        action_id=action_id, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("Done. We are readier."))
    return _to_readiness(request, reference_of(done.readiness_id))


def _require_may_answer(request: HttpRequest, failure_id: int) -> None:
    """Refuse before anything typed is read: what may not be done needs no correcting."""
    desk = selectors.required_track(failure_id).failure.owning_department_id
    require(person_of(request), Permission.READINESS_ANSWER, department_id=desk)


def _to_readiness(request: HttpRequest, reference: str, *, done: bool = False) -> HttpResponse:
    name = "console:failure" if done else "staff:readiness"
    return see_other(request, reverse(name, args=[reference]))


def _readiness_page(
    request: HttpRequest,
    failure_id: int,
    *,
    answer_form: AnswerForm | None = None,
    action_form: ActionForm | None = None,
) -> HttpResponse:
    viewer = person_of(request)
    track = selectors.required_track(failure_id)
    forms = (answer_form, action_form)
    return page(
        request,
        "staff/readiness.html",
        {
            "failure": track.failure,
            "reference": reference_of(failure_id),
            "box": presenters.readiness_box(viewer, track),
            "answer_form": answer_form or AnswerForm(),
            "action_form": action_form
            or ActionForm(prefix="action", initial={"owner": viewer.email}),
        },
        status=422 if any(form and form.is_bound and form.errors for form in forms) else 200,
    )
