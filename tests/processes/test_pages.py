"""Pages of the process track: who sees them, what can be done on them, bad input."""

import pytest
from django.urls import reverse

from processes import services
from processes.models import (
    Action,
    PoolEntry,
    ProcessCase,
    ProcessLink,
    VerificationPlan,
)
from processes.presenters import panel
from processes.states import LinkState, ProcessState
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import TrackState
from tests.factories import NOON
from tests.processes.clicking import PLAN, client_of, press, url_of
from tests.processes.conftest import DAY

STAGES = ["proposed", "opened", "caused", "planned", "watched", "proven"]


@pytest.mark.parametrize("stage", STAGES)
def test_page_and_panel_show_every_stage(house, owner, stage) -> None:
    case = getattr(house, stage)()
    shown = owner.get(url_of(case))
    assert shown.status_code == 200
    assert case.title in shown.content.decode()
    failure = house.made[0]
    shown = owner.get(reverse("console:failure", args=[reference_of(failure.pk)]))
    assert shown.status_code == 200
    assert 'id="process-panel"' in shown.content.decode()


@pytest.mark.parametrize("stage", STAGES)
def test_every_button_offered_opens_or_works(house, stage) -> None:
    case = getattr(house, stage)()
    for person in (house.owner, house.lead):
        client = client_of(person)
        model = client.get(url_of(case)).context["model"]
        offered = [each for each in (model.actions.primary, *model.actions.others) if each]
        for button in offered:
            if not button.press:
                assert client.get(button.url).status_code == 200, button.verb


def test_outsider_is_told_nothing_of_a_case_out_of_reach(house) -> None:
    case = house.opened()
    client = client_of(house.outsider)
    assert client.get(url_of(case)).status_code == 404
    assert client.post(url_of(case, "found")).status_code == 404
    assert panel(house.outsider, house.made[0].pk, NOON) is None


def test_reader_may_look_but_not_work(house) -> None:
    case = house.opened()
    client = client_of(house.manager)
    assert client.get(url_of(case)).status_code == 200
    assert client.post(url_of(case, "contain"), {"words": "x"}).status_code == 403


def test_frontline_sees_no_process_panel(house) -> None:
    house.opened()
    assert panel(house.agent, house.made[0].pk, NOON) is None


def test_list_shows_cases_and_pool(house, owner) -> None:
    case = house.opened()
    PoolEntry.objects.all().delete()
    elsewhere = house.pooled_failure(mode=None)
    shown = owner.get(reverse("processes:list"))
    assert shown.status_code == 200
    assert [row.reference for row in shown.context["cases"]] == [
        item_reference("process", case.pk)
    ]
    assert [row.count for row in shown.context["pool"]] == [1]
    owner.post(reverse("processes:pool_review", args=[0]))
    assert PoolEntry.objects.get(pk=elsewhere.pk).review_at > NOON + 90 * DAY


def test_pool_opens_into_a_case(house, owner) -> None:
    failure = house.pooled_failure()
    url = reverse("processes:pool_open", args=[house.mode.pk])
    assert owner.get(url).status_code == 200
    answer = owner.post(url, {"statement": "Meals leave cold."})
    assert answer.status_code == 303
    case = ProcessCase.objects.get()
    assert house.state(case) == ProcessState.OPEN
    assert ProcessLink.objects.get(failure=failure).state == LinkState.LINKED


def test_list_is_not_for_those_without_the_role(house) -> None:
    assert client_of(house.agent).get(reverse("processes:list")).status_code == 403


