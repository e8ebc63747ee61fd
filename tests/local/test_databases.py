"""The databases the tests themselves stand on."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone


def remember(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_forgets_what_a_test_wrote(turn):
    assert not Session.objects.exists()
    remember("a")


def test_own_database_commits_for_other_threads(own_database):
    remember("b")
    seen = []

    def look():
        seen.append(Session.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]
    assert connection.settings_dict["NAME"].endswith("_own")


@pytest.mark.django_db
def test_comes_back_to_the_shared_database():
    assert not connection.settings_dict["NAME"].endswith("_own")
