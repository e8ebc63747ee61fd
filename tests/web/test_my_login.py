"""How one logs in: the address stays as it was set up, and a second step can be turned on."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from recovery.web.adapters import SecondStepAdapter
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "long enough to be taken"
HERE = reverse("account_email")


@pytest.fixture
def ana():
    person = make_person()
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def reader(client, ana):
    log_in(client, ana)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def log_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def turn_on(client):
    activate = reverse("mfa_activate_totp")
    answer = client.get(activate)
    shown = words(answer).replace("<wbr>", "")
    secret = re.search(r'<span class="s">([A-Z2-7]{32})</span>', shown).group(1)
    return client.post(activate, {"code": code_of(secret)})


def words(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_my_login_is_in_the_person_s_menu_and_says_who_changes_the_address(reader, ana):
    assert f'href="{HERE}"' in words(reader.get(reverse("messages:inbox")))
    said = words(reader.get(HERE))
    assert ana.email in said
    assert "Your administrator set it up" in said
    assert reverse("account_change_password") in said
    assert reverse("mfa_index") in said


def test_nobody_changes_the_address_they_log_in_with(reader, ana):
    answer = reader.post(HERE, {"action_add": "", "email": "thief@example.org"})
    assert answer.status_code == 405
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()


def test_is_nobody_s_without_a_login(client):
    assert client.get(HERE)["Location"].startswith(reverse("account_login"))


def test_a_second_step_is_turned_on_and_asked_for_from_then_on(reader, ana, client):
    answer = turn_on(reader)
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    shown = words(reader.get(answer["Location"]))
    spare = Authenticator.objects.get(user=ana, type="recovery_codes").wrap()
    assert all(code in shown for code in spare.get_unused_codes())
    assert "10 codes are left" in words(reader.get(reverse("mfa_index")))
    client.logout()
    answer = log_in(client, ana)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "One more step" in words(client.get(answer["Location"]))
    assert "inbox" not in client.get(reverse("messages:inbox"))["Location"].split("?")[0]
    client.post(answer["Location"], {"code": spare.get_unused_codes()[0]})
    assert client.get(reverse("messages:inbox")).status_code == 200


def test_a_wrong_code_turns_nothing_on(reader, ana):
    answer = reader.post(reverse("mfa_activate_totp"), {"code": "12"})
    assert 'role="alert"' in words(answer)
    assert not Authenticator.objects.filter(user=ana).exists()


def test_it_is_turned_off_again_with_its_spare_codes(reader, ana):
    turn_on(reader)
    off = reverse("mfa_deactivate_totp")
    assert "Keep it on" in words(reader.get(off))
    assert reader.post(off)["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.filter(user=ana).exists()
    assert "The second step is off." in words(reader.get(reverse("mfa_index")))


def test_the_square_a_phone_reads_stands_on_white():
    drawn = SecondStepAdapter().build_totp_svg("otpauth://totp/a?secret=B")
    assert drawn.index('fill="white"') < drawn.index("<path")
