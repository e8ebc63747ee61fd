"""The command around the play: never into a database in use, and it prints who may sign in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recovery.demo.cast import PLAYERS
from recovery.org.roles import Role
from tests.factories import make_failure

pytestmark = pytest.mark.django_db


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
