"""Asked by rule, answered by a secret address; the answer confirms, reopens or says nothing."""

from datetime import timedelta

import pytest
from django.core import mail

from cases import services
from cases.models import Contact, Survey
from cases.policy.surveys import Meaning, meaning_of
from cases.selectors import touches_of
from cases.selectors.surveys import survey_behind, survey_token
from cases.services import surveys
from cases.states import CaseState
from recovery.escalation.models import Task
from recovery.escalation.services import open_task
from recovery.escalation.states import TaskKind
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict
from recovery.messages.models import Message
from recovery.messages.services import deliver
from tests.cases.casting import make_case, make_customer
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HALF = NOON + 12 * timedelta(hours=1)


@pytest.fixture
def case(desk):
    return make_case(desk, customer=make_customer("Amara Boateng", email="a@example.org"))


def put_right(case, desk):
    given = {"case_id": case.pk, "actor": desk.handler, "now": NOON}
    services.acknowledge(words="We know.", channel="phone", **given)
    services.assess(**given)
    services.give_remedy(
        kind="apology", line="goodwill", amount_minor=0, words="Said sorry",
        evidence="by phone", completes=True, **given,
    )  # fmt: skip


def asked(case, desk):
    """As a rule does it: the task it opens is done by sending the survey."""
    open_task(
        item_id=case.pk, kind=TaskKind.SURVEY, words="Ask how we did", due_at=NOON + 5 * DAY,
        actor=desk.handler, now=NOON,
    )  # fmt: skip
    pump(NOON)
    return Survey.objects.filter(case=case).last()


def state_of(case):
    case.item.refresh_from_db()
    return case.item.state


def answer(survey, rating, **facts):
    surveys.rate(survey_id=survey.pk, rating=rating, now=HALF)
    return surveys.answer(survey_id=survey.pk, **({"fives": {}} | facts), now=HALF)


@pytest.mark.parametrize(
    ("solved", "rating", "meaning"),
    [
        ("yes", 5, Meaning.CONFIRMS),
        ("yes", 2, Meaning.REOPENS),
        ("partly", 5, Meaning.REOPENS),
        ("no", 4, Meaning.REOPENS),
        ("", 1, Meaning.REOPENS),
        ("", 5, Meaning.SAYS_NOTHING),
    ],
)
def test_only_solved_without_a_low_rating_confirms(solved, rating, meaning):
    assert meaning_of(solved, rating) is meaning


class TestAsking:
    def test_the_task_of_a_rule_sends_it_and_is_done(self, case, desk):
        survey = asked(case, desk)
        assert Task.objects.get().state == "done"
        deliver(NOON + MINUTE)
        (letter,) = mail.outbox
        assert f"/q/{survey_token(survey.pk)}/?rating=5" in letter.body
        assert touches_of(case.pk)[0].automatic, "no acknowledgement, no try, no word of ours"

    def test_who_wants_no_surveys_is_not_asked(self, case, desk):
        case.customer.no_surveys = True
        case.customer.save()
        assert asked(case, desk) is None
        assert Task.objects.get().state == "cancelled"

    @pytest.mark.parametrize(("priority", "state"), [(2, "open"), (3, "cancelled")])
    def test_without_an_address_only_what_was_serious_is_left_to_call(
        self, desk, priority, state
    ):
        case = make_case(desk, customer=make_customer(), priority=priority)
        assert asked(case, desk) is None
        assert Task.objects.get().state == state

    def test_once_a_round(self, case, desk):
        asked(case, desk)
        Task.objects.all().update(words="done before")
        asked(case, desk)
        assert Survey.objects.count() == 1


