"""Standards are written as drafts, signed by two people, superseded from a day, and retired."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clocks import services
from recovery.clocks.models import Standard, StandardVersion
from recovery.clocks.policy.drafts import StandardDraft, fault_of_span
from recovery.clocks.states import Begins, ClockKind, Counts, MetBy
from recovery.events.models import Event
from recovery.kernel.conditions import Condition, Op
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from tests.clocks.acting import start
from tests.factories import NOON, make_person

DAY = timedelta(days=1)
K = ClockKind


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


@pytest.fixture
def other():
    return make_person(Role.ADMIN)


def a_draft(owner, **facts):
    return StandardDraft(
        **{
            "words": "We answer within two hours.", "source": "Board, 3 March",
            "targets": {1: 900, 2: 7200, 3: 7200, 4: 7200}, "around_clock": [1, 2, 3, 4],
            "owner_id": owner.pk, "verify_by": (NOON + 300 * DAY).date(),
        } | facts
    )  # fmt: skip


def write(admin, kind=K.RESOLVE, now=NOON, **facts):
    return services.add_standard(
        name="Our own", kind=kind, law="", authority="", draft=a_draft(admin, **facts),
        actor=admin, now=now,
    )  # fmt: skip


def supersede(version, admin, now=NOON, **facts):
    return services.write_draft(
        standard_id=version.standard_id, draft=a_draft(admin, **facts), actor=admin, now=now
    )


def sign(version, *people, now=NOON):
    for each in people:
        version.refresh_from_db()
        services.sign(version_id=version.pk, revision=version.revision, actor=each, now=now)
    version.refresh_from_db()
    return version


@pytest.mark.django_db
class TestSigning:
    def test_holds_once_two_have_signed_and_not_before(self, admin, other, item):
        own = write(admin)
        assert start(item, admin).standard_id != own.pk
        services.cancel(item_id=item.pk, at=NOON, actor_id=admin.pk)
        sign(own, admin)
        assert start(item, admin).standard_id != own.pk
        services.cancel(item_id=item.pk, at=NOON, actor_id=admin.pk)
        assert not sign(own, other).draft
        services.standards.catalogue.forget()
        assert start(item, admin).standard_id == own.pk

    def test_refuses_second_signature_of_the_same_person(self, admin):
        own = sign(write(admin), admin)
        with pytest.raises(Conflict, match="second person"):
            sign(own, admin)

    def test_whoever_wrote_it_need_not_sign(self, admin, other):
        assert not sign(write(admin), other, make_person(Role.ADMIN)).draft

    def test_a_change_takes_the_signature_back(self, admin, other):
        own = sign(write(admin), admin)
        changed = supersede(own, admin, words="Other words")
        assert (changed.pk, changed.signed_by, changed.revision) == (own.pk, None, 2)
        with pytest.raises(Conflict, match="changed this draft"):
            services.sign(version_id=own.pk, revision=1, actor=other, now=NOON)

    def test_is_for_those_who_set_up_the_house(self, admin):
        with pytest.raises(NotAllowed):
            sign(write(admin), make_person(Role.LEAD))

    def test_leaves_who_did_what_in_the_log(self, admin, other):
        own = sign(write(admin), admin, other)
        found = Event.objects.filter(stream=f"standard:{own.standard_id}").order_by("pk")
        assert list(found.values_list("verb", "actor_id")) == [
            ("standard.drafted", admin.pk),
            ("standard.signed", admin.pk),
            ("standard.approved", other.pk),
        ]


@pytest.mark.django_db
class TestSuperseding:
    def test_ends_the_version_before_where_it_begins(self, admin, other):
        first = sign(write(admin), admin, other)
        second = sign(supersede(first, admin, since=NOON + 9 * DAY), admin, other)
        first.refresh_from_db()
        assert first.effective.upper == second.effective.lower == NOON + 9 * DAY

    def test_refuses_a_beginning_that_is_past(self, admin, other):
        first = sign(write(admin), admin, other)
        with pytest.raises(Invalid, match="keep the version of then"):
            supersede(first, admin, since=NOON - DAY)
        waiting = sign(supersede(first, admin, since=NOON + DAY), admin)
        with pytest.raises(Invalid, match="keep the version of then"):
            sign(waiting, other, now=NOON + 2 * DAY)

    def test_retiring_starts_no_clock_any_more(self, admin, other, item):
        own = sign(write(admin), admin, other)
        services.retire_standard(standard_id=own.standard_id, actor=admin, now=NOON)
        services.standards.catalogue.forget()
        assert start(item, admin).standard_id != own.pk
        with pytest.raises(Conflict, match="retired"):
            supersede(own, admin)

    def test_a_draft_can_be_thrown_away_and_what_held_cannot(self, admin, other):
        own = write(admin)
        services.drop_draft(version_id=own.pk, actor=admin, now=NOON)
        assert not StandardVersion.objects.filter(pk=own.pk).exists()
        held = sign(supersede(own, admin), admin, other)
        with pytest.raises(Conflict, match="no draft"):
            services.drop_draft(version_id=held.pk, actor=admin, now=NOON)


@pytest.mark.django_db
def test_says_every_fault_at_once(admin):
    never = [Condition("safety", Op.AT_LEAST, (3,)), Condition("safety", Op.AT_MOST, (1,))]
    with pytest.raises(Invalid) as refused:
        write(
            admin, K.ACKNOWLEDGE, words=" ", source="", rank=0, owner_id=None, around_clock=[],
            verify_by=NOON.date(), conditions=never, until=NOON - DAY, since=NOON,
            days=3, counts=Counts.EXACT,
        )  # fmt: skip
    assert refused.value.errors.keys() == {
        "words", "source", "rank", "owner", "verify_by", "when", "until", "p1_always",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_law_says_what_starts_it_and_what_it_waits_for(admin, other):
    with pytest.raises(Invalid) as refused:
        services.add_standard(
            name="", kind=K.REGULATORY, law="", authority="", actor=admin, now=NOON,
            draft=a_draft(
                admin, counts=Counts.WORKING_DAYS, zone="Nowhere", country="XX", pause_cap_days=1
            ),
        )  # fmt: skip
    assert refused.value.errors.keys() == {
        "name", "law", "begins", "met_by", "jurisdiction", "days", "zone", "country",
        "pause_cap_days",
    }  # fmt: skip
    law = a_draft(
        admin, counts=Counts.WORKING_DAYS, days=15, begins=Begins.COMPLAINT, met_by=MetBy.FINAL,
        jurisdiction="UK", country="GB",
    )  # fmt: skip
    made = services.add_standard(
        name="Answer", kind=K.REGULATORY, law="DISP", authority="FOS", draft=law,
        actor=admin, now=NOON,
    )  # fmt: skip
    assert Standard.objects.get(pk=made.standard_id).legal
    house = replace(law, begins=None, met_by=None)
    with pytest.raises(Invalid, match="Only what a law owes"):
        services.add_standard(
            name="Mine",
            kind=K.RESOLVE,
            law="",
            authority="",
            draft=house,
            actor=admin,
            now=NOON,
        )


def spans(*pairs):
    return [(NOON + a * DAY, None if b is None else NOON + b * DAY) for a, b in pairs]


@pytest.mark.parametrize(
    ("since", "until", "others", "code"),
    [
        (5, None, [(0, None)], None),
        (5, None, [(0, 5)], None),
        (5, None, [(0, 7)], "overlaps"),
        (5, None, [(0, None), (9, None)], "overlaps"),
        (5, 9, [(0, None), (9, None)], None),
        (5, 8, [(0, None), (9, None)], "gap"),
        (5, None, [(0, 4)], "gap"),
        (5, None, [(5, None)], "overlaps"),
        (5, None, [], None),
    ],
)
def test_overlap_and_gap_are_refused_with_the_reason(since, until, others, code):
    end = None if until is None else NOON + until * DAY
    fault = fault_of_span(NOON + since * DAY, end, others=spans(*others), gap_ok=False)
    assert (fault.code if fault else None) == code
    if code == "gap":
        assert not fault_of_span(NOON + since * DAY, end, others=spans(*others), gap_ok=True)


@given(
    st.integers(0, 40), st.integers(1, 40) | st.none(),
    st.lists(st.integers(1, 20), max_size=5), st.booleans(), st.booleans(),
)  # fmt: skip
def test_what_is_let_in_never_overlaps(since, lasts, steps, is_open, gap_ok):
    edges = [sum(steps[:n]) for n in range(len(steps) + 1)]
    pairs = [*itertools.pairwise(edges)]
    if is_open:
        pairs.append((edges[-1], None))
    until = None if lasts is None else since + lasts
    end = None if until is None else NOON + until * DAY
    others = spans(*pairs)
    if fault_of_span(NOON + since * DAY, end, others=others, gap_ok=gap_ok) is not None:
        return
    for begins, ends in others:
        cut = NOON + since * DAY if ends is None and begins < NOON + since * DAY else ends
        assert (cut is not None and cut <= NOON + since * DAY) or (
            end is not None and end <= begins
        )
