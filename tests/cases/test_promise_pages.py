"""Promises on the case page, the failure page, My work and the page of their clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recovery.clocks.models import Promise
from recovery.clocks.selectors import promises_for_customer
from recovery.failures.models import WorkItem
from recovery.failures.selectors import reference_of
from tests.cases.casting import make_case, make_customer
from tests.cases.paging import post, url_of
from tests.clocks.promising import CALL, agree, keep, promise, release
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def typed(at):
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def made(case, desk, now):
    return promise(case.item, desk.handler, now=now, due_at=now + 2 * HOUR)


class TestTheForm:
    def test_offers_my_desk_and_me_and_says_what_the_standard_would_be(self, agent, case, desk):
        html = agent.get(url_of(case, "promise")).content.decode()
        assert "The standard would be" in html
        assert f'<option value="{desk.handler.pk}" selected>Ines Moreau' in html
        assert f'<option value="{desk.department.pk}" selected>' in html

    def test_promises_and_leads_back(self, agent, case, desk, now):
        due = now + 30 * HOUR
        answer = post(
            agent, case, "promise", words=CALL, due_at=typed(due), desk=desk.department.pk,
            holder=desk.handler.pk,
        )  # fmt: skip
        assert answer.status_code == 303
        made = Promise.objects.get()
        assert made.clock.due_at == due.replace(second=0)
        assert CALL in agent.get(url_of(case)).content.decode()

    def test_says_when_it_is_later_than_the_standard(self, agent, case, desk, now):
        far = now + 200 * 24 * HOUR
        post(agent, case, "promise", words=CALL, due_at=typed(far), desk=desk.department.pk)
        assert "later than the standard" in agent.get(url_of(case)).content.decode()

    def test_keeps_what_was_typed_and_says_every_fault(self, agent, case, desk, now):
        answer = post(agent, case, "promise", words=CALL, due_at=typed(now - HOUR))
        html = answer.content.decode()
        assert answer.status_code == 422
        assert CALL in html
        assert "Promise a time to come" in html
        assert "Say which desk answers for it" in html
        assert not Promise.objects.exists()


class TestTheVerbs:
    def test_kept_with_what_proves_it(self, agent, case, made):
        answer = post(agent, case, "keep-promise", promise=made.pk, words="Called at ten.")
        assert answer.status_code == 303
        html = agent.get(url_of(case)).content.decode()
        assert "Called at ten." in html
        assert "keep-promise/?promise" not in html

    def test_another_time_only_once(self, agent, case, made, now):
        given = {"promise": made.pk, "words": "Fine.", "due_at": typed(now + 5 * HOUR)}
        assert post(agent, case, "agree-later", **given).status_code == 303
        assert "agree-later/?promise" not in agent.get(url_of(case)).content.decode()
        assert post(agent, case, "agree-later", **given).status_code == 409

    def test_no_longer_needed(self, agent, case, made):
        answer = post(agent, case, "release-promise", promise=made.pk, words="It came.")
        assert answer.status_code == 303
        assert "No longer needed" in agent.get(url_of(case)).content.decode()

    def test_of_another_case_are_not_found(self, agent, desk, made):
        other = make_case(desk, customer=make_customer("Nr 2"))
        answer = post(agent, other, "keep-promise", promise=made.pk, words="x")
        assert answer.status_code == 404


class TestElsewhere:
    def test_stands_on_the_failure_page(self, agent, case, made):
        page = agent.get(reverse("console:failure", args=[reference_of(case.failure_id)]))
        assert CALL in page.content.decode()

    def test_has_a_band_in_my_work_though_its_case_has_ended(self, agent, case, made):
        WorkItem.objects.filter(pk=case.pk).update(closed_at=NOON, state="recovered")
        html = agent.get(reverse("console:work")).content.decode()
        assert CALL in html
        assert "Case has ended" in html

    def test_of_a_colleague_is_in_the_band_of_the_desk_alone(self, client, desk, made):
        client.force_login(desk.colleague)
        assert CALL not in client.get(reverse("console:work")).content.decode()
        assert CALL in client.get(reverse("console:work") + "?view=desk").content.decode()

    def test_of_nobody_is_everybodys_at_the_desk(self, client, desk, made):
        Promise.objects.update(holder=None)
        client.force_login(desk.colleague)
        assert CALL in client.get(reverse("console:work")).content.decode()

    def test_leaves_my_work_once_it_is_kept(self, agent, desk, made, now):
        keep(made, desk.handler, now=now)
        assert CALL not in agent.get(reverse("console:work")).content.decode()

    def test_explains_its_time(self, agent, desk, made, now):
        agree(made, desk.handler, now=now + HOUR, due_at=now + 4 * HOUR)
        html = agent.get(reverse("console:clock", args=[made.clock_id])).content.decode()
        for words in (CALL, "this time was promised", "Four is fine", "Another time agreed"):
            assert words in html
        assert "Give it more time" not in html


def test_the_customer_may_read_what_was_promised_to_them_and_what_became_of_it(case, desk):
    item, handler = case.item, desk.handler
    keep(promise(item, handler, words="A"), handler)
    release(promise(item, handler, words="B"), handler)
    keep(promise(item, handler, words="C"), handler, now=NOON + 3 * HOUR)
    promise(item, handler, words="D")
    promise(item, handler, words="E", to_whom="The hotel")
    found = {each.words: each.state for each in promises_for_customer(case.pk)}
    assert found == {"A": "kept", "B": "released", "C": "late", "D": "open"}
