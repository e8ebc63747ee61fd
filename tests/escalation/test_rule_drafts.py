"""What a rule may say, and how it is made, changed, tried and retired."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recovery.escalation.models import Rule, RuleFiring, RuleVersion, Task, Watch
from recovery.escalation.policy.rule_drafts import RuleDraft, faults_of_rule
from recovery.escalation.selectors import drafted_card, rules, trial_of_rule
from recovery.escalation.services import make_rule, make_rule_version, retire_rule
from recovery.escalation.states import Tells, Trigger
from recovery.failures.models import WorkItem
from recovery.kernel.conditions import Condition, Op
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from tests.escalation.ruling import DAY, DAYS, SHIFT, happens, only_rule, passes
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

HELD = frozenset(
    {Tells.OWNER, Tells.DESK_LEAD, Tells.UPPER_LEAD, Tells.MANAGER, Tells.OPERATOR}
)
GOOD = RuleDraft(Trigger.NOT_SOLVED, tells=Tells.DESK_LEAD)
URGENT = Condition("priority", Op.AT_MOST, (2,))


def codes(held=HELD, **changes):
    return [each.code for each in faults_of_rule(replace(GOOD, **changes), held=held)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tells": ""}, "does_nothing"),
        ({"trigger": Trigger.AGE}, "no_time"),
        ({"trigger": Trigger.INACTIVE}, "no_time"),
        ({"wait_minutes": 367 * DAYS}, "beyond"),
        ({"level": 5}, "no_such_tier"),
        ({"trigger": Trigger.CASE_ENDED, "level": 1}, "has_ended"),
        ({"trigger": Trigger.CASE_ENDED, "assigns": True}, "has_ended"),
        ({"tells": Tells.OWNER, "assigns": True}, "circular"),
        ({"tells": Tells.MANAGER, "assigns": True}, "holds_no_cases"),
        ({"tells": "", "level": 1, "assigns": True}, "holds_no_cases"),
        ({"tells": Tells.DEPUTY}, "support_only"),
        ({"every": 3, "most": 3}, "no_interval"),
        ({"every": 60, "most": 1}, "no_limit"),
        ({"most": 3}, "no_interval"),
        ({"task_words": "Call"}, "which_task"),
        ({"task_kind": "call_back", "task_days": 1}, "blank"),
        ({"task_kind": "call_back", "task_words": "Call"}, "no_days"),
        ({"task_kind": "call_back", "task_words": "Call", "task_days": 91}, "no_days"),
        ({"when": (Condition("colour", Op.IS, ("red",)),)}, "unknown_fact"),
        ({"when": (URGENT, Condition("priority", Op.AT_LEAST, (3,)))}, "never_holds"),
        ({"when": (Condition("track", Op.IS, ("process",)),)}, "never_fires"),
    ],
)
def test_refuses_what_could_never_fire_or_does_nothing(changes, code):
    assert code in codes(**changes)


def test_takes_what_makes_sense():
    assert codes() == []
    assert codes(tells="", level=2) == []
    assert codes(assigns=True, when=(URGENT,), every=60, most=3) == []
    assert codes(trigger=Trigger.INACTIVE, wait_minutes=60) == []


def test_refuses_a_circle_in_which_and_behind_which_there_is_nobody():
    assert codes(held=frozenset({Tells.OWNER})) == ["nobody_there"]
    assert codes(held=frozenset({Tells.OPERATOR})) == []


def test_names_all_faults_at_once():
    faults = codes(tells="", trigger=Trigger.AGE, every=3, task_words="Call")
    assert faults == ["no_time", "no_interval", "no_limit", "does_nothing", "which_task"]


@pytest.fixture
def desk():
    return make_department("Baggage", calendar=make_calendar())


@pytest.fixture
def admin(desk):
    return make_person(Role.ADMIN, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def item(desk):
    return make_item(make_failure(department=desk), owner=make_person(Role.HANDLER, desk))


@pytest.mark.django_db
class TestMaking:
    def test_a_new_version_closes_the_one_before_and_both_stay(self, admin, lead):
        made = make_rule(name="Ask again", draft=GOOD, since=None, actor=admin, now=NOON)
        make_rule_version(
            rule_id=made.pk,
            draft=replace(GOOD, level=1),
            since=NOON + DAY,
            actor=admin,
            now=NOON,
        )
        found = [(each.number, each.effective.upper) for each in made.versions.order_by("pk")]
        assert found == [(1, NOON + DAY), (2, None)]

    def test_refuses_every_fault_at_once_and_writes_nothing(self, admin, lead):
        with pytest.raises(Invalid) as refusal:
            make_rule(
                name=" ",
                draft=replace(GOOD, tells=""),
                since=NOON - DAY,
                actor=admin,
                now=NOON,
            )
        assert {each.code for each in refusal.value.parts} == {
            "does_nothing", "past", "no_name",
        }  # fmt: skip
        assert not Rule.objects.filter(name="").exists()

    def test_refuses_a_version_that_begins_before_another(self, admin, lead):
        made = make_rule(name="Ask", draft=GOOD, since=NOON + DAY, actor=admin, now=NOON)
        with pytest.raises(Invalid) as refusal:
            make_rule_version(rule_id=made.pk, draft=GOOD, since=None, actor=admin, now=NOON)
        assert refusal.value.code == "overlaps"

    def test_refuses_the_same_name_twice(self, admin, lead):
        make_rule(name="Ask again", draft=GOOD, since=None, actor=admin, now=NOON)
        with pytest.raises(Invalid) as refusal:
            make_rule(name="ask AGAIN", draft=GOOD, since=None, actor=admin, now=NOON)
        assert refusal.value.field == "name"

    def test_retiring_ends_it_once(self, admin, lead):
        made = make_rule(name="Ask again", draft=GOOD, since=None, actor=admin, now=NOON)
        retire_rule(rule_id=made.pk, actor=admin, now=NOON + DAY)
        with pytest.raises(Conflict):
            retire_rule(rule_id=made.pk, actor=admin, now=NOON + DAY)

    def test_is_for_those_who_set_up_the_house(self, lead):
        key = Rule.objects.first().pk
        for verb, facts in (
            (make_rule, {"name": "Mine", "draft": GOOD, "since": None}),
            (make_rule_version, {"rule_id": key, "draft": GOOD, "since": None}),
            (retire_rule, {"rule_id": key}),
        ):
            with pytest.raises(NotAllowed):
                verb(**facts, actor=lead, now=NOON)

    def test_a_rule_of_time_has_every_case_looked_at_when_it_begins(self, admin, lead, item):
        only_rule("age", tells="owner", wait_minutes=90 * DAYS)
        happens(item, "case.opened", admin)
        passes(NOON)
        assert Watch.objects.get(item=item).look_at > NOON + 2 * DAY
        make_rule(
            name="Old", draft=replace(GOOD, trigger=Trigger.AGE, wait_minutes=DAYS),
            since=None, actor=admin, now=NOON,
        )  # fmt: skip
        assert Watch.objects.get(item=item).look_at == NOON
        rules.forget()
        passes(NOON)
        passes(NOON + DAY)
        assert RuleFiring.objects.filter(item=item).count() == 1


@pytest.mark.django_db
class TestTrying:
    def tried(self, item, now=NOON + 30 * DAY, **changes):
        trial = trial_of_rule(item, drafted_card(replace(GOOD, **changes)), now)
        return [(each.at, each.dropped) for each in trial.lines]

    def test_says_when_it_would_have_fired_and_writes_nothing(self, item, lead, admin):
        before = RuleVersion.objects.count()
        happens(item, "case.not_solved", admin)
        happens(item, "case.not_solved", admin, at=NOON + DAY)
        assert self.tried(item, wait_minutes=DAYS) == [
            (NOON + DAY, None),
            (NOON + 2 * DAY, None),
        ]
        assert not Task.objects.exists()
        assert (RuleFiring.objects.count(), RuleVersion.objects.count()) == (0, before)

    def test_nothing_that_is_still_to_come(self, item, lead, admin):
        happens(item, "case.not_solved", admin)
        assert self.tried(item, now=NOON + DAY, wait_minutes=2 * DAYS) == []

    def test_says_what_would_have_been_let_go(self, item, lead, admin):
        happens(item, "remedy.approval_asked", admin)
        happens(item, "remedy.approved", admin, at=NOON + timedelta(hours=1))
        found = self.tried(item, trigger=Trigger.ABOVE_LIMIT, wait_minutes=240)
        assert [dropped for _at, dropped in found] == ["moot"]

    def test_finds_each_time_a_case_lay_still(self, item, lead, admin):
        happens(item, "note.added", admin, at=NOON + 10 * DAY)
        WorkItem.objects.filter(pk=item.pk).update(closed_at=NOON + 12 * DAY)
        item.refresh_from_db()
        found = self.tried(
            item, trigger=Trigger.INACTIVE, wait_minutes=5 * SHIFT, in_hours=True
        )
        assert found == [(NOON + 7 * DAY, None)]

    def test_tells_which_conditions_do_not_hold(self, item, lead, admin):
        trial = trial_of_rule(item, drafted_card(replace(GOOD, when=(URGENT,))), NOON)
        assert trial.unmet == (URGENT,)
