"""A machine's words answer nobody: they meet, pause and end no clock of any kind."""

import pytest

from cases import services as cases
from cases.states import ContactMark
from recovery.clocks import services
from recovery.clocks.models import Clock, ClockEvent, Standard
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind
from tests.cases.casting import make_case, make_desk
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


def reply(case, desk, *, automatic):
    cases.log_contact(
        case_id=case.pk, direction="out", channel="email", words="We have your message.",
        mark=ContactMark.AUTOMATIC if automatic else None, actor=desk.handler, now=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("complained", [True, False])
def test_an_automatic_reply_leaves_every_clock_as_it_was(desk, complained):
    case = make_case(desk, complained=complained)
    law = Standard.objects.create(
        key="law", name="Answer", words="x", legal=True, clock_kind=ClockKind.REGULATORY
    )
    law.versions.create(number=1, effective=(None, None), targets=dict.fromkeys("1234", 86400))
    catalogue.forget()
    services.start_regulatory(
        item_id=case.pk, standard_id=law.pk, from_at=NOON, actor_id=desk.handler.pk
    )
    before = list(Clock.objects.order_by("pk").values())
    entries = ClockEvent.objects.count()
    reply(case, desk, automatic=True)
    assert list(Clock.objects.order_by("pk").values()) == before
    assert ClockEvent.objects.count() == entries


def test_a_person_s_words_answer_a_later_complaint(desk):
    case = make_case(desk)
    by = {"actor": desk.handler, "now": NOON}
    cases.acknowledge(case_id=case.pk, words="We have it.", channel="email", **by)
    services.start(
        item_id=case.pk, kind=ClockKind.ACKNOWLEDGE, at=NOON, actor_id=desk.handler.pk
    )
    reply(case, desk, automatic=True)
    live = Clock.objects.filter(kind=ClockKind.ACKNOWLEDGE, state="running")
    assert live.count() == 1
    reply(case, desk, automatic=False)
    assert live.count() == 0
