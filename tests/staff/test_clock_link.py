"""The clock of a support case: its two readers are led to why it is due then, nobody else is."""

import pytest
from django.urls import reverse

from recovery.clocks.models import Clock
from recovery.org.roles import Role
from tests.factories import make_person
from tests.staff.paging import url_of

READERS = ["agent", "supporter"]


@pytest.fixture
def case(house):
    """Still to be offered, so that its clock runs."""
    return house.screened(house.agent)


@pytest.fixture
def why(case):
    return reverse("console:clock", args=[Clock.objects.get(item=case.pk).pk])


@pytest.mark.parametrize("who", READERS)
def test_its_two_readers_are_led_to_why_it_is_due_then(house, case, as_, why, who):
    client = as_(getattr(house, who))
    assert f'href="{why}"' in client.get(url_of(case)).content.decode()
    explained = client.get(why)
    assert explained.status_code == 200
    assert "no-store" in explained["Cache-Control"]
    assert f'href="{url_of(case)}"' in explained.content.decode()


@pytest.mark.parametrize("role", [*Role, None])
def test_nobody_else_learns_of_it_whatever_the_role(house, as_, why, role):
    client = as_(make_person(role, house.gate, lead=True))
    assert client.get(why).status_code == 404
    for verb in ("extend", "told"):
        assert client.post(f"{why}{verb}/", {}).status_code == 404


def test_a_clock_of_others_looks_like_none_at_all(house, as_, why):
    client = as_(house.lead)
    none = reverse("console:clock", args=[999_999])
    assert client.get(why).status_code == client.get(none).status_code == 404


@pytest.mark.parametrize("who", READERS)
def test_an_offer_that_was_made_has_no_time_left_to_show(house, as_, who):
    case = house.offered()
    assert b"Why then?" not in as_(getattr(house, who)).get(url_of(case)).content
