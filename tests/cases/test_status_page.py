"""The customer's own page: what opens it, and what it says to whom."""

import pytest

from cases.services.links import status_url
from tests.cases.casting import WORDS

pytestmark = pytest.mark.django_db


def path_of(case):
    return "/s/" + status_url(case.pk).split("/s/")[1]


def test_opens_without_login_and_keeps_words_to_itself(case, client):
    answer = client.get(path_of(case))
    assert answer.status_code == 200
    assert WORDS not in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
