"""Correcting, raising and setting aside."""

from datetime import timedelta

import pytest

from recovery.events.models import Event
from recovery.failures.models import Failure, SearchDoc, Track
from recovery.failures.services import (
    edit_failure,
    raise_priority,
    report_track,
    void_failure,
)
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
SMALL = {
    TrackKind.CUSTOMER: TrackState.WAITING,
    TrackKind.PROCESS: TrackState.NOT_REQUIRED,
    TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED,
}


@pytest.fixture
def lead():
    return make_person(Role.LEAD, make_department())


@pytest.fixture
def failure(lead):
    return make_failure(
        department=lead.memberships.get().department, experience=1, priority=4, tracks=SMALL
    )


def edit(failure, actor, expected_version=None, **changes):
    return edit_failure(
        failure_id=failure.pk, changes=changes, actor=actor, now=NOON,
        expected_version=expected_version,
    )  # fmt: skip


def pool(failure):
    report_track(
        failure_id=failure.pk, kind=TrackKind.PROCESS, state=TrackState.ENDED,
        end=TrackEnd.POOLED, at=NOON, actor_id=failure.reported_by_id,
    )  # fmt: skip


def states(failure):
    return dict(Track.objects.filter(failure=failure).values_list("kind", "state"))


class TestEdit:
    def test_a_worse_grade_makes_tracks_required_and_the_work_more_urgent(self, failure, lead):
        item = make_item(failure, priority=4)
        found = edit(failure, lead, safety=4)
        assert (found.priority, found.priority_reason, found.severity) == (2, "grade_4", 4)
        assert set(states(failure).values()) == {"waiting"}
        item.refresh_from_db()
        assert item.priority == 2

    def test_a_milder_grade_takes_no_track_away(self, failure, lead):
        edit(failure, lead, safety=4)
        edit(failure, lead, safety=0)
        assert set(states(failure).values()) == {"waiting"}

    def test_words_do_not_take_it_out_of_the_pool(self, failure, lead):
        """Somebody decided that its learning is pooled; a corrected title changes nothing."""
        edit(failure, lead, quality=2)
        pool(failure)
        edit(failure, lead, title="Bag left behind", quality=1)
        assert states(failure)["process"] == "ended"

    def test_a_worse_grade_takes_it_out_of_the_pool(self, failure, lead):
        edit(failure, lead, quality=2)
        pool(failure)
        edit(failure, lead, quality=3)
        assert states(failure)["process"] == "waiting"

    def test_history_asks_for_nothing_more(self, failure, lead):
        Failure.objects.filter(pk=failure.pk).update(history=True)
        edit(failure, lead, safety=4)
        assert states(failure) == {kind.value: state.value for kind, state in SMALL.items()}

    def test_refuses_what_was_read_before_somebody_changed_it(self, failure, lead):
        edit(failure, lead, expected_version=1, title="Bag left behind")
        with pytest.raises(Conflict, match="changed this"):
            edit(failure, lead, expected_version=1, title="Bag lost")
        assert Failure.objects.get(pk=failure.pk).title == "Bag left behind"

    def test_saving_the_same_changes_nothing(self, failure, lead):
        assert edit(failure, lead, title=failure.title).version == 1
        assert not Event.objects.filter(verb="failure.edited").exists()

    def test_records_which_fields_but_not_the_words(self, failure, lead):
        edit(failure, lead, account="Mrs Osei waited at B14.")
        event = Event.objects.get(verb="failure.edited")
        assert event.public["fields"] == ["account"]
        assert "Osei" not in str(event.public) + str(event.private)

    def test_is_found_by_its_new_words_and_shows_its_new_title(self, failure, lead):
        item = make_item(failure)
        edit(failure, lead, title="Bag left behind", service_reference="HA 418")
        item.refresh_from_db()
        assert item.headline == "Bag left behind"
        assert SearchDoc.objects.get(pk=failure.pk).words == "Bag left behind HA 418 "

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "recovered"), ("severity", 1), ("safety", 5), ("safety", -1),
            ("safety", "2"), ("title", "x" * 161), ("title", "  "), ("account", "a\x00b"),
            ("mode_id", 987_654_321),
        ],
    )  # fmt: skip
    def test_refuses_nonsense_by_field(self, failure, lead, field, value):
        with pytest.raises(Invalid) as refused:
            edit(failure, lead, **{field: value})
        assert refused.value.field == field

    def test_is_for_those_who_may_here(self, failure):
        with pytest.raises(NotAllowed):
            edit(failure, make_person(Role.LEAD, make_department()), title="Mine")

    @pytest.mark.parametrize("status", [Whole.MERGED, Whole.VOID])
    def test_leaves_alone_what_has_left_the_counts(self, failure, lead, status):
        Failure.objects.filter(pk=failure.pk).update(status=status)
        with pytest.raises(Conflict, match="merged or set aside"):
            edit(failure, lead, title="Again")


