"""Logging a failure in the browser: three fields; whatever is typed is never lost."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Complaint, Customer, CustomerCase
from recovery.coordination.services import CustomerFacts, report_failures
from recovery.failures.models import Failure, Track
from recovery.failures.selectors import reference_of
from recovery.intake.forms.log import LogForm, called, person_from
from recovery.kernel.snapshots import forget_all
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.coordination.reporting import a_report, a_silent_report, make_desk
from tests.factories import make_mode, make_person

WORDS = "Flight to Lisbon cancelled at the gate, nobody told us why."
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def ines(desk):
    client = Client()
    client.force_login(make_person(Role.FRONTLINE, desk, name="Ines Moreau"))
    return client


def typed(**given):
    return {"key": KEY, "what_happened": WORDS, "who": "one", "people": "", "bad": "2",
            "channel": "in_person"} | given  # fmt: skip


def post(client, **given):
    return client.post("/log/", typed(**given))


def logged(client, **given):
    response = post(client, **given)
    assert response.status_code == 303, response.context["form"].errors
    return Failure.objects.latest("pk")


def known(**facts):
    return report_failures([a_report(**facts)], actor=system_person(), now=timezone.now())[0]


def test_three_fields_suffice(ines, desk):
    failure = logged(ines)
    case = CustomerCase.objects.get()
    assert (failure.owning_department, failure.experience, failure.priority) == (desk, 2, 4)
    assert (case.customer, case.complained, case.item.state) == (None, True, "received")
    assert Complaint.objects.get().words == WORDS


@pytest.mark.parametrize(
    ("given", "cases", "complaints", "affected", "track"),
    [
        ({"who": "one"}, 1, 1, 1, "waiting"),
        ({"who": "one", "people": "Rui Tavares"}, 1, 1, 1, "waiting"),
        ({"who": "several"}, 0, 0, 2, "waiting"),
        ({"who": "several", "affected": "31"}, 0, 0, 31, "waiting"),
        ({"who": "several", "people": "Rui\nAna\nRui"}, 3, 1, 3, "waiting"),
        ({"who": "nobody"}, 0, 0, 0, "not_required"),
        ({"who": "nobody", "people": "RT5K2M"}, 1, 0, 1, "waiting"),
        ({"who": "colleague", "people": "Jonas"}, 0, 0, 0, "not_required"),
    ],
)
def test_who_is_affected_decides_what_is_opened(
    ines, given, cases, complaints, affected, track
):
    failure = logged(ines, **given)
    assert CustomerCase.objects.count() == cases
    assert Complaint.objects.count() == complaints
    assert failure.affected_count == affected
    assert Track.objects.get(failure=failure, kind="customer").state == track


def test_a_colleague_is_offered_care_and_is_no_customer(ines):
    failure = logged(ines, who="colleague", people="Jonas", bad="1")
    assert failure.flags == ["staff_affected"]
    assert not Customer.objects.exists()
    assert Track.objects.get(failure=failure, kind="employee").state == "waiting"


@pytest.mark.parametrize(
    ("bad", "given", "priority", "safety"),
    [("1", {}, 4, 0), ("3", {}, 3, 0), ("4", {}, 2, 4), ("1", {"at_risk": "on"}, 1, 0)],
)
def test_how_bad_it_is_decides_how_urgent(ines, bad, given, priority, safety):
    failure = logged(ines, bad=bad, **given)
    assert (failure.priority, failure.safety) == (priority, safety)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Rui Tavares", {"name": "Rui Tavares"}),
        ("Rui, rui@example.org", {"name": "Rui", "email": "rui@example.org"}),
        ("+351 912 345 678", {"phone": "+351 912 345 678"}),
        ("Rui +351 912 345 678; rui@x.pt", {"name": "Rui", "phone": "+351 912 345 678", "email": "rui@x.pt"}),
        ("RT5K2M", {"source": "bookings", "external_id": "RT5K2M"}),
        ("Seat 14C", {"name": "Seat 14C"}),
        ("1" * 60, {"name": "1" * 60}),
        ("1 " * 30, {"name": "1 " * 29 + "1"}),
    ],
)  # fmt: skip
def test_reads_a_person_from_a_line(line, found):
    facts = person_from(line)
    assert facts == CustomerFacts(**found)


def test_calls_a_person_what_was_typed_first():
    assert called("\n RT5K2M\nAna") == "RT5K2M"
    assert called("") == ""


def test_a_double_click_logs_once(ines):
    first, second = post(ines), post(ines)
    assert first.url == second.url
    assert Failure.objects.count() == 1


def test_words_changed_after_all_are_not_taken_for_a_double_click(ines):
    post(ines)
    logged(ines, what_happened="Something else altogether.")
    assert Failure.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 5000, "../../", "<b>"])
def test_a_lost_key_is_no_obstacle(ines, key):
    assert logged(ines, key=key)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what_happened": ""}, "what_happened"),
        ({"what_happened": "   "}, "what_happened"),
        ({"what_happened": "x" * 20_001}, "what_happened"),
        ({"what_happened": "nul\x00l"}, "what_happened"),
        ({"who": "everybody"}, "who"),
        ({"bad": ""}, "bad"),
        ({"bad": "9"}, "bad"),
        ({"people": "\n".join(["Rui"] * 501)}, "people"),
        ({"people": "x" * 300}, "people"),
        ({"people": "Rui\x00"}, "people"),
        ({"channel": "pigeon"}, "channel"),
        ({"mode": "99999999999999999999"}, "mode"),
        ({"department": "x"}, "department"),
        ({"service_reference": "x" * 81}, "service_reference"),
        ({"occurred": "2199-01-01T10:00"}, "occurred"),
        ({"occurred": "0001-01-01T00:00"}, "occurred"),
        ({"occurred": "yesterday"}, "occurred"),
        ({"affected": "-3"}, "affected"),
        ({"affected": "9" * 40}, "affected"),
    ],
)
def test_wrong_input_is_said_beside_its_field_and_nothing_is_lost(ines, given, field):
    response = post(ines, wished_outcome="An apology & a call", hostile="on", **given)
    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert not Failure.objects.exists()
    page = response.content.decode()
    assert "An apology &amp; a call" in page
    assert f'id="id_{field}_error"' in page
    assert form["key"].value() == KEY


def test_html_is_words(ines):
    failure = logged(ines, what_happened="<script>alert(1)</script>", people="<b>Rui</b>")
    page = ines.get(f"/failures/{reference_of(failure.pk)}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>Rui" not in page


def test_ten_megabytes_are_refused_in_plain_words(ines):
    response = post(ines, what_happened="x" * 10_000_000)
    assert response.status_code == 413
    assert "up to 1 MB" in response.content.decode()


def test_finds_what_says_the_same_and_the_same_service(ines):
    mode = make_mode("Cancelled at the gate")
    same_words = known(what_happened=WORDS, mode_id=mode.pk)
    same_flight = known(what_happened="Rain.", service_reference="HA 418")
    found = ines.post("/log/alike/", {
        "what_happened": "flight to lisbon cancelled at the gate", "service_reference": "ha 418",
        "people": "Rui Tavares",
    }).content.decode()  # fmt: skip
    assert found.index(same_flight.reference) < found.index(same_words.reference)
    assert "Add Rui Tavares to it" in found


def test_what_is_closed_or_unlike_is_not_suggested(ines):
    known(what_happened="The seat was wet.")
    report_failures(
        [a_silent_report(what_happened=WORDS, customers=(), no_reach="caught")],
        actor=system_person(), now=timezone.now(),
    )  # fmt: skip
    assert "dup" not in ines.post("/log/alike/", {"what_happened": WORDS}).content.decode()


@pytest.mark.parametrize("words", ["", "\x00", "%_\\'\"", "x" * 50_000])
def test_looking_never_fails(ines, words):
    sent = {"what_happened": words, "service_reference": words, "people": words}
    assert ines.post("/log/alike/", sent).status_code == 200


def test_words_that_suggest_a_risk_are_named(ines):
    found = ines.post("/log/alike/", {"what_happened": "Her insulin is in the bag"})
    assert "insulin" in found.content.decode()
    assert (
        "data-risk" not in ines.post("/log/alike/", {"what_happened": "Late"}).content.decode()
    )


def test_adds_this_customer_to_a_known_failure(ines):
    first = known(what_happened=WORDS)
    response = post(ines, people="Ana Sousa", same_as=first.reference)
    assert response.url == f"/failures/{first.reference}/"
    assert Failure.objects.count() == 1
    assert CustomerCase.objects.filter(failure_id=first.failure_id).count() == 2
    assert Complaint.objects.latest("pk").words == WORDS


def test_adding_twice_by_a_double_click_adds_once(ines):
    first = known(what_happened=WORDS)
    for _ in range(2):
        assert post(ines, same_as=first.reference).status_code == 303
    assert CustomerCase.objects.filter(failure_id=first.failure_id).count() == 2


@pytest.mark.parametrize("same_as", ["F-00000", "<b>", "C-7K3Q9X", "F-ZZZZZZ"])
def test_adding_to_what_is_not_there_loses_nothing(ines, same_as):
    response = post(ines, same_as=same_as)
    assert response.status_code == 422
    assert WORDS in response.content.decode()


def test_adding_nobody_says_what_is_missing(ines):
    first = known(what_happened=WORDS)
    response = post(ines, who="nobody", same_as=first.reference)
    assert list(response.context["form"].errors) == ["people"]


def test_a_time_a_little_ahead_is_now(ines):
    soon = timezone.now() + timedelta(minutes=3)
    failure = logged(ines, occurred=soon.strftime("%Y-%m-%dT%H:%M"))
    assert failure.occurred_at <= timezone.now()


def test_only_who_may_report_sees_the_page(desk):
    client = Client()
    client.force_login(make_person(Role.AUDITOR, desk))
    assert client.get("/log/").status_code == 403
    assert client.post("/log/alike/", {}).status_code == 403


def test_each_page_asks_the_database_little(ines, django_assert_num_queries):
    make_mode("Cancelled at the gate")
    known(what_happened=WORDS, service_reference="HA 418")
    ines.get("/log/")
    forget_all()  # the departments are read anew, however slow the machine
    with django_assert_num_queries(7):
        ines.get("/log/")
    forget_all()
    with django_assert_num_queries(11):
        ines.post("/log/alike/", {"what_happened": WORDS, "service_reference": "HA 418"})


def test_the_form_brings_a_key_of_its_own_each_time(ines):
    keys = {re.search(r'name="key" value="([0-9a-f]{32})"', ines.get("/log/").content.decode())[1]
            for _ in range(2)}  # fmt: skip
    assert len(keys) == 2
    assert LogForm(modes=[], desks=[])["key"].value() is None
