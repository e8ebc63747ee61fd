"""What can be done on a failure page; what was typed is never lost to a refusal."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recovery.events.services import record
from recovery.failures.models import Failure, Note, Waiver, WorkItem
from recovery.failures.selectors import reference_of
from recovery.failures.services import request_waiver
from recovery.failures.states import SEVERITIES, TrackKind, WaiverReason, Whole
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_customer, make_desk
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
TYPED = "Exactly these words, please"


@pytest.fixture
def desk():
    return make_department("Gate")


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def failure(desk):
    return make_failure(department=desk)


@pytest.fixture
def client(lead):
    return client_of(lead)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def page_of(failure, verb=""):
    return f"/failures/{reference_of(failure.pk)}/" + (f"{verb}/" if verb else "")


def refused(answer, *said):
    assert answer.status_code == 422
    html = answer.content.decode()
    for words in said:
        assert words in html


class TestWaive:
    def typed(self, **facts):
        base = {"kind": "employee", "reason": "not_ours_to_do", "words": TYPED, "expires": ""}
        return {f"waive-{name}": value for name, value in (base | facts).items()}

    def test_is_asked_for(self, client, failure, lead):
        answer = client.post(page_of(failure, "waive"), self.typed())
        assert (answer.status_code, answer.url) == (303, page_of(failure))
        assert Waiver.objects.get().requested_by == lead

    @pytest.mark.parametrize(
        "facts",
        [
            {"kind": "customer", "reason": "external_body"}, {"expires": "2001-01-01"},
            {"expires": "31/02/2030"}, {"kind": "all"},
        ],
    )  # fmt: skip
    def test_keeps_the_words_when_refused(self, client, failure, facts):
        refused(client.post(page_of(failure, "waive"), self.typed(**facts)), TYPED)
        assert not Waiver.objects.exists()

    def test_a_refusal_without_a_reason_keeps_the_page(self, failure, desk, lead):
        waiver = request_waiver(
            failure_id=failure.pk, kind=TrackKind.EMPLOYEE, reason=WaiverReason.RISK_ACCEPTED,
            words="By name.", actor=lead, now=NOON,
        )  # fmt: skip
        second = client_of(make_person(Role.LEAD, desk))
        path = f"/waivers/{waiver.pk}/decide/"
        refused(second.post(path, {"decision": "refuse", "words": ""}), "Say why not")
        assert second.post(path, {"decision": "refuse", "words": "We can."}).status_code == 303
        waiver.refresh_from_db()
        assert waiver.refusal == "We can."

    def test_the_owner_of_the_work_is_told_why_they_cannot_approve(self, failure, desk, lead):
        owner = make_person(Role.LEAD, desk)
        make_item(failure, kind="process", owner=owner)
        waiver = request_waiver(
            failure_id=failure.pk, kind=TrackKind.PROCESS, reason=WaiverReason.RISK_ACCEPTED,
            words="By name.", actor=lead, now=NOON,
        )  # fmt: skip
        path = f"/waivers/{waiver.pk}/decide/"
        refused(
            client_of(owner).post(path, {"decision": "approve"}), "somebody else must decide"
        )

    def test_who_asked_and_who_comes_late_are_told_what_to_do(self, failure, desk, lead):
        waiver = request_waiver(
            failure_id=failure.pk, kind=TrackKind.PROCESS, reason=WaiverReason.RISK_ACCEPTED,
            words="By name.", actor=lead, now=NOON,
        )  # fmt: skip
        path = f"/waivers/{waiver.pk}/decide/"
        refused(client_of(lead).post(path, {"decision": "approve"}), "ask one of them")
        second = client_of(make_person(Role.LEAD, desk))
        typed = {"decision": "refuse", "words": "We can."}
        assert second.post(path, typed).status_code == 303
        refused(second.post(path, typed), "decided already")


class TestMerge:
    @pytest.mark.parametrize("into", ["F-000000", "rubbish", "C-JNVKWE", ""])
    def test_keeps_the_page_when_there_is_no_such_failure(self, client, failure, into):
        refused(client.post(page_of(failure, "merge"), {"merge-into": into}), into)
        failure.refresh_from_db()
        assert failure.status == Whole.OPEN

    def test_not_into_itself(self, client, failure):
        own = reference_of(failure.pk)
        refused(client.post(page_of(failure, "merge"), {"merge-into": own}), "same record")

    def test_merges_and_takes_apart(self, client, failure, desk):
        into = make_failure(department=desk)
        typed = {"merge-into": reference_of(into.pk).lower()}
        assert client.post(page_of(failure, "merge"), typed).url == page_of(into)
        assert "is part of" in client.get(page_of(failure)).content.decode()
        assert client.post(page_of(failure, "unmerge")).status_code == 303
        assert Failure.objects.get(pk=failure.pk).merged_into is None


class TestRaise:
    def test_keeps_the_reason_when_nothing_was_chosen(self, client, failure):
        answer = client.post(page_of(failure, "raise"), {"raise-reason": TYPED})
        refused(answer, TYPED)

    def test_never_lowers(self, client, failure):
        typed = {"raise-reason": TYPED, "raise-priority": "4"}
        refused(client.post(page_of(failure, "raise"), typed), TYPED)

    def test_raises(self, client, failure):
        typed = {"raise-reason": TYPED, "raise-priority": "1"}
        assert client.post(page_of(failure, "raise"), typed).status_code == 303
        assert Failure.objects.get(pk=failure.pk).priority == 1


class TestEdit:
    def typed(self, failure, **facts):
        base = {name: getattr(failure, name) for name in SEVERITIES}
        base |= {"title": TYPED, "version": failure.version, "account": "Long story"}
        return base | facts

    def test_saves(self, client, failure):
        answer = client.post(page_of(failure, "edit"), self.typed(failure))
        assert answer.status_code == 303
        assert Failure.objects.get(pk=failure.pk).title == TYPED

    @pytest.mark.parametrize(
        "facts", [{"safety": "9"}, {"mode_id": "123456"}, {"version": "0"}, {"version": ""}]
    )
    def test_keeps_what_was_typed_when_refused(self, client, failure, facts):
        answer = client.post(page_of(failure, "edit"), self.typed(failure, **facts))
        refused(answer, TYPED, "Long story")


class TestItem:
    def test_a_blank_note_is_sent_back(self, client, failure):
        item = make_item(failure)
        assert client.post(f"/items/{item.pk}/note/", {"words": " "}).status_code == 422
        assert client.post(f"/items/{item.pk}/note/", {"words": TYPED}).status_code == 303
        assert Note.objects.get().words == TYPED

    def test_handing_over_keeps_the_words_without_a_desk(self, client, failure):
        item = make_item(failure)
        refused(client.post(f"/items/{item.pk}/hand-over/", {"words": TYPED}), TYPED)
        other = make_department()
        typed = {"words": TYPED, "department": other.pk}
        assert client.post(f"/items/{item.pk}/hand-over/", typed).status_code == 303
        assert WorkItem.objects.get(pk=item.pk).department == other

    def test_is_taken_and_given_back(self, client, failure, lead):
        item = make_item(failure)
        client.post(f"/items/{item.pk}/take/")
        assert WorkItem.objects.get(pk=item.pk).owner == lead
        client.post(f"/items/{item.pk}/take/", {"give_back": "1"})
        assert WorkItem.objects.get(pk=item.pk).owner is None

    @pytest.mark.parametrize("verb", ["note", "hand-over", "take"])
    def test_of_another_desk_does_not_exist(self, client, verb):
        item = make_item()
        assert client.post(f"/items/{item.pk}/{verb}/", {"words": "x"}).status_code == 404


@pytest.mark.usefixtures("no_time_passes")
def test_the_page_asks_as_often_for_two_cases_as_for_ten():
    desk = make_desk()
    client = client_of(desk.handler)
    failure = make_case(desk).failure

    def add(numbers):
        for number in numbers:
            case = make_case(
                desk, failure=failure, customer=make_customer(f"Customer {number}")
            )
            for minute in range(3):
                record(
                    stream=f"customer:{case.pk}", verb="case.assessed", at=NOON,
                    actor_id=desk.handler.pk, failure_id=failure.pk, item_id=case.pk,
                    public={"minute": minute},
                )  # fmt: skip

    def queries():
        client.get(page_of(failure))
        with CaptureQueriesContext(connection) as found:
            assert client.get(page_of(failure)).status_code == 200
        return len(found)

    add(range(1))
    few = queries()
    add(range(1, 9))
    assert queries() == few <= 40