class TestAnswering:
    def test_the_first_click_is_kept_and_a_later_one_counts(self, case, desk):
        survey = asked(case, desk)
        surveys.rate(survey_id=survey.pk, rating=2, now=HALF)
        surveys.rate(survey_id=survey.pk, rating=4, now=HALF + MINUTE)
        survey.refresh_from_db()
        assert (survey.first_rating, survey.first_rated_at, survey.rating) == (2, HALF, 4)

    def test_solved_is_the_customer_s_own_word(self, case, desk):
        put_right(case, desk)
        answer(asked(case, desk), 5, solved="yes", words="All good.")
        assert state_of(case) == CaseState.RECOVERED

    def test_partly_takes_it_up_again_and_the_owner_hears(self, case, desk):
        put_right(case, desk)
        answer(asked(case, desk), 4, solved="partly", words="The strap is still torn.")
        assert state_of(case) == CaseState.REJECTED
        assert Message.objects.filter(kind="case.not_solved", recipient=desk.handler).exists()

    def test_a_low_rating_on_an_open_case_is_told_to_the_desk(self, case, desk):
        answer(asked(case, desk), 1)
        assert state_of(case) == CaseState.RECEIVED
        assert Message.objects.filter(kind="case.rated_low", recipient=desk.lead).exists()

    def test_what_the_law_owes_keeps_it_open_and_the_answer_too(self, case, desk):
        put_right(case, desk)
        services.offer_remedy(
            case_id=case.pk, line="entitlement", kind="payment", amount_minor=25_000,
            words="Article 7", actor=desk.handler, now=NOON,
        )  # fmt: skip
        survey = answer(asked(case, desk), 5, solved="yes")
        assert state_of(case) != CaseState.RECOVERED
        assert survey.answered_at == HALF

    def test_refuses_a_second_answer(self, case, desk):
        survey = asked(case, desk)
        answer(survey, 4)
        with pytest.raises(Conflict, match="answered already"):
            answer(survey, 5)

    def test_its_words_are_in_no_event(self, case, desk):
        answer(asked(case, desk), 4, words="My aunt Esi was there")
        assert "Esi" not in repr(list(Event.objects.values("public", "private")))


class TestAddress:
    def test_opens_nothing_forged_or_closed(self, case, desk, settings):
        survey = asked(case, desk)
        token = survey_token(survey.pk)
        assert survey_behind(token, NOON).id == survey.pk
        assert survey_behind(token[:-1] + ("A" if token[-1] != "A" else "B"), NOON) is None
        assert survey_behind(token, NOON + 31 * DAY) is None
        settings.SECRET_KEY = "another"
        assert survey_behind(token, NOON) is None

    def test_is_answered_without_script_or_login(self, case, desk, client):
        survey = asked(case, desk)
        Survey.objects.update(open_until=NOON + 40_000 * DAY)
        url = f"/q/{survey_token(survey.pk)}/"
        assert "How well did we put it right?" in client.get(f"{url}?rating=4").content.decode()
        assert Survey.objects.get().first_rating is None, "opening a link is no answer"
        assert client.post(f"{url}rate/", {}).status_code == 422
        page = client.post(f"{url}rate/", {"rating": 4}, follow=True).content.decode()
        assert "You said 4 of 5." in page
        sent = {"solved": "yes", "outcome": "5", "recommend": "9", "words": "Thanks"}
        assert (
            "Thank you for your answer"
            in client.post(f"{url}answer/", sent, follow=True).content.decode()
        )
        found = Survey.objects.get()
        assert (found.solved, found.outcome, found.recommend) == ("yes", 5, 9)

    def test_a_colleague_cannot_answer_in_the_customer_s_name(self, case, desk, agent):
        survey = asked(case, desk)
        Survey.objects.update(open_until=NOON + 40_000 * DAY)
        answer = agent.post(f"/q/{survey_token(survey.pk)}/rate/", {"rating": 5})
        assert answer.status_code == 403
        assert Survey.objects.get().first_rating is None


class TestGuess:
    def test_is_kept_beside_and_only_before_the_click(self, case, desk, agent):
        survey = asked(case, desk)
        url = f"/cases/{item_reference('customer', case.pk)}/guess/?survey={survey.pk}"
        assert agent.get(url).status_code == 200
        agent.post(url, {"rating": 4, "survey": survey.pk})
        assert survey.guess.rating == 4
        surveys.rate(survey_id=survey.pk, rating=1, now=HALF)
        with pytest.raises(Conflict, match="has answered"):
            surveys.guess(survey_id=survey.pk, rating=5, actor=desk.handler, now=HALF)

    def test_a_bounced_survey_changes_nothing_but_itself(self, case, desk):
        put_right(case, desk)
        survey = asked(case, desk)
        services.letter_undelivered(message_id=survey.contact.letter_id, now=HALF)
        assert state_of(case) == CaseState.REMEDIED
        assert not Contact.objects.get(survey=survey).delivered
