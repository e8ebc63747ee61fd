from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import include, path

from recovery.org.roles import Permission
from recovery.web.navigation import address_of, places, theme_of

ALL = frozenset(Permission)


def page(request: object) -> HttpResponse:
    return HttpResponse()


CONSOLE = ([path("", page, name="work"), path("failures/", page, name="failures")], "console")
INTAKE = ([path("log/", page, name="log")], "intake")


@pytest.fixture
def some_pages(settings):
    module = ModuleType("some_pages")
    module.urlpatterns = [path("", include(CONSOLE)), path("", include(INTAKE))]
    settings.ROOT_URLCONF = module


@pytest.mark.usefixtures("some_pages")
class TestPlaces:
    def test_appear_only_where_a_page_exists(self):
        assert [place.url for place in places("/", ALL)] == ["/log/", "/", "/failures/"]

    @pytest.mark.parametrize(
        ("path", "here"),
        [
            ("/", "/"),
            ("/failures/", "/failures/"),
            ("/failures/F-7K3Q9X/", "/failures/"),
            ("/else/", None),
        ],
    )
    def test_mark_the_nearest_one(self, path, here):
        assert [place.url for place in places(path, ALL) if place.here] == (
            [here] if here else []
        )

    def test_appear_only_to_those_who_may_go_there(self):
        assert [place.url for place in places("/", frozenset())] == ["/", "/failures/"]

    def test_have_no_address_without_a_page(self):
        assert not address_of("insight:overview")


def test_only_known_themes_are_taken_from_a_cookie():
    assert theme_of({"theme": "dark"}) == "dark"
    assert not theme_of({"theme": 'x" onload="'})
    assert not theme_of({})
