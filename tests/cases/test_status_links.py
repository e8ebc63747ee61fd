"""What opens the customer's page, and that nothing tells the other addresses apart."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from cases import services
from cases.models import CustomerCase, StatusLink
from cases.policy import LINK_DAYS, link_ends, matches_surname
from cases.selectors.links import opened_by, status_token, token_of
from cases.services.links import extend_link, note_seen, replace_link, status_url
from recovery.coordination.services import merge_failures
from recovery.events.models import Event
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import NotAllowed
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer
from tests.factories import NOON, make_failure, make_person

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def uncounted(db):
    cache.clear()


class TestOpening:
    def test_the_address_holds_160_bits_and_leads_to_its_case(self, case, settings):
        url = status_url(case.pk)
        token = url.removeprefix(f"{settings.PUBLIC_URL}/s/").removesuffix("/")
        assert len(token.partition("-")[2]) == 27
        assert opened_by(token, NOON).case_id == case.pk
        assert not StatusLink.objects.exists()

    def test_an_old_key_among_the_fallbacks_still_opens_and_a_foreign_one_does_not(
        self, case, settings
    ):
        token, old = status_token(case.pk), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 9, ["third" * 9, old]
        assert opened_by(token, NOON)
        settings.SECRET_KEY_FALLBACKS = []
        assert opened_by(token, NOON) is None

    def test_every_other_address_gets_the_same_page(self, case, desk, client):
        token, other = status_token(case.pk), make_case(desk)
        name, _, proof = token.partition("-")
        stranger = item_reference("customer", 4_000_000).removeprefix("C-")
        replace_link(case_id=other.pk, actor=desk.handler, now=NOON)
        ended = make_case(desk)
        CustomerCase.objects.filter(pk=ended.pk).update(
            ended_at=timezone.now() - LINK_DAYS * DAY, end="failed"
        )
        wrong = [
            f"{name}-{proof[:-1]}",
            f"{name}-{proof[:-1]}{'A' if proof[-1] != 'A' else 'B'}",
            f"{name}-",
            name,
            f"{stranger}-{proof}",
            f"{status_token(other.pk).partition('-')[0]}-{proof}",
            token_of(other.pk, 1),
            status_token(ended.pk),
            "nonsense",
            "x" * 900,
        ]
        answers = [client.get(f"/s/{each}/") for each in wrong]
        assert {each.status_code for each in answers} == {404}
        assert len({each.content for each in answers}) == 1
        assert len({each.headers["Cache-Control"] for each in answers}) == 1

    def test_whoever_tries_many_addresses_waits_even_with_the_right_one(self, case, client):
        for number in range(30):
            assert client.get(f"/s/{number}/").status_code == 404
        answer = client.get(f"/s/{status_token(case.pk)}/")
        assert answer.status_code == 429
        assert "Retry-After" in answer.headers


class TestTime:
    def test_it_opens_as_long_as_the_case_and_half_a_year(self):
        assert link_ends(None, NOON) is None
        assert link_ends(NOON, None) == NOON + LINK_DAYS * DAY
        assert link_ends(NOON, NOON + 400 * DAY) == NOON + 400 * DAY

    def test_more_time_keeps_the_address(self, case, desk):
        token = status_token(case.pk)
        services.mark_lost(case_id=case.pk, words="Gone", actor=desk.handler, now=NOON)
        late = NOON + (LINK_DAYS + 1) * DAY
        assert opened_by(token, late - 2 * DAY)
        assert opened_by(token, late) is None
        extend_link(case_id=case.pk, actor=desk.handler, now=late)
        assert opened_by(token, late).case_id == case.pk

    def test_when_it_was_looked_at_is_kept_to_the_hour(self, case):
        token = status_token(case.pk)
        for passed in (0, 30, 59, 61):
            now = NOON + timedelta(minutes=passed)
            note_seen(opened=opened_by(token, now), now=now)
        assert StatusLink.objects.get().last_seen_at == NOON + timedelta(minutes=61)


class TestANewAddress:
    def test_ends_the_old_one(self, case, desk):
        old = status_token(case.pk)
        new = replace_link(case_id=case.pk, actor=desk.handler, now=NOON)
        assert opened_by(old, NOON) is None
        assert opened_by(status_token(case.pk), NOON)
        assert new == status_url(case.pk)

    def test_is_made_by_those_who_work_the_case_and_said_in_the_log(self, case, desk):
        auditor = make_person(Role.AUDITOR, desk.department)
        with pytest.raises(NotAllowed):
            replace_link(case_id=case.pk, actor=auditor, now=NOON)
        replace_link(case_id=case.pk, actor=desk.handler, now=NOON)
        event = Event.objects.get(verb="case.link_replaced")
        assert status_token(case.pk) not in str((event.public, event.private))


def test_a_merged_case_leads_to_the_one_it_went_to(desk):
    kwame = make_customer()
    stays = make_case(desk, customer=kwame)
    goes = make_case(desk, customer=kwame, failure=make_failure(department=desk.department))
    merge_failures(
        merged_id=goes.failure_id, into_id=stays.failure_id, actor=desk.lead, now=NOON
    )
    assert opened_by(status_token(goes.pk), NOON).case_id == stays.pk


@pytest.mark.parametrize(
    ("name", "typed", "right"),
    [
        ("Kwame Osei", "osei", True),
        ("Kwame Osei", " KWAME  OSEI ", True),
        ("Kwame Osei", "Kwame", False),
        ("Ana dos Santos", "dos santos", True),
        ("Ana dos Santos", "Santos", True),
        ("Osei, Kwame", "Osei", True),
        ("Osei, Kwame", "Kwame", False),
        ("Jürgen Müller-Lüdenscheidt", "muller ludenscheidt", True),
        ("Cher", "cher", True),
        ("", "", False),
        ("", "osei", False),
        ("Kwame Osei", "", False),
    ],
)
def test_a_surname_is_known_however_it_is_typed(name, typed, right):
    assert matches_surname(name, typed) is right
