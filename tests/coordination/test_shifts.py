"""Ending a shift: a colleague accepts in ten minutes, or the lead has it; nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases.services import mark_lost, reopen
from recovery.clocks.models import Promise
from recovery.coordination.models import Handover
from recovery.coordination.selectors import handed_to, things_held
from recovery.coordination.services import accept_handovers, end_shift
from recovery.events.models import Event
from recovery.failures.models import WorkItem
from recovery.kernel.refusals import Conflict, Invalid
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer, make_desk
from tests.clocks.promising import HOUR, keep, promise, run
from tests.factories import NOON, make_department, make_person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk, owner=desk.handler, priority=3)


@pytest.fixture
def made(desk, case):
    return promise(case.item, desk.handler, due_at=NOON + 30 * HOUR)


def owner_of(case):
    return WorkItem.objects.values_list("owner_id", flat=True).get(pk=case.pk)


def holder_of(made):
    return Promise.objects.values_list("holder_id", flat=True).get(pk=made.pk)


def give(desk, to, *things, now=NOON):
    keys = {each.key: to.pk if to else None for each in things_held(desk.handler)}
    wanted = {key: to for key, to in keys.items() if not things or key in things}
    return end_shift(given=wanted, words="She is deaf.", actor=desk.handler, now=now)


def told(person, kind):
    return Message.objects.filter(recipient=person, channel="inbox", kind=kind).count()


def keys(person):
    return [each.key for each in things_held(person)]


def test_lists_promises_and_urgent_cases_before_the_rest(desk, case, made):
    urgent = make_case(desk, owner=desk.handler, priority=2, customer=make_customer("B"))
    assert keys(desk.handler) == [f"promise-{made.pk}", f"item-{urgent.pk}", f"item-{case.pk}"]


class TestToAColleague:
    def test_stays_mine_until_it_is_accepted(self, desk, case, made):
        assert give(desk, desk.colleague) == 2
        assert (owner_of(case), holder_of(made)) == (desk.handler.pk, desk.handler.pk)
        assert keys(desk.handler) == []
        assert told(desk.colleague, "handover.asked") == 1

    def test_is_theirs_once_they_accept(self, desk, case, made):
        give(desk, desk.colleague)
        found = [each.pk for each in handed_to(desk.colleague)]
        assert (
            accept_handovers(handover_ids=found, actor=desk.colleague, now=NOON + MINUTE) == 2
        )
        assert (owner_of(case), holder_of(made)) == (desk.colleague.pk, desk.colleague.pk)
        states = Handover.objects.values_list("state", "clock__state")
        assert set(states) == {("accepted", "met")}
        run(NOON + HOUR)
        assert owner_of(case) == desk.colleague.pk

    def test_is_the_leads_once_ten_minutes_have_passed(self, desk, case, made):
        give(desk, desk.colleague)
        run(NOON + 9 * MINUTE)
        assert owner_of(case) == desk.handler.pk
        run(NOON + 11 * MINUTE)
        assert (owner_of(case), holder_of(made)) == (desk.lead.pk, desk.lead.pk)
        assert told(desk.lead, "handover.lapsed") == 2
        run(NOON + 30 * MINUTE)
        assert told(desk.lead, "handover.lapsed") == 2
        with pytest.raises(Conflict):
            accept_handovers(
                handover_ids=Handover.objects.values_list("pk", flat=True),
                actor=desk.colleague, now=NOON + HOUR,
            )  # fmt: skip

    def test_that_was_done_meanwhile_goes_nowhere(self, desk, case, made):
        give(desk, desk.colleague, f"promise-{made.pk}")
        keep(made, desk.handler, now=NOON + MINUTE)
        run(NOON + HOUR)
        assert Handover.objects.get().state == "overtaken"
        assert holder_of(made) == desk.handler.pk

    def test_of_a_case_that_ended_meanwhile_waits_for_nobody(self, desk, case):
        give(desk, desk.colleague)
        mark_lost(case_id=case.pk, words="Gone.", actor=desk.handler, now=NOON + MINUTE)
        assert handed_to(desk.colleague) == []
        reopen(case_id=case.pk, words="Back.", actor=desk.handler, now=NOON + 2 * MINUTE)
        assert give(desk, desk.colleague, now=NOON + HOUR) == 1
        assert len(handed_to(desk.colleague)) == 1

    def test_cannot_be_accepted_by_anybody_else(self, desk, case):
        give(desk, desk.colleague)
        with pytest.raises(Conflict):
            accept_handovers(
                handover_ids=[Handover.objects.get().pk], actor=desk.lead, now=NOON
            )

    def test_is_refused_for_who_cannot_work_it(self, desk, case):
        stranger = make_person(Role.HANDLER, make_department())
        with pytest.raises(Invalid) as refusal:
            give(desk, stranger)
        assert [part.field for part in refusal.value.parts] == [f"item-{case.pk}"]
        assert not Handover.objects.exists()

    def test_is_not_given_twice(self, desk, case):
        give(desk, desk.colleague)
        with pytest.raises(Conflict):
            end_shift(given={f"item-{case.pk}": None}, actor=desk.handler, now=NOON)
        first = Handover.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.create(
                item=first.item, giver=desk.handler, receiver=desk.lead, asked_at=NOON,
                clock=promise(case.item, desk.handler, words="x").clock,
            )  # fmt: skip


class TestToTheDesk:
    def test_nobody_holds_it_and_the_lead_is_told_once(self, desk, case, made):
        assert give(desk, None) == 2
        assert (owner_of(case), holder_of(made)) == (None, None)
        assert told(desk.lead, "handover.to_desk") == 1
        assert keys(desk.handler) == []

    def test_a_promise_within_the_shift_gets_the_desk_of_its_case(self, desk, case):
        mine = promise(case.item, desk.handler, desk_id=None)
        give(desk, None, f"promise-{mine.pk}")
        mine.refresh_from_db()
        assert (mine.desk_id, mine.holder_id) == (desk.department.pk, None)

    def test_only_what_is_mine(self, desk, case):
        other = make_case(desk, owner=desk.colleague, customer=make_customer("B"))
        with pytest.raises(Conflict):
            end_shift(given={f"item-{other.pk}": None}, actor=desk.handler, now=NOON)


def test_words_for_the_next_one_never_stand_in_the_log(desk, case):
    give(desk, desk.colleague)
    assert "deaf" not in str(list(Event.objects.values_list("public", "private")))


def test_accepting_and_running_out_at_once_leaves_one_holder(own_database):
    desk = make_desk()
    case = make_case(desk, owner=desk.handler, priority=3)
    give(desk, desk.colleague)
    [handover] = handed_to(desk.colleague)
    late, start = NOON + 11 * MINUTE, Barrier(2)

    def accept():
        start.wait()
        try:
            accept_handovers(handover_ids=[handover.pk], actor=desk.colleague, now=late)
        except Conflict:
            pass
        finally:
            connection.close()

    def lapse():
        start.wait()
        try:
            run(late)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(accept), pool.submit(lapse)]:
            done.result()
    run(late)
    ends = {"accepted": desk.colleague.pk, "lapsed": desk.lead.pk}
    assert owner_of(case) == ends[Handover.objects.get().state]


class TestThePage:
    @pytest.fixture
    def now(self):
        return timezone.now().replace(microsecond=0)

    def test_says_that_i_hold_nothing(self, client, desk):
        client.force_login(desk.handler)
        assert "You hold nothing" in client.get(reverse("console:shift")).content.decode()

    def test_hands_all_over_but_what_i_choose(self, client, desk, case, now):
        made = promise(case.item, desk.handler, now=now, due_at=now + HOUR)
        client.force_login(desk.handler)
        sent = {"everything": str(desk.colleague.pk), f"item-{case.pk}": "keep"}
        assert client.post(reverse("console:shift"), sent).status_code == 303
        assert Handover.objects.get().promise_id == made.pk
        html = client.get(reverse("console:shift")).content.decode()
        assert "On its way" in html
        assert f'name="item-{case.pk}"' in html

    def test_is_accepted_from_my_work_by_who_was_asked(self, client, desk, case, now):
        give(desk, desk.colleague, now=now)
        client.force_login(desk.colleague)
        html = client.get(reverse("console:work")).content.decode()
        assert "Handed to you: accept it" in html
        key = Handover.objects.get().pk
        answer = client.post(reverse("console:accept"), {"handover": [key]})
        assert answer.status_code == 303
        assert owner_of(case) == desk.colleague.pk
