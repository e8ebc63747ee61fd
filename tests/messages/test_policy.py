"""When mail leaves: quiet hours and digests by the wall clock, also where it leaps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.messages.policy import (
    Wishes,
    course_of,
    end_of_quiet,
    group_of,
    handles_in,
    named_by,
    next_digest,
    record_of,
)

LISBON, BERLIN = ZoneInfo("Europe/Lisbon"), ZoneInfo("Europe/Berlin")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def night(start="22:00", end="07:00", zone=BERLIN, **more):
    ends = {"quiet_from": time.fromisoformat(start), "quiet_until": time.fromisoformat(end)}
    return Wishes(zone=zone, **ends, **more)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-03-04T20:59", "2026-03-04T20:59"),
        ("2026-03-04T21:00", "2026-03-05T06:00"),
        ("2026-03-05T05:59", "2026-03-05T06:00"),
        ("2026-03-05T06:00", "2026-03-05T06:00"),
        ("2026-03-28T23:00", "2026-03-29T05:00"),  # the night that is an hour short
        ("2026-10-24T23:00", "2026-10-25T06:00"),  # and the one that is an hour long
    ],
)
def test_mail_in_quiet_hours_waits_until_they_end(at, leaves):
    assert end_of_quiet(utc(at), night()) == utc(leaves)


def test_quiet_hours_may_lie_within_a_day():
    wishes = night("12:00", "13:00")
    assert end_of_quiet(utc("2026-03-04T11:30"), wishes) == utc("2026-03-04T12:00")
    assert end_of_quiet(utc("2026-03-04T12:30"), wishes) == utc("2026-03-04T12:30")


def test_an_hour_that_comes_twice_never_ends_in_the_past():
    wishes = night("23:00", "02:30")
    second = utc("2026-10-25T01:10")  # 02:10 for the second time
    assert end_of_quiet(second, wishes) == utc("2026-10-25T01:30")


TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(
    minutes=st.integers(0, 60 * 24 * 730),
    start=TIMES,
    end=TIMES,
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_quiet_hours_always_end_and_never_before_they_are_asked(minutes, start, end, zone):
    if start == end:
        return
    now = utc("2025-01-01T00:00") + timedelta(minutes=minutes)
    wishes = night(str(start), str(end), ZoneInfo(zone))
    leaves = end_of_quiet(now, wishes)
    assert now <= leaves <= now + timedelta(hours=25)
    assert end_of_quiet(leaves, wishes) == leaves


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2026-03-04T07:59", "2026-03-04T08:00"),
        ("2026-03-04T08:00", "2026-03-04T16:00"),  # strictly later
        ("2026-03-06T16:00", "2026-03-09T08:00"),  # Friday evening to Monday
        ("2026-03-27T17:00", "2026-03-30T07:00"),  # summer time began meanwhile
        ("2026-10-23T15:00", "2026-10-26T08:00"),  # and ended
    ],
)
def test_digests_keep_to_the_wall_clock_and_to_working_days(at, comes):
    wishes = Wishes(zone=LISBON, digest_hours=[16, 8], working_days_only=True)
    assert next_digest(utc(at), wishes) == utc(comes)


def course(kind="waiver.asked", **facts):
    given_ = {"at": utc("2026-03-04T23:00"), "wishes": night(), "muted": False}
    given_ |= {"urgent": False, "personal": False} | facts
    return course_of(kind, **given_)


def test_what_is_urgent_passes_quiet_hours_and_digests_but_no_mute():
    bundled = night(ways={"decision": "digest"}, digest_hours=[9])
    assert course(wishes=bundled).bundled
    assert course(wishes=bundled, urgent=True).due_at == utc("2026-03-04T23:00")
    assert course(urgent=True, muted=True).why == "muted"


def test_who_is_named_or_holds_the_case_is_reached_in_spite_of_a_mute():
    assert course(muted=True).due_at is None
    assert course(muted=True, personal=True).due_at == utc("2026-03-05T06:00")


def test_inbox_only_means_inbox_only():
    only = Wishes(zone=BERLIN, ways={"decision": "inbox"})
    assert course(wishes=only, urgent=True, personal=True).why == "inbox only"
    assert course("escalation.fired", wishes=only).due_at is not None


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_end():
    wishes = night(ways={"decision": "digest"}, digest_hours=[5])
    assert course(wishes=wishes).due_at == utc("2026-03-05T06:00")


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("time", "escalation.fired promise.due task.due"),
        ("decision", "case.approval case.approved case.refused case.refusal"),
        ("decision", "waiver.asked waiver.approved waiver.refused waiver.expired"),
        ("work", "case.double process.candidate process.look_due process.reopened anything"),
        ("work", "rule.acted handover.asked handover.to_desk handover.lapsed"),
        ("private", "support.task support.offered support.follow_up"),
        ("mention", "mention.note"),
    ],
)
def test_every_kind_has_its_group(group, kinds):
    assert {group_of(each) for each in kinds.split()} == {group}


@pytest.mark.parametrize(
    ("path", "record"),
    [
        ("/cases/C-7K3Q9X/", "/cases/C-7K3Q9X/"),
        ("/cases/C-7K3Q9X/#notes", "/cases/C-7K3Q9X/"),
        ("/support/readiness/F-7K3Q9X/", "/support/readiness/F-7K3Q9X/"),
        ("/support/", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_knows_the_record_an_address_leads_to(path, record):
    assert record_of(path) == record


def test_finds_names_and_leaves_mail_addresses_alone():
    words = "@Ana, ask @joão.da.silva. Not ana@example.org; again @ana and (@Rui)"
    assert handles_in(words) == ["ana", "joao.da.silva", "rui"]


def test_a_name_means_one_person_or_nobody():
    names = {1: "Ana Prado", 2: "Ana Maria Lopes", 3: "João O’Neill", 4: "Rui Costa"}
    assert named_by("ana", names) is None
    assert named_by("ana.prado", names) == 1
    assert named_by("ana.lopes", names) == 2
    assert named_by("joao.oneill", names) == 3
    assert named_by("costa", names) == 4
    assert named_by("nobody", names) is None