def test_whole_path_by_the_browser(house, owner) -> None:
    case = house.proposed()
    lead = client_of(house.lead)
    press(owner, case, "open", statement="Late requests reach nobody.")
    press(owner, case, "contain", words="Hourly reading", evidence="rota")
    for kind in ("occurrence", "escape"):
        press(owner, case, "cause", kind=kind, words="E-mail", evidence="log")
    press(owner, case, "found")
    press(
        owner, case, "action",
        kind="corrective", strength="strong", words="Join the feed", due_on="2099-01-01",
        code=422,
    )  # fmt: skip
    due = NOON.date().replace(year=2027).isoformat()
    press(
        owner, case, "action",
        kind="corrective", strength="strong", words="Join the feed", due_on=due,
    )  # fmt: skip
    press(owner, case, "chosen")
    press(owner, case, "plan", **PLAN)
    press(owner, case, "approve", code=403)
    press(lead, case, "approve")
    action = Action.objects.get(kind="corrective")
    press(owner, case, "implement", code=422)
    press(owner, case, "done", action=action.pk, evidence="live")
    press(owner, case, "implement")
    press(owner, case, "watch")
    assert house.state(case) == ProcessState.VERIFYING
    assert float(VerificationPlan.objects.get().target_ratio) == 0.6


def test_stale_form_keeps_the_words(house, owner) -> None:
    case = house.proposed()
    version = ProcessCase.objects.select_related("item").get(pk=case.pk).item.version
    answer = owner.post(
        url_of(case, "open"), {"statement": "My long words.", "version": version - 1}
    )
    assert answer.status_code == 409
    assert "My long words." in answer.content.decode()
    assert house.state(case) == ProcessState.TRIAGE


def test_candidate_is_judged_by_one_tap_on_the_failure_page(house, owner) -> None:
    house.caused()
    failure = house.failure(at=NOON + DAY)
    services.consider(failure_id=failure.pk, now=NOON + DAY)
    page_of_failure = reverse("console:failure", args=[reference_of(failure.pk)])
    panels = owner.get(page_of_failure).context["panels"]
    mine = next(each for each in panels if each.template == "processes/_panel.html")
    button = mine.asks_same[0]
    answer = owner.post(button.url, {button.field: button.value, "next": page_of_failure})
    assert answer.url == page_of_failure
    assert ProcessLink.objects.get(failure=failure).state == LinkState.LINKED


def test_triage_on_the_failure_page_offers_three_ways_and_the_rules_choice(house) -> None:
    house.proposed(safety=4)
    assert proposed(house, house.made[0]) == [False, True, False]  # not: link it to itself
    house.opened()
    assert proposed(house, house.failure(experience=2)) == [True, False, False]
    assert proposed(house, house.failure(mode=None, experience=2)) == [False, False, True]


def test_what_has_another_cause_offers_its_decision_and_not_the_case_it_left(house) -> None:
    case = house.opened()
    failure = house.failure(experience=2)
    services.consider(failure_id=failure.pk, now=NOON)
    services.judge_candidate(
        process_id=case.pk, failure_id=failure.pk, same=False, actor=house.owner, now=NOON
    )
    assert proposed(house, failure) == [False, False, True]
    house.told(NOON)
    house.told(NOON)
    assert proposed(house, failure) == [False, False, True]


def proposed(house, failure) -> list[bool]:
    """Of link, open and pool, which the rule proposes."""
    shown = panel(house.owner, failure.pk, NOON)
    assert shown
    assert shown.triage
    return [way.proposed for way in shown.triage.ways]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("open", {"statement": "It fails."}),
        ("pool", {"reason": "It can wait."}),
    ],
)
def test_failure_is_decided_from_its_page(house, owner, verb, given) -> None:
    failure = house.failure(mode=None, experience=2)
    services.consider(failure_id=failure.pk, now=NOON)
    url = reverse("processes:failure_verb", args=[reference_of(failure.pk), verb])
    assert owner.get(url).status_code == 200
    assert owner.post(url, given).status_code == 303
    assert house.track(failure).state in {TrackState.ACTIVE, TrackState.ENDED}
    assert ProcessCase.objects.count() == 1


def test_failure_is_linked_to_a_chosen_case(house, owner) -> None:
    case = house.opened()
    failure = house.failure(mode=None)
    services.consider(failure_id=failure.pk, now=NOON)
    url = reverse("processes:failure_verb", args=[reference_of(failure.pk), "link"])
    assert owner.post(url, {"process_id": case.pk}).status_code == 303
    assert house.track(failure).state == TrackState.ACTIVE
    left = ProcessCase.objects.select_related("item").exclude(pk=case.pk).get()
    assert left.item.state == ProcessState.POOLED
