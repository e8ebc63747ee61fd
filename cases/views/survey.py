"""The survey a customer opens by its secret address: first one click, then what they like."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_POST, require_safe

from cases.forms.survey import RateForm, SurveyForm
from cases.selectors import status_token
from cases.selectors.surveys import Opened, survey_behind
from cases.services import surveys
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid, Refusal
from recovery.org.selectors import organisation
from recovery.web.pages import page, see_other
from recovery.web.public import closed, is_used_up, is_within, public_page, slow_down

WRONG = "30/h/ip"
PRESSES = "60/h/ip,40/h/key"


@require_safe
@public_page
def survey(request: HttpRequest, token: str) -> HttpResponse:
    opened = _opened(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    chosen = request.GET.get("rating", "")
    return _page(request, token, opened, rate=RateForm(initial={"rating": chosen}))


@require_POST
@public_page
def rate(request: HttpRequest, token: str) -> HttpResponse:
    opened = _opened(request, token, pressing=True)
    if isinstance(opened, HttpResponse):
        return opened
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, token, opened, rate=form, status=Invalid.http_status)
    try:
        surveys.rate(
            survey_id=opened.id, rating=form.cleaned_data["rating"], now=timezone.now()
        )
    except Conflict as refusal:
        return _refused(request, token, opened, refusal=refusal)
    return see_other(request, reverse("cases:survey", args=[token]))


@require_POST
@public_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    opened = _opened(request, token, pressing=True)
    if isinstance(opened, HttpResponse):
        return opened
    form = SurveyForm(request.POST)
    if not form.is_valid():
        return _page(request, token, opened, rest=form, status=Invalid.http_status)
    try:
        surveys.answer(survey_id=opened.id, **form.answers(), now=timezone.now())
    except Conflict as refusal:
        return _refused(request, token, opened, refusal=refusal, rest=form)
    return see_other(request, reverse("cases:survey", args=[token]))


def _opened(
    request: HttpRequest, token: str, *, pressing: bool = False
) -> Opened | HttpResponse:
    """What the address opens, else the page to answer with. Colleagues never answer."""
    if is_used_up(request, "survey_address", WRONG):
        return slow_down(request)
    opened = survey_behind(token, timezone.now())
    if opened is None:
        is_within(request, "survey_address", WRONG)
        return closed(request)
    if not pressing:
        return opened
    if request.user.is_authenticated:
        sentence = _g("You are logged in as a colleague. Only the customer answers here.")
        return _page(request, token, opened, sentence=sentence, status=403)
    if not is_within(request, "survey_press", PRESSES, key=str(opened.id)):
        return slow_down(request)
    return opened


def _refused(
    request: HttpRequest,
    token: str,
    opened: Opened,
    *,
    refusal: Refusal,
    rest: SurveyForm | None = None,
) -> HttpResponse:
    sentence = Refusal.say(refusal, _g)
    return _page(
        request, token, opened, sentence=sentence, rest=rest, status=refusal.http_status
    )


def _page(
    request: HttpRequest,
    token: str,
    opened: Opened,
    *,
    rate: RateForm | None = None,
    rest: SurveyForm | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "opened": opened,
        "token": token,
        "rate": rate or RateForm(),
        "rest": rest or SurveyForm(),
        "sentence": sentence,
        "is_colleague": request.user.is_authenticated,
        "reference": item_reference("customer", opened.case_id),
        "page_url": reverse("cases:status", args=[status_token(opened.case_id)]),
        "house": organisation().name,
    }
    return page(request, "public/survey.html", context, status=status)
