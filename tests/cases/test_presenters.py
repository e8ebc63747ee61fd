"""What the pages say of a case in each state, and how its history reads."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from cases import services
from cases.models import CustomerCase
from cases.presenters.actions import WORDS
from cases.presenters.model import model_of
from cases.presenters.stages import ENDS, NEXT
from cases.presenters.timeline import SENTENCES, days_of, sentence_of
from cases.selectors import case_file
from cases.states import CASE, CaseState
from cases.views.verbs import VERBS
from recovery.events.selectors import Entry
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from tests.cases.casting import make_case, make_desk, owe
from tests.factories import NOON, make_person

MINE = frozenset({
    "receive", "complaint_bounced", "outreach_bounced", "accept", "reject", "withdraw",
    "end_unconfirmed", "complain_again", "merge", "merge_ended", "question_bounced", "asking_bounced",
    "fall_back",
})  # fmt: skip


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk)


def model(case, viewer):
    return model_of(case_file(viewer, case.pk), viewer, NOON)


def at(case, state):
    ended = {"ended_at": NOON, "end": CASE.end_of(state)} if CASE.is_end(state) else {}
    CustomerCase.objects.filter(pk=case.pk).update(**ended)
    WorkItem.objects.filter(pk=case.pk).update(state=state)


@pytest.mark.parametrize("state", CaseState)
def test_every_state_has_its_page_with_one_primary_button_at_most(client, case, desk, state):
    at(case, state)
    client.force_login(desk.handler)
    page = client.get(reverse("cases:case", args=[item_reference("customer", case.pk)]))
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count('class="btn primary"') <= 1
    assert (state in NEXT) != (state in ENDS)


def test_every_verb_has_words_an_address_and_a_lifecycle_that_knows_it():
    assert VERBS.keys() == WORDS.keys()
    named = {word.move for word in WORDS.values() if word.move}
    assert named | MINE == set(CASE.verbs)


def test_everything_the_services_record_can_be_read():
    folder = Path(services.__file__).parent
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    recorded = set(re.findall(r'say\(\s*held,\s*"([a-z_.]+)"', code))
    assert len(recorded) > 25
    assert recorded <= SENTENCES.keys()


def entry(verb, **facts):
    return Entry(1, NOON, verb, actor_id=7, stream="customer:1", item_id=1, facts=facts)


@pytest.mark.django_db  # desks have names
@pytest.mark.parametrize(
    ("verb", "facts", "sentence"),
    [
        ("case.contacted", {"direction": "in", "channel": "email"},
         "Words from the customer: E-mail"),
        ("case.contacted", {"direction": "out", "channel": "phone", "delivered": False},
         "Tried in vain: Phone"),
        ("case.contacted", {"direction": "out", "channel": "web", "automatic": True},
         "Automatic message: Web"),
        ("case.contacted", {"direction": "out", "channel": "phone"},
         "Spoke to the customer: Phone"),
        ("remedy.offered", {"kind": "voucher", "amount_minor": 8000, "currency": "EUR"},
         "Offered: Voucher, €80.00"),
        ("remedy.delivered", {"kind": "apology", "amount_minor": 0}, "Given: Apology"),
        ("clock.breached", {"kind": "acknowledge"}, "Time ran out: Acknowledge"),
        ("case.handed_over", {"from": 0, "to": None},
         "Handed over from another desk to another desk"),
        ("case.something_new", {}, "Case something new"),
    ],
)  # fmt: skip
def test_history_is_said_in_sentences(verb, facts, sentence):
    assert sentence_of(entry(verb, **facts)) == sentence


def test_history_is_grouped_by_day_with_names():
    (day,) = days_of([entry("case.remedied"), entry("case.unheard_of")], {7: "Ines"})
    assert [row.who for row in day.rows] == ["Ines", "Ines"]


def test_says_who_must_decide_and_why_it_was_refused(case, desk):
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    right = owe(case, desk)
    services.ask_to_refuse_entitlement(
        remedy_id=right.pk, words="Storm", evidence="METAR", actor=desk.handler, now=NOON
    )
    seen = model(case, desk.handler)
    assert seen.next_action == "Wait for a second person’s decision"
    assert seen.remedies[0].detail == "Ines Moreau: Storm (METAR)"
    assert model(case, desk.lead).actions.primary.verb == "agree-refusal"
    services.refuse_entitlement(remedy_id=right.pk, actor=desk.lead, now=NOON)
    assert model(case, desk.handler).remedies[0].state == "Refused with reasons"


def test_the_approver_sees_the_decision_first_and_the_giver_who_asked(case, desk):
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    offer = services.offer_remedy(
        case_id=case.pk, line="goodwill", kind="voucher", amount_minor=40_000, words="Voucher",
        actor=desk.handler, now=NOON,
    )  # fmt: skip
    assert model(case, desk.lead).actions.primary.verb == "approve"
    assert model(case, desk.handler).actions.primary.verb == "assess"
    assert model(case, desk.handler).remedies[0].detail == "asked by Ines Moreau"
    services.approve_remedy(remedy_id=offer.pk, actor=desk.lead, now=NOON)
    assert model(case, desk.handler).remedies[0].detail == "approved by Marta Nunes"


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("complaint", {"words": "And now this", "channel": "web", "wish": "apology",
                       "received_at": "2026-03-01T10:00", "wished_outcome": "Tell her why"}),
        ("contact", {"direction": "out", "channel": "phone", "missed": "on"}),
        ("owe", {"kind": "payment", "amount": "250", "words": "Regulation 261"}),
        ("lost", {"words": "She wrote so"}),
    ],
)  # fmt: skip
def test_what_is_typed_reaches_the_case(client, case, desk, verb, fields):
    client.force_login(desk.handler)
    url = reverse("cases:verb", args=[item_reference("customer", case.pk), verb])
    assert client.post(url, fields).status_code == 303
    found = case_file(desk.handler, case.pk)
    assert {
        "complaint": len(found.complaints) == 2 and found.case.wished_outcome,
        "contact": [each.delivered for each in found.contacts] == [False],
        "owe": [(each.line, each.amount_minor) for each in found.remedies]
        == [("entitlement", 25_000)],
        "lost": found.case.end == "failed",
    }[verb]


def test_who_has_no_authority_is_shown_no_limit(case, desk):
    reader = make_person(Role.AUDITOR, desk.department)
    assert model(case, reader).limits == ()
    assert model(case, reader).actions.primary is None


def test_says_until_when_silence_is_waited_for(case, desk):
    at(case, CaseState.REMEDIED)
    CustomerCase.objects.update(remedied_at=NOON, remedied_by=desk.handler, evidence="V-1")
    assert (model(case, desk.handler).silent_until - NOON).days == 14
