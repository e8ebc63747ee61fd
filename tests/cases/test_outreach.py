"""One message to many silent customers: each told once, by name, or somebody calls them."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection

from cases import services
from cases.models import (
    AffectedList,
    AffectedRow,
    Contact,
    CustomerCase,
    Outreach,
    OutreachCase,
)
from cases.services.recognising import CustomerFacts
from cases.services.wording import Gift, Wording
from recovery.coordination.services import add_affected
from recovery.escalation.models import Task
from recovery.events.models import Event
from recovery.failures.states import Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.messages.models import Message
from recovery.org.selectors import forget_snapshots
from tests.cases.casting import (
    begin,
    complaint,
    make_case,
    make_customer,
    make_desk,
    state_of,
    status_of,
    track_of,
)
from tests.cases.enacting import acknowledge, clock_states, others_done
from tests.factories import NOON, make_failure

FRIDAY = NOON + timedelta(days=2)
WORDS = Wording(
    words="Dear {{ first_name }},\n\n{{what_happened}}\n\n{{ next }} by {{ when }}.",
    what_happened="Your flight HA 418 to Porto was cancelled on 4 March.",
    next_step="You hear from us about your money",
    when=FRIDAY,
)
VOUCHER = Gift(line="goodwill", kind="voucher", words="a meal voucher", amount_minor=1_500)


def with_gift(gift):
    return replace(WORDS, words=WORDS.words + "\nYou get {{ remedy }}.", gift=gift)


def silent(desk, failure, count=3):
    return [
        make_case(
            desk, failure=failure, complained=False,
            customer=make_customer(f"Ana{k} Reis", email=f"ana{k}@example.org"),
        )
        for k in range(count)
    ]  # fmt: skip


def start(desk, failure, wording=WORDS, *, key="k", actor=None, **facts):
    return services.begin_outreach(
        failure_id=failure.pk, wording=wording, key=key, actor=actor or desk.handler, now=NOON,
        **facts,
    )  # fmt: skip


def results(outreach):
    found = OutreachCase.objects.filter(outreach=outreach).order_by("pk")
    return list(found.values_list("result", flat=True))


def counts(outreach):
    outreach.refresh_from_db()
    return (
        outreach.state,
        outreach.told,
        outreach.no_address,
        outreach.already,
        outreach.refused,
    )


def scene():
    desk = make_desk()
    failure = make_failure(department=desk.department)
    return desk, failure


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def failure(desk):
    return make_failure(department=desk.department)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "{{ what_happened }} {{ surname }}"}, "words"),
        ({"words": "{{ what_happened }} {{ first_name"}, "words"),
        ({"words": "We are sorry."}, "words"),
        ({"next_step": ""}, "next_step"),
        ({"when": NOON}, "when"),
        ({"words": "{{ what_happened }} {{ remedy }}"}, "remedy_line"),
        ({"gift": VOUCHER}, "words"),
    ],
)
def test_refuses_words_that_would_not_be_theirs(desk, failure, changed, field):
    silent(desk, failure, 1)
    with pytest.raises(Invalid) as caught:
        start(desk, failure, replace(WORDS, **changed))
    assert field in {part.field for part in caught.value.parts}


def test_each_reads_their_own_name_and_what_happened_and_the_clocks_are_met(desk, failure):
    ana, *_rest = silent(desk, failure)
    begin(failure)
    outreach = start(desk, failure)
    assert services.reach_out(now=NOON) == 4  # three people, and the end
    assert counts(outreach) == ("done", 3, 0, 0, 0)
    said = Contact.objects.get(case=ana)
    assert said.words.startswith("Dear Ana0,\n\nYour flight HA 418")
    assert said.words.endswith("by Friday 6 March, 12:00.")
    assert (said.by, said.automatic, said.address) == (desk.handler, False, "ana0@example.org")
    assert Message.objects.filter(channel="letter").count() == 3
    assert clock_states(ana, "outreach") == ["met"]
    assert Event.objects.get(verb="failure.outreach_ended").public["told"] == 3


def test_who_has_no_address_becomes_work_and_who_answered_is_left_alone(desk, failure):
    told, complains, ended, phone = silent(desk, failure, 4)
    phone.customer.email, phone.customer.phone = "", "+351 555"
    phone.customer.save()
    outreach = start(desk, failure)
    acknowledge(told, desk)
    services.receive_complaint(
        case_id=complains.pk, complaint=complaint(), actor=desk.handler, now=NOON
    )
    acknowledge(ended, desk)
    services.mark_lost(case_id=ended.pk, words="Gone.", actor=desk.handler, now=NOON)
    services.reach_out(now=NOON)
    assert results(outreach) == ["already", "refused", "already", "no_address"]
    assert Contact.objects.filter(channel="email", direction="out").count() == 0
    task = Task.objects.get()
    assert (task.item_id, task.kind, task.state) == (phone.pk, "call_back", "open")


def test_the_chosen_alone_are_told(desk, failure):
    first, _second, third = silent(desk, failure)
    outreach = start(desk, failure, case_ids=[first.pk, third.pk, 10**9])
    services.reach_out(now=NOON)
    assert counts(outreach)[:2] == ("done", 2)
    with pytest.raises(Invalid):
        start(desk, failure, key="again", case_ids=[first.pk])


def test_is_stopped_and_goes_on_behind_the_last_who_was_told(desk, failure):
    silent(desk, failure)
    outreach = start(desk, failure)
    services.reach_out(now=NOON, most=1)
    for _press in range(2):
        services.stop_outreach(outreach_id=outreach.pk, actor=desk.colleague, now=NOON)
    assert services.reach_out(now=NOON) == 0
    services.go_on_with_outreach(outreach_id=outreach.pk, actor=desk.colleague, now=NOON)
    services.reach_out(now=NOON)
    assert counts(outreach) == ("done", 3, 0, 0, 0)
    assert Contact.objects.count() == 3


def test_a_time_gone_by_is_not_promised_later(desk, failure):
    silent(desk, failure)
    outreach = start(desk, failure)
    services.stop_outreach(outreach_id=outreach.pk, actor=desk.handler, now=NOON)
    with pytest.raises(Conflict):
        services.go_on_with_outreach(outreach_id=outreach.pk, actor=desk.handler, now=FRIDAY)


class TestRemedies:
    def test_within_the_limits_each_is_offered_theirs_with_the_words(self, desk, failure):
        ana, *_rest = silent(desk, failure)
        outreach = start(desk, failure, with_gift(VOUCHER))
        services.reach_out(now=NOON)
        assert counts(outreach)[:2] == ("done", 3)
        remedy = ana.remedies.get()
        assert (remedy.state, remedy.amount_minor) == ("offered", 1_500)
        assert remedy.charged_to == desk.handler
        assert "a meal voucher (€15.00)" in Contact.objects.get(case=ana).words

    def test_above_them_one_approval_of_another_covers_the_whole(self, desk, failure):
        ana, *_rest = silent(desk, failure)
        gift = replace(VOUCHER, amount_minor=20_000)
        outreach = start(desk, failure, with_gift(gift))
        assert counts(outreach)[0] == "waiting"
        assert services.reach_out(now=NOON) == 0
        with pytest.raises(NotAllowed):
            services.approve_outreach(outreach_id=outreach.pk, actor=desk.handler, now=NOON)
        services.approve_outreach(outreach_id=outreach.pk, actor=desk.lead, now=NOON)
        services.reach_out(now=NOON)
        assert counts(outreach)[:2] == ("done", 3)
        remedy = ana.remedies.get()
        assert (remedy.state, remedy.approved_by, remedy.charged_to) == (
            "offered", desk.lead, desk.lead,
        )  # fmt: skip
        told = Message.objects.filter(recipient=desk.lead, kind__contains="approval")
        assert set(told.values_list("kind", flat=True)) == {"outreach.approval"}

    def test_an_approver_cannot_lend_a_limit_they_do_not_have(self, desk, failure):
        silent(desk, failure)
        gift = replace(VOUCHER, amount_minor=60_000)
        outreach = start(desk, failure, with_gift(gift))
        with pytest.raises(NotAllowed):
            services.approve_outreach(outreach_id=outreach.pk, actor=desk.lead, now=NOON)
        services.refuse_outreach(
            outreach_id=outreach.pk, words="Too much.", actor=desk.lead, now=NOON
        )
        assert services.reach_out(now=NOON) == 0
        assert not Contact.objects.exists()

    def test_nobody_is_told_of_what_they_do_not_get(self, desk, failure):
        ana, *_rest = silent(desk, failure)
        outreach = start(desk, failure, with_gift(VOUCHER))
        services.reach_out(now=NOON, most=1)
        desk.handler.memberships.update(role="frontline")
        services.reach_out(now=NOON)
        assert counts(outreach) == ("done", 1, 0, 0, 2)
        assert Contact.objects.get().case == ana

    def test_a_right_of_each_by_their_list_needs_nobody_s_leave(self, desk, failure):
        ana, eva, kim = silent(desk, failure)
        listed = AffectedList.objects.create(
            failure=failure, made_by=desk.handler, made_at=NOON, total=2, done=2, added=2
        )
        for number, (case, amount) in enumerate(((ana, 25_000), (eva, 40_000))):
            AffectedRow.objects.create(
                list=listed, number=number, case=case, amount_minor=amount, result="added"
            )
        right = Gift(line="entitlement", kind="payment", words="what regulation 261 owes you")
        with pytest.raises(Invalid) as caught:
            start(desk, failure, with_gift(right))
        assert caught.value.field == "amount"
        outreach = start(desk, failure, with_gift(right), case_ids=[ana.pk, eva.pk])
        services.reach_out(now=NOON)
        assert counts(outreach)[:2] == ("done", 2)
        assert [each.remedies.get().amount_minor for each in (ana, eva)] == [25_000, 40_000]
        assert not kim.remedies.exists()


def test_pressed_twice_is_one_outreach_and_strangers_have_none(desk, failure):
    silent(desk, failure)
    assert start(desk, failure) == start(desk, failure)
    with pytest.raises(NotAllowed):
        start(desk, failure, actor=make_desk().handler, key="other")


def test_two_who_start_the_same_outreach_tell_everybody_once(own_database):
    forget_snapshots()
    desk, failure = scene()
    silent(desk, failure, 6)
    gate = threading.Barrier(2)

    def tell(person):
        try:
            gate.wait()
            found = start(desk, failure, key=person.name, actor=person)
            gate.wait()
            services.reach_out(now=NOON, outreach_id=found.pk)
            return found.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, (desk.handler, desk.colleague)))
    whole = Outreach.objects.all()
    assert sum(each.told for each in whole) == Contact.objects.count() == 6
    assert sum(each.already for each in whole) == 6
    assert set(Contact.objects.values_list("case", flat=True)) == set(
        CustomerCase.objects.values_list("pk", flat=True)
    )


PROGRAM = """
import django; django.setup()
from datetime import datetime, UTC
from cases.services import reach_out
reach_out(now=datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
"""
STUCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%cases_contact%'
"""


def is_stuck():
    with connection.cursor() as cursor:
        cursor.execute(STUCK)
        return cursor.fetchone()[0] > 0


@pytest.mark.slow
def test_a_killed_worker_tells_nobody_twice_and_forgets_nobody(
    own_database, program_environment
):
    """It is caught while it writes the words of its second person."""
    forget_snapshots()
    desk, failure = scene()
    silent(desk, failure, 4)
    outreach = start(desk, failure)
    assert services.reach_out(now=NOON, most=1) == 1
    with contextlib.closing(psycopg2.connect(own_database)) as link, link.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_contact IN SHARE MODE")
        command = [sys.executable, "-c", PROGRAM]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=program_environment)  # noqa: S603
        assert wait_until(is_stuck, seconds=60, every=0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert counts(outreach)[:2] == ("running", 1)
    assert wait_until(lambda: services.reach_out(now=NOON) == 4, seconds=20, every=0.05)
    assert counts(outreach) == ("done", 4, 0, 0, 0)
    assert Contact.objects.values("case").distinct().count() == Contact.objects.count() == 4
    assert Message.objects.filter(channel="letter").count() == 4


def test_scenario_1_from_the_list_to_the_word_that_it_is_not_solved(desk, failure):
    """31 passengers who said nothing, here three, owed 250 each."""
    people = [CustomerFacts(name=f"Pax {k}", email=f"pax{k}@example.org") for k in range(3)]
    add_affected(failure_id=failure.pk, customers=people, actor=desk.handler, now=NOON)
    assert (status_of(failure.pk), track_of(failure.pk)) == (Whole.OPEN, ("waiting", ""))
    others_done(failure)

    right = Gift(line="entitlement", kind="payment", words="Compensation", amount_minor=25_000)
    start(desk, failure, with_gift(right))
    services.reach_out(now=NOON)
    assert (status_of(failure.pk), track_of(failure.pk)) == (Whole.RECOVERING, ("active", ""))
    cases = list(CustomerCase.objects.filter(failure=failure))
    assert {clock_states(each, "outreach")[0] for each in cases} == {"met"}

    for case in cases:
        right_of = case.remedies.get()
        services.deliver_remedy(
            remedy_id=right_of.pk, evidence="SEPA 8841", actor=desk.handler, now=NOON
        )
    assert {state_of(each) for each in cases} == {"remedied"}
    assert services.end_silent(now=NOON + timedelta(days=14)) == 3
    assert status_of(failure.pk) == Whole.RECOVERED_UNCONFIRMED

    later = NOON + timedelta(days=25)
    services.receive_complaint(
        case_id=cases[0].pk, complaint=complaint("Not solved.", later), actor=desk.handler,
        now=later,
    )  # fmt: skip
    assert (status_of(failure.pk), track_of(failure.pk)) == (Whole.REOPENED, ("active", ""))