class TestRaise:
    def up(self, failure, actor, priority, reason="The press is here."):
        return raise_priority(
            failure_id=failure.pk, priority=priority, reason=reason, actor=actor, now=NOON
        )

    def test_makes_the_failure_and_its_open_work_more_urgent(self, failure, lead):
        open_item = make_item(failure, priority=4)
        closed = make_item(failure, priority=4, closed_at=NOON)
        found = self.up(failure, lead, 2)
        assert (found.priority, found.priority_reason) == (2, "raised")
        for item in (open_item, closed):
            item.refresh_from_db()
        assert (open_item.priority, closed.priority) == (2, 4)

    @pytest.mark.parametrize("priority", [4, 5, 0, -1])
    def test_never_lowers_nor_stays(self, failure, lead, priority):
        with pytest.raises(Invalid, match="only be raised") as refused:
            self.up(failure, lead, priority)
        assert refused.value.field == "priority"

    def test_wants_a_reason(self, failure, lead):
        with pytest.raises(Invalid):
            self.up(failure, lead, 1, reason=" ")

    def test_outlives_a_correction_of_the_grades(self, failure, lead):
        self.up(failure, lead, 2)
        found = edit(failure, lead, quality=3)
        assert (found.priority, found.priority_reason) == (2, "raised")

    def test_leaves_alone_what_was_set_aside(self, failure, lead):
        Failure.objects.filter(pk=failure.pk).update(status=Whole.VOID)
        with pytest.raises(Conflict):
            self.up(failure, lead, 1)


class TestVoid:
    def aside(self, failure, actor, reason="Logged on the training day.", at=NOON):
        return void_failure(failure_id=failure.pk, reason=reason, actor=actor, now=at)

    def test_leaves_every_list_of_open_things_but_stays(self, failure, lead):
        found = self.aside(failure, lead)
        assert (found.status, found.voided_by, found.voided_at) == (Whole.VOID, lead, NOON)
        assert not SearchDoc.objects.get(pk=failure.pk).is_open

    def test_not_by_who_reported_it(self, lead):
        failure = make_failure(department=lead.memberships.get().department, reported_by=lead)
        with pytest.raises(NotAllowed, match="somebody else"):
            self.aside(failure, lead)

    def test_not_without_a_reason(self, failure, lead):
        with pytest.raises(Invalid):
            self.aside(failure, lead, reason="")

    def test_not_while_work_is_open(self, failure, lead):
        item = make_item(failure)
        with pytest.raises(Conflict, match="still open"):
            self.aside(failure, lead)
        type(item).objects.filter(pk=item.pk).update(closed_at=NOON)
        assert self.aside(failure, lead).status == Whole.VOID

    @pytest.mark.parametrize("status", [Whole.MERGED, Whole.VOID])
    def test_not_twice_and_not_when_merged(self, failure, lead, status):
        Failure.objects.filter(pk=failure.pk).update(status=status)
        with pytest.raises(Conflict, match="merged or set aside"):
            self.aside(failure, lead)

    def test_later_news_of_a_track_does_not_bring_it_back(self, failure, lead):
        self.aside(failure, lead)
        report_track(
            failure_id=failure.pk, kind=TrackKind.CUSTOMER, state=TrackState.ACTIVE,
            at=NOON + timedelta(days=1), actor_id=lead.pk,
        )  # fmt: skip
        assert Failure.objects.get(pk=failure.pk).status == Whole.VOID
