"""Wrong, missing, huge and hostile input is answered with a sentence and loses nothing."""

import pytest
from django.urls import reverse

from processes.models import (
    Cause,
    VerificationPlan,
)
from processes.states import ProcessState
from recovery.failures.selectors import reference_of
from tests.processes.clicking import PLAN, press, url_of


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("open", {}),
        ("open", {"statement": " "}),
        ("open", {"statement": "x" * 30_000}),
        ("open", {"statement": "null\x00byte"}),
        ("pool", {"reason": "later", "review_at": "31.02.2026"}),
        ("pool", {"reason": "later", "review_at": "1999-01-01"}),
        ("pool", {"reason": "later", "review_at": "9999-12-31"}),
        ("link", {"failure": "F-NONSENSE"}),
        ("link", {"failure": "<script>"}),
        ("link", {"failure": "C-7K3Q9X"}),
    ],
)
def test_bad_input_in_triage_is_answered_with_a_sentence(house, owner, verb, given) -> None:
    case = house.proposed()
    answer = owner.post(url_of(case, verb), given)
    assert answer.status_code in {404, 422}
    assert answer.context["act"]["form"].errors
    assert house.state(case) == ProcessState.TRIAGE


@pytest.mark.parametrize(
    "wrong",
    [
        {"baseline_count": 0},
        {"baseline_count": "many"},
        {"baseline_count": 10**30},
        {"baseline_days": -3},
        {"target_ratio": 100},
        {"target_ratio": "0,6"},
        {"look_days": "240, 120, 360"},
        {"look_days": "1, 2"},
        {"look_days": "9" * 39},
        {"reopen_limit": -1},
        {"metric": ""},
    ],
)
def test_bad_plan_is_answered_with_a_sentence(house, owner, wrong) -> None:
    case = house.caused()
    answer = owner.post(url_of(case, "plan"), PLAN | wrong)
    assert answer.status_code == 422
    assert not VerificationPlan.objects.exists()


@pytest.mark.parametrize("key", ["", "abc", "99999999", "9" * 30])
def test_unknown_rows_are_not_found(house, owner, key) -> None:
    case = house.opened()
    assert owner.post(url_of(case, "done"), {"action": key}).status_code == 404
    assert owner.post(url_of(case, "same"), {"failure": key}).status_code == 404
    assert owner.post(url_of(case, "nonsense")).status_code == 404


def test_hostile_words_are_shown_as_words(house, owner) -> None:
    case = house.opened()
    press(
        owner, case, "cause", kind="occurrence", words="<script>alert(1)</script>", evidence="&"
    )
    shown = owner.get(url_of(case)).content.decode()
    assert "<script>alert(1)" not in shown
    assert Cause.objects.get().words == "<script>alert(1)</script>"


def test_unknown_failures_and_kinds_are_not_found(house, owner) -> None:
    for reference in ("F-NONSENSE", reference_of(10**9), "P-7K3Q9X"):
        for verb in ("open", "pool", "link", "nonsense"):
            url = reverse("processes:failure_verb", args=[reference, verb])
            assert owner.get(url).status_code == 404
    huge = 10**30
    assert owner.get(reverse("processes:pool_open", args=[huge])).status_code == 409
    assert owner.post(reverse("processes:pool_review", args=[huge])).status_code == 303
