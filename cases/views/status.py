"""The customer's own page: opened by a secret address, without login, session or script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cases.forms import status as forms
from cases.presenters.status import status_of
from cases.selectors import Opened, file_for_customer, is_surname, opened_by
from cases.services import by_customer
from cases.services.links import note_seen
from recovery.clocks.selectors import promises_for_customer
from recovery.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm, attach
from recovery.web.pages import page, see_other
from recovery.web.public import closed, is_used_up, is_within, public_page, slow_down

WRONG_ADDRESSES: Final = "30/h/ip"
PRESSES: Final = "60/h/ip,40/h/key"
SURNAMES: Final = "5/h/key,20/h/ip"
NAME_COOKIE: Final = "status_name"
NAME_SALT: Final = "cases.status-name"
NAME_SECONDS: Final = 30 * 60


@dataclass(frozen=True, slots=True)
class Press:
    """How one press acts: its form, its service, on which row, and what is said after."""

    form: type[PageForm]
    service: Callable[..., bool]
    done: Promise
    on: str = ""


VERBS: Final[Mapping[str, Press]] = {
    "say": Press(
        forms.SayForm, by_customer.say_something, _("Thank you. We have what you wrote.")
    ),
    "solved": Press(
        forms.SolvedForm, by_customer.say_solved, _("Thank you. It is closed as solved.")
    ),
    "not-solved": Press(
        forms.NotSolvedForm, by_customer.say_not_solved, _("We take it up again.")
    ),
    "disagree": Press(
        forms.DisagreeForm, by_customer.disagree, _("We have noted that you disagree.")
    ),
    "not-told": Press(
        forms.NoWordsForm,
        by_customer.say_not_told,
        _("Thank you for saying so. It counts as not told, and we come back to you."),
        on="contact",
    ),
    "accept": Press(
        forms.NoWordsForm, by_customer.accept_offer, _("You took the offer."), on="remedy"
    ),
    "turn-down": Press(
        forms.TurnDownForm,
        by_customer.turn_down_offer,
        _("You turned the offer down. We look again."),
        on="remedy",
    ),
}


@require_safe
@public_page
def status(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    opened = _opened(request, token, now)
    if isinstance(opened, HttpResponse):
        return opened
    if not request.user.is_authenticated:
        note_seen(opened=opened, now=now)
    return _page(request, opened, now)


@require_POST
@public_page
def act(request: HttpRequest, token: str, verb: str) -> HttpResponse:
    now = timezone.now()
    opened = _opened(request, token, now)
    if isinstance(opened, HttpResponse):
        return opened
    if not is_within(request, "status_press", PRESSES, key=str(opened.given)):
        return slow_down(request)
    known = VERBS.get(verb)
    if known is None:
        return closed(request)
    if request.user.is_authenticated:
        return _not_yours(request, opened, now)
    form = known.form(request.POST, auto_id=f"{verb}-%s")
    try:
        if form.is_valid():
            known.service(case_id=opened.case_id, **_facts(request, known, form), now=now)
            messages.success(request, str(known.done))
            return see_other(request, _address(token))
        sentence, code = "", Invalid.http_status
    except Invalid as refusal:
        attach(form, refusal)
        sentence, code = "", refusal.http_status
    except (Conflict, NotFound) as refusal:
        sentence, code = Refusal.say(refusal, _g), refusal.http_status
    return _page(request, opened, now, bound=(verb, form), sentence=sentence, status=code)


@require_POST
@public_page
def name(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever types the surname may read for half an hour what was written."""
    now = timezone.now()
    opened = _opened(request, token, now)
    if isinstance(opened, HttpResponse):
        return opened
    if request.user.is_authenticated:
        return _not_yours(request, opened, now)
    if not is_within(request, "status_name", SURNAMES, key=str(opened.given)):
        return slow_down(request)
    form = forms.NameForm(request.POST, auto_id="name-%s")
    if form.is_valid():
        if is_surname(opened.case_id, form.cleaned_data["surname"]):
            response = see_other(request, f"{_address(token)}#words")
            response.set_signed_cookie(
                NAME_COOKIE, _bond(opened), salt=NAME_SALT, max_age=NAME_SECONDS,
                path=_address(token), secure=settings.SESSION_COOKIE_SECURE, httponly=True,
                samesite="Lax",
            )  # fmt: skip
            return response
        sentence = _("That is not the surname we know. Type it as you gave it to us.")
        form.add_error("surname", str(sentence))
    return _page(request, opened, now, bound=("name", form), status=422)


def _opened(request: HttpRequest, token: str, now: datetime) -> Opened | HttpResponse:
    """What the address opens, else the page to answer with: nothing else is looked at before."""
    if is_used_up(request, "status_address", WRONG_ADDRESSES):
        return slow_down(request)
    opened = opened_by(token, now)
    if opened is None:
        is_within(request, "status_address", WRONG_ADDRESSES)
        return closed(request)
    return opened


def _not_yours(request: HttpRequest, opened: Opened, now: datetime) -> HttpResponse:
    """A colleague looks, and never answers in the customer's name."""
    sentence = _g("You are logged in as a colleague. Only the customer presses here.")
    return _page(request, opened, now, sentence=sentence, status=403)


def _facts(request: HttpRequest, known: Press, form: PageForm) -> dict[str, Any]:
    """What the service is given: the words typed, and the row they are about."""
    facts = dict(form.cleaned_data)
    if known.on:
        key = request.POST.get("on", "")
        facts[f"{known.on}_id"] = int(key) if key.isdecimal() and len(key) < 18 else 0
    return facts


def _page(
    request: HttpRequest,
    opened: Opened,
    now: datetime,
    *,
    bound: tuple[str, PageForm] | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    is_colleague = request.user.is_authenticated
    model = status_of(
        file_for_customer(opened.case_id),
        promises_for_customer(opened.case_id),
        now,
        is_named=not is_colleague and _is_named(request, opened),
    )
    context = {
        "model": model,
        "token": opened.token,
        "forms": _forms(bound),
        "open": bound[0] if bound else "",
        "typed": request.POST.get("words", "") if sentence else "",
        "sentence": sentence,
        "is_colleague": is_colleague,
        "house": organisation().name,
    }
    return page(request, "public/status.html", context, status=status)


def _forms(bound: tuple[str, PageForm] | None) -> dict[str, PageForm]:
    """Every form of the page by its name; the one that was sent with what was typed."""
    makers: dict[str, type[PageForm]] = {key: each.form for key, each in VERBS.items()}
    makers["name"] = forms.NameForm
    found = {key: make(auto_id=f"{key}-%s") for key, make in makers.items()}
    if bound:
        found[bound[0]] = bound[1]
    return {key.replace("-", "_"): form for key, form in found.items()}


def _is_named(request: HttpRequest, opened: Opened) -> bool:
    kept = request.get_signed_cookie(
        NAME_COOKIE, default="", salt=NAME_SALT, max_age=NAME_SECONDS
    )
    return kept == _bond(opened)


def _bond(opened: Opened) -> str:
    return f"{opened.given}:{opened.generation}"


def _address(token: str) -> str:
    return reverse("cases:status", args=[token])
