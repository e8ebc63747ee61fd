"""The demo plays through the real verbs; a verb that breaks breaks it here first."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recovery.demo import customers
from recovery.demo.cast import PLAYERS
from recovery.demo.management.commands import load_demo
from recovery.events.models import ParkedEvent
from recovery.failures.models import Failure
from recovery.insight.models import Fact
from recovery.messages.models import Message
from recovery.org.models import Person
from recovery.org.roles import Role
from tests.factories import make_failure

pytestmark = pytest.mark.django_db


@pytest.fixture
def short_play(monkeypatch):
    monkeypatch.setattr(customers, "FAILURES", 6)
    monkeypatch.setattr(load_demo, "DAYS", 25)


@pytest.mark.slow
def test_plays_failures_counts_them_and_mails_nobody(short_play):
    call_command("load_demo", stdout=StringIO())
    assert Failure.objects.count() == 6 + 7  # those planned, and those of today
    assert Fact.objects.count() == Failure.objects.count()
    assert not ParkedEvent.objects.exists()
    assert not Message.objects.filter(channel="email", state="queued").exists()
    assert Person.objects.get(email="ines.moreau@halden.example").check_password(
        "halden-air-demo"
    )


def test_refuses_a_database_in_use():
    make_failure()
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demo", stdout=StringIO())


def test_prints_one_login_for_each_role():
    printed = StringIO()
    call_command("load_demo", "--print-logins", stdout=printed)
    roles = [line.split()[2] for line in printed.getvalue().splitlines()]
    assert sorted(roles) == sorted({player.role for player in PLAYERS})
    assert set(roles) == {role for role in Role if role is not Role.SERVICE}
