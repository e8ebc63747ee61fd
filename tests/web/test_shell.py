"""The pages of the shell itself, asked for as a browser without script would."""

import pytest
from django.test import Client
from django.urls import reverse

from recovery.org.roles import Role
from tests.factories import make_department, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines():
    return make_person(Role.HANDLER, make_department("Special assistance"), name="Ines Moreau")


def test_the_gallery_is_for_those_who_are_logged_in(client, ines):
    assert client.get(reverse("web:gallery")).status_code == 302
    client.force_login(ines)
    response = client.get(reverse("web:gallery"))
    assert response.status_code == 200
    assert "Special assistance" in response.content.decode()


def test_a_theme_is_remembered_and_forgotten(client, ines):
    client.force_login(ines)
    there = {"next": "/gallery/"}
    response = client.post(reverse("web:theme"), {"theme": "dark", **there})
    assert (response.status_code, response["Location"]) == (303, "/gallery/")
    assert 'data-theme="dark"' in client.get("/gallery/").content.decode()
    client.post(reverse("web:theme"), {"theme": "system", **there})
    assert "data-theme=" not in client.get("/gallery/").content.decode().split("<head>")[0]


def test_a_theme_does_not_lead_away(client):
    response = client.post(
        reverse("web:theme"), {"theme": "dark", "next": "https://evil.example/"}
    )
    assert response["Location"] == "/"


def test_an_unknown_page_is_a_friendly_404(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_an_unknown_endpoint_answers_in_json(client):
    response = client.get("/api/v1/nowhere/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_a_form_without_its_token_gives_back_what_was_typed():
    response = Client(enforce_csrf_checks=True).post(
        "/theme/", {"words": "long story", "theme": "dark"}
    )
    assert response.status_code == 403
    assert "long story" in response.content.decode()


def test_a_body_that_is_too_large_is_a_413(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/theme/", {"words": "x" * 200})
    assert response.status_code == 413


class TestLogin:
    def test_keeps_the_address_and_says_what_is_wrong(self, client):
        response = client.post(
            reverse("account_login"), {"login": "who@example.org", "password": "no"}
        )
        html = response.content.decode()
        assert "who@example.org" in html
        assert "Not logged in." in html
        assert 'role="alert"' in html

    def test_leads_in(self, client):
        person = make_person(name="Ana", password="correct horse battery")
        form = {"login": person.email, "password": "correct horse battery"}
        assert client.post(reverse("account_login"), form).status_code == 302
        assert client.get("/gallery/").status_code == 200

    def test_offers_no_way_to_sign_up(self, client):
        assert "administrator" in client.get(reverse("account_login")).content.decode()
        assert (
            "Your administrator makes accounts"
            in client.get(reverse("account_signup")).content.decode()
        )


@pytest.mark.parametrize("name", ["account_reset_password", "account_reset_password_done"])
def test_the_entrance_pages_need_no_login(client, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "name", ["account_set_password", "account_logout", "account_email", "mfa_index"]
)
def test_the_account_pages_render_in_our_hand(client, ines, name):
    client.force_login(ines)
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert "web/css/tokens.css" in response.content.decode()


def test_times_are_told_in_the_persons_zone(client):
    tokyo = make_person(name="Aiko", zone="Asia/Tokyo")
    client.force_login(tokyo)
    assert " JST</time>" in client.get("/gallery/").content.decode()
