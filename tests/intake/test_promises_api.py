"""What a case was promised goes out in words, to keys that may read cases alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.selectors import case_id_of
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.clocks.promising import CALL, promise
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PATH = "/api/v1/complaints/"


@pytest.fixture
def reference(api):
    made = api.post(PATH, {"what_happened": "No bag."}, format="json").json()
    item = WorkItem.objects.get(pk=case_id_of(made["customer_case"]))
    handler = make_person(Role.HANDLER, item.department)
    now = timezone.now()
    promise(item, handler, now=now, due_at=now + timedelta(hours=2))
    promise(item, handler, now=now, due_at=now + timedelta(hours=3), to_whom="The hotel")
    return made["customer_case"]


def test_a_case_names_what_its_customer_was_promised(api, reference):
    [found] = api.get(f"{PATH}{reference}/").json()["promises"]
    assert (found["words"], found["state"]) == (CALL, "open")
    assert found["due_at"].endswith("Z")


def test_a_key_that_may_not_read_cases_sees_no_promise(key_with, reference):
    answer = key_with("failures:read").get(f"{PATH}{reference}/")
    assert answer.status_code == 200
    assert "promises" not in answer.json()


def test_no_list_and_no_answer_to_a_post_says_it(api, reference):
    assert CALL not in api.get(PATH).content.decode()
