"""Ladders are made, versioned, tried and retired on their pages; what runs keeps what it has."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Firing, Ladder, LadderVersion
from recovery.escalation.policy import RungDraft
from recovery.escalation.selectors import circles_held, ladders, trial_of
from recovery.escalation.services import make_ladder_version, retire_ladder, sweep
from recovery.events.models import Event
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
K = ClockKind


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


def draft(row=0, tells="owner", percent=50, **facts):
    return RungDraft(row, tells, percent=percent, **facts)


def make(admin, *rungs, since=None, now=NOON, kind=K.ACKNOWLEDGE):
    made = make_ladder_version(
        clock_kind=kind, rungs=rungs or (draft(),), since=since, actor=admin, now=now
    )
    ladders.forget()
    return made


def versions(kind=K.ACKNOWLEDGE):
    found = LadderVersion.objects.filter(ladder__clock_kind=kind).order_by("number")
    return [(each.number, each.effective.lower, each.effective.upper) for each in found]


def begin(admin, at):
    item = make_item(make_failure(priority=1))
    return clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=at, actor_id=admin.pk)


def test_a_new_version_follows_the_one_before_without_a_gap(admin):
    make(admin, since=NOON + DAY)
    (_, always, until), (number, since, end) = versions()
    assert (until, number, since, end) == (NOON + DAY, 2, NOON + DAY, None)
    assert always < NOON
    event = Event.objects.get(verb="ladder.changed")
    assert event.public == {"kind": "acknowledge", "version": 2}


def test_running_clocks_keep_the_version_they_started_with(admin):
    running = begin(admin, NOON)
    make(admin, now=NOON + HOUR / 6)
    fresh = begin(admin, NOON + HOUR)
    sweep(NOON + DAY)
    fired = {
        clock.pk: list(
            Firing.objects.filter(clock=clock).values_list("rung__percent", flat=True)
        )
        for clock in (running, fresh)
    }
    assert sorted(fired[running.pk]) == [75, 100]
    assert fired[fresh.pk] == [50]


@pytest.mark.parametrize(
    ("since", "code"), [(NOON + HOUR, "overlaps"), (NOON + 2 * HOUR, "overlaps")]
)
def test_refuses_ranges_that_overlap(admin, since, code):
    make(admin, since=NOON + 2 * HOUR)
    with pytest.raises(Invalid) as refusal:
        make(admin, since=since)
    assert (refusal.value.code, refusal.value.field) == (code, "since")


def test_refuses_to_change_the_past(admin):
    with pytest.raises(Invalid) as refusal:
        make(admin, since=NOON - HOUR)
    assert (refusal.value.code, refusal.value.field) == ("past", "since")


def test_says_everything_that_is_wrong_at_once(admin):
    with pytest.raises(Invalid) as refusal:
        make(admin, draft(percent=999), draft(1, every=3, most=2), since=NOON - HOUR)
    assert {each.code for each in refusal.value.parts} == {"beyond", "too_often", "past"}
    assert len(versions()) == 1


def test_makes_the_first_ladder_of_a_clock_that_had_none(admin):
    LadderVersion.objects.filter(ladder__clock_kind=K.TRIAGE).update(effective="empty")
    Ladder.objects.filter(clock_kind=K.TRIAGE).update(clock_kind="gone")
    make(admin, kind=K.TRIAGE)
    assert [number for number, *_ in versions(K.TRIAGE)] == [1]


def test_a_retired_ladder_calls_nobody_until_a_new_one_begins(admin):
    retire_ladder(clock_kind=K.ACKNOWLEDGE, actor=admin, now=NOON)
    ladders.forget()
    begin(admin, NOON + HOUR)
    assert sweep(NOON + DAY) == 0
    with pytest.raises(Conflict):
        retire_ladder(clock_kind=K.ACKNOWLEDGE, actor=admin, now=NOON + HOUR)
    make(admin, now=NOON + DAY)
    assert [each[1:] for each in versions()][1:] == [(NOON + DAY, None)]
    begin(admin, NOON + DAY)
    assert sweep(NOON + 2 * DAY) == 1


def test_refuses_to_retire_what_has_not_begun(admin):
    make(admin, since=NOON + DAY)
    with pytest.raises(Conflict):
        retire_ladder(clock_kind=K.ACKNOWLEDGE, actor=admin, now=NOON)


def test_is_for_those_who_set_up_the_house():
    lead = make_person(Role.LEAD, lead=True)
    with pytest.raises(NotAllowed):
        make(lead)
    with pytest.raises(NotAllowed):
        retire_ladder(clock_kind=K.ACKNOWLEDGE, actor=lead, now=NOON)


def test_knows_which_circles_are_empty(admin):
    assert circles_held() == {"owner", "operator"}
    make_person(Role.MANAGER)
    make_person(Role.LEAD, lead=True)
    make_person(Role.PROCESS_OWNER, is_active=False)
    assert circles_held() == {"owner", "operator", "manager", "desk_lead", "upper_lead"}


def test_a_trial_tells_nobody_and_says_whom_a_met_clock_spared(admin):
    desk = make_department()
    lead = make_person(Role.LEAD, desk, lead=True)
    item = make_item(make_failure(department=desk, priority=1), owner=admin)
    clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=NOON, actor_id=admin.pk)
    clocks.meet(item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + HOUR / 6, actor_id=admin.pk)
    rungs = [draft().card, draft(1, "desk_lead", 100).card]
    calls = trial_of(item, "acknowledge", rungs)
    assert [(call.people, call.spared) for call in calls] == [
        ([admin.pk], False),
        ([lead.pk], True),
    ]
    assert trial_of(item, "resolve", rungs) == []
    assert not Message.objects.exists()


# The pages

ROW = {"anchor": "percent", "amount": "50", "tells": "owner", "level": "0"}


def posted(*rows, **more):
    blank = {"anchor": "", "tells": "owner", "level": "0"}
    found = {
        f"r{number}_{name}": value
        for number in range(6)
        for name, value in (rows[number] if number < len(rows) else blank).items()
    }
    return found | more


def test_writes_a_version_and_shows_it_in_words(client, admin):
    client.force_login(admin)
    second = {
        "anchor": "before", "amount": "30", "tells": "operator", "level": "1",
        "hours": "on", "every": "10", "most": "3",
    }  # fmt: skip
    answer = client.post("/settings/ladders/resolve/new/", posted(ROW, second))
    assert (answer.status_code, answer.url) == (303, "/settings/ladders/resolve/")
    said = client.get(answer.url).content.decode()
    assert "when 50 % of the time is used: whoever holds the case" in said
    assert "30 min before it is due: the operators" in said
    assert "again every 10 min, 3 times at most, only in working hours" in said
    assert "Version 2" in client.get("/settings/ladders/resolve/").content.decode()
    prefilled = client.get("/settings/ladders/resolve/new/").content.decode()
    assert '<option value="before" selected>' in prefilled


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), "would never call anybody"),
        ((ROW | {"amount": ""},), "Fill this in."),
        ((ROW | {"every": "10"},), "times at most, from 2 to 20"),
        ((ROW | {"every": "4", "most": "2"},), "At least 5 minutes apart"),
        ((ROW, ROW | {"amount": "20"}), "comes before the one above it"),
        ((ROW | {"amount": "9" * 30},), "beyond that it would never fire"),
    ],
)
def test_refuses_a_bad_ladder_with_the_reason_and_keeps_what_was_typed(
    client, admin, rows, said
):
    client.force_login(admin)
    for button in ({}, {"try": "1", "case": "C-7K3Q9X"}):
        answer = client.post("/settings/ladders/resolve/new/", posted(*rows, **button))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert len(versions(K.RESOLVE)) == 1


def test_tries_a_ladder_on_a_case_before_it_is_made(client, admin):
    owner = make_person(Role.HANDLER, name="Ines Faria")
    item = make_item(make_failure(priority=1), owner=owner)
    clocks.start(item_id=item.pk, kind=K.RESOLVE, at=timezone.now(), actor_id=admin.pk)
    client.force_login(admin)
    reference = item_reference("customer", item.pk)
    given = posted(ROW, case=reference, **{"try": "1"})
    answer = client.post("/settings/ladders/resolve/new/", given)
    assert answer.status_code == 200
    assert "Ines Faria" in answer.content.decode()
    assert len(versions(K.RESOLVE)) == 1
    shown = client.get("/settings/ladders/resolve/", {"case": reference}).content.decode()
    assert "Ines Faria" in shown
    assert item.headline not in shown


def test_no_support_case_is_tried(client, admin):
    item = make_item(kind="employee")
    client.force_login(admin)
    reference = item_reference("employee", item.pk)
    answer = client.get("/settings/ladders/offer_support/", {"case": reference})
    assert answer.status_code == 422
    assert "no customer or process case" in answer.content.decode()


def test_lists_every_clock_and_retires_from_its_page(client, admin):
    client.force_login(admin)
    assert client.get("/settings/ladders/").content.decode().count("/settings/ladders/") >= len(
        K
    )
    assert client.post("/settings/ladders/triage/retire/").status_code == 303
    assert "calls nobody" in client.get("/settings/ladders/").content.decode()
    assert client.post("/settings/ladders/triage/retire/").status_code == 409
    assert client.get("/settings/ladders/nonsense/").status_code == 404
