import json
from types import SimpleNamespace

import pytest
import structlog
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse

from recovery.kernel.refusals import Busy, Conflict, Invalid, NotAllowed, NotFound
from recovery.web import pages, views
from recovery.web.refusing import RefusalMiddleware

HTMX = {"HX-Request": "true"}


def with_messages(request):
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


class TestWantsFragment:
    @pytest.mark.parametrize(
        ("headers", "answer"),
        [
            ({}, False),
            (HTMX, True),
            ({**HTMX, "HX-Boosted": "true"}, False),
            ({**HTMX, "HX-History-Restore-Request": "true"}, False),
        ],
    )
    def test_only_for_a_part_of_a_page(self, rf, headers, answer):
        assert pages.wants_fragment(rf.get("/", headers=headers)) is answer


class TestSeeOther:
    def test_is_a_303(self, rf):
        response = pages.see_other(rf.post("/"), "/next/")
        assert (response.status_code, response["Location"]) == (303, "/next/")

    def test_tells_htmx_to_load_the_page(self, rf):
        response = pages.see_other(rf.post("/", headers=HTMX), "/next/")
        assert (response.status_code, response["HX-Redirect"]) == (204, "/next/")


PAGE = "<h1>All</h1>{% partialdef rows inline %}<p>Rows</p>{% endpartialdef %}"


@pytest.fixture
def a_page(settings):
    settings.TEMPLATES = [{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page.html": PAGE})]},
    }]  # fmt: skip


@pytest.mark.usefixtures("a_page")
class TestPage:
    def test_is_whole_for_a_browser(self, rf):
        response = pages.page(rf.get("/"), "page.html", fragment="rows")
        assert response.content == b"<h1>All</h1><p>Rows</p>"
        assert "HX-Request" in response["Vary"]

    def test_is_a_fragment_for_htmx(self, rf):
        response = pages.page(
            rf.get("/", headers=HTMX), "page.html", fragment="rows", status=422
        )
        assert (response.status_code, response.content) == (422, b"<p>Rows</p>")


def test_saved_names_the_draft_that_may_go(rf):
    request = with_messages(rf.post("/"))
    pages.saved(request, "Logged as F-1.", draft="log")
    message = next(iter(get_messages(request)))
    assert (str(message), message.extra_tags) == ("Logged as F-1.", "log")


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/work/", "http://testserver/work/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_on_our_site(rf, came_from, back):
    assert pages.way_back(rf.get("/", headers={"Referer": came_from})) == back


class TestRefused:
    def test_gives_back_what_was_typed_without_secrets(self, rf):
        request = rf.post(
            "/x/", {"what_happened": "No <b>chair</b>", "password": "s3cret", "empty": " "}
        )
        html = pages.refused(request, 409, "It moved on.", code="stale").content.decode()
        assert "No &lt;b&gt;chair&lt;/b&gt;" in html
        assert "What happened" in html
        assert "s3cret" not in html

    def test_is_json_under_the_api(self, rf):
        response = pages.refused(rf.get("/api/v1/none/"), 404, "No.", code="not_found")
        assert json.loads(response.content) == {
            "code": "not_found", "field": None, "message": "No.",
            "errors": [{"code": "not_found", "field": None, "message": "No."}],
        }  # fmt: skip

    def test_is_a_toast_for_htmx(self, rf):
        response = pages.refused(rf.post("/", headers=HTMX), 403, "Not yours.", code="no")
        assert response["HX-Retarget"] == "#toasts"
        assert "Not yours." in response.content.decode()
        assert "<html" not in response.content.decode()

    def test_says_when_to_try_again(self, rf):
        assert pages.refused(rf.get("/"), 503, "Wait.", code="busy")["Retry-After"] == "2"


def answered(rf, error: Exception, view=None) -> HttpResponse | None:
    request = rf.post("/")
    request.resolver_match = SimpleNamespace(func=view, args=(), kwargs={})
    return RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error)


class TestRefusalMiddleware:
    @pytest.mark.parametrize(
        ("refusal", "status"),
        [(NotAllowed, 403), (NotFound, 404), (Conflict, 409), (Invalid, 422), (Busy, 503)],
    )
    def test_turns_a_refusal_into_its_page(self, rf, refusal, status):
        response = answered(rf, refusal("code", "Ask %(who)s.", who="Ana"))
        assert response.status_code == status
        assert "Ask Ana." in response.content.decode()

    def test_leaves_a_mistake_of_ours_alone(self, rf):
        assert answered(rf, ValueError("bug")) is None
        assert answered(rf, DatabaseError("bug")) is None

    def test_says_busy_when_the_database_is_away(self, rf):
        assert answered(rf, OperationalError("gone")).status_code == 503

    def test_tries_once_more_after_a_deadlock(self, rf):
        tries = []

        def view(request):
            tries.append(request)
            return HttpResponse("done")

        response = answered(rf, deadlock(), view)
        assert response.content == b"done"
        assert len(tries) == 1

    def test_says_busy_when_the_second_try_fails_too(self, rf):
        def view(request):
            raise deadlock()

        assert answered(rf, deadlock(), view).status_code == 503


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = type("Deadlock", (Exception,), {"pgcode": "40P01"})()
    return error


class TestErrorHandlers:
    def test_say_busy_when_only_the_database_is_away(self, client, monkeypatch):
        def gone(request):
            raise OperationalError("gone")

        # Outside of views the middleware does not see it: a middleware of its own raises here.
        monkeypatch.setattr(
            "recovery.web.zones.ReaderZoneMiddleware.__call__", lambda _s, r: gone(r)
        )
        client.raise_request_exception = False
        response = client.get("/gallery/")
        assert (response.status_code, response["Retry-After"]) == (503, "2")

    def test_give_a_number_to_name_for_a_mistake_of_ours(self, rf):
        with structlog.contextvars.bound_contextvars(request_id="abc-123"):
            response = views.server_error(rf.get("/"))
        assert response.status_code == 500
        assert "name abc-123" in response.content.decode()

    def test_never_show_what_the_exception_says(self, rf):
        secret = SuspiciousOperation("row 7 of table x")
        for view, status in ((views.bad_request, 400), (views.permission_denied, 403)):
            response = view(rf.get("/"), secret)
            assert response.status_code == status
            assert "row 7" not in response.content.decode()
