"""The list of failures and search: filters, paging, words, references."""

from datetime import timedelta

import pytest
from django.test import Client

from recovery.console.selectors import FailureFilters, failures_page
from recovery.console.selectors import failures as pages
from recovery.failures.models import Failure, SearchDoc
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import Whole
from recovery.org.roles import Role
from tests.factories import (
    NOON,
    make_department,
    make_failure,
    make_item,
    make_mode,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client()
    client.force_login(make_person(Role.FRONTLINE))
    return client


def worded(words, **facts):
    failure = make_failure(title=words[:160], **facts)
    SearchDoc.objects.filter(pk=failure.pk).update(words=words)
    return failure


def shown(**filters):
    return list(failures_page(FailureFilters(**filters), before=None).failures)


class TestFilters:
    def test_open_closed_and_all_leave_out_what_is_in_no_count_only_when_asked(self):
        made = {
            status: make_failure(status=status)
            for status in (
                Whole.OPEN,
                Whole.REOPENED,
                Whole.RECOVERED,
                Whole.MERGED,
                Whole.VOID,
            )
        }
        assert set(shown(status="open")) == {made[Whole.OPEN], made[Whole.REOPENED]}
        assert shown(status="closed") == [made[Whole.RECOVERED]]
        assert shown(status="void") == [made[Whole.VOID]]
        assert set(shown(status="all")) >= set(made.values())

    def test_narrow_by_each_fact(self):
        mode = make_mode()
        other = make_failure(at=NOON - timedelta(days=9))
        found = make_failure(mode=mode, category=mode.category, priority=1)
        for filters in (
            {"mode_id": mode.pk},
            {"category_id": mode.category_id},
            {"priority": 1},
            {"department_id": found.owning_department_id},
            {"since": NOON},
        ):
            assert shown(**filters) == [found]
        assert shown(until=NOON) == [other]

    @pytest.mark.parametrize(
        "query",
        [
            "status=blue", "priority=99999999999999999", "priority=-1", "department=x",
            "category=%00", "mode=²", "since=2026-02-31", "since=yesterday", "since=0001-01-01",
            "until=9999-12-31", "before=99999999999999999", "before=x", "q=%00", "q=%27%22%3A%2A",
            "q=" + "a" * 5000, "q=" + "+".join("abcdefghijklmnopq"), "q=%F0%9F%98%80", "status=&q=",
            "q=a%26b%7C%21c", "q=%5C",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/failures/", "/search/"])
    def test_nonsense_never_fails(self, client, path, query):
        make_failure()
        assert client.get(f"{path}?{query}", follow=True).status_code == 200


class TestPaging:
    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_loses_nothing_and_doubles_nothing(self, monkeypatch, size):
        monkeypatch.setattr(pages, "PAGE", size)
        made = [make_failure().pk for _ in range(5)]
        found, before = [], None
        while True:
            page = failures_page(FailureFilters(), before=before)
            found += [each.pk for each in page.failures]
            before = page.after
            if before is None:
                break
        assert found == sorted(made, reverse=True)

    def test_as_many_queries_for_one_row_as_for_twenty(
        self, client, django_assert_max_num_queries
    ):
        make_failure()
        client.get("/failures/")
        with django_assert_max_num_queries(20) as one:
            client.get("/failures/")
        needed = len(one)
        desk, person = make_department(), make_person()
        for _ in range(19):
            make_failure(department=desk, reported_by=person)
        client.get("/failures/")
        with django_assert_max_num_queries(needed):
            client.get("/failures/")


class TestSearch:
    @pytest.mark.parametrize(
        "words", ["bag", "BAG", "ba", "left bag", "  bag   le ", "bag-left"]
    )
    def test_finds_all_words_each_from_its_beginning(self, words):
        found = worded("Bag left behind HA418")
        worded("Crew late")
        assert shown(words=words, status="all") == [found]

    @pytest.mark.parametrize("words", ["ag", "bag crew", "&", "!!", "' OR 1=1"])
    def test_finds_nothing_else(self, words):
        worded("Bag left behind")
        assert shown(words=words, status="all") == []

    def test_finds_other_alphabets(self):
        found = worded("Koffer fehlt, größer als erlaubt")
        assert shown(words="größ", status="all") == [found]

    def test_a_search_looks_at_ended_ones_too(self, client):
        failure = worded("Bag left behind", status=Whole.RECOVERED)
        assert reference_of(failure.pk) in client.get("/search/?q=bag").content.decode()

    @pytest.mark.parametrize("typed", ["{}", " {} ", "{} ", "\t{}"])
    @pytest.mark.parametrize("lower", [True, False])
    def test_a_reference_leads_to_its_record(self, client, typed, lower):
        failure = make_failure(pk=7)
        reference = reference_of(failure.pk)
        said = typed.format(reference.lower() if lower else reference)
        answer = client.get("/search/", {"q": said})
        assert answer.status_code == 302
        assert answer.url == f"/failures/{reference}/"

    def test_without_its_hyphen_too(self, client):
        pk = next(n for n in range(1, 99) if any(x.isdigit() for x in reference_of(n)))
        reference = reference_of(make_failure(pk=pk).pk)
        answer = client.get("/search/", {"q": reference.replace("-", "")})
        assert answer.url == f"/failures/{reference}/"

    def test_a_reference_of_a_case_leads_to_the_case(self, client):
        item = make_item()
        reference = item_reference("customer", item.pk)
        assert client.get("/search/", {"q": reference}).url == f"/cases/{reference}/"

    def test_a_word_that_passes_the_check_by_chance_is_searched(self, client):
        failure = worded("Catering missing")
        answer = client.get("/search/", {"q": "catering"})
        assert answer.status_code == 200
        assert reference_of(failure.pk) in answer.content.decode()

    def test_says_when_there_may_be_more(self, monkeypatch):
        monkeypatch.setattr(pages, "SEARCHED", 2)
        for _ in range(3):
            worded("Bag left behind")
        page = failures_page(FailureFilters(words="bag"), before=None)
        assert page.capped
        assert [each.pk for each in page.failures] == sorted(
            Failure.objects.values_list("pk", flat=True), reverse=True
        )[:2]
