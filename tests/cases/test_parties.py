"""People on a case beside its customer, and who of them may be told and paid."""

from datetime import date, timedelta

import pytest

from cases import services
from cases.models import Party
from cases.policy.mandates import may_act
from recovery.events.models import Event
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from tests.cases.casting import make_desk
from tests.cases.paging import url_of
from tests.factories import NOON

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("role", "mandate", "until", "may"),
    [
        ("contact", "", None, False),
        ("representative", "Signed letter", None, True),
        ("firm", "Assignment", TODAY, True),
        ("firm", "Assignment", TODAY - timedelta(days=1), False),
        ("payee", "", None, False),
        ("guardian", "", None, True),
        ("interpreter", "", None, True),
    ],
)
def test_only_a_mandate_that_holds_lets_others_act(role, mandate, until, may):
    assert may_act(role, mandate=mandate, valid_until=until, today=TODAY) is may


def add(case, actor, **facts):
    facts = {"role": "contact", "name": "Ama Osei"} | facts
    return services.add_party(case_id=case.pk, actor=actor, now=NOON, **facts)


@pytest.mark.django_db
class TestOnACase:
    def test_before_anything_is_told_who_has_no_mandate_is_named(self, case, desk, agent):
        add(case, desk.handler)
        said = agent.get(url_of(case, "acknowledge")).content.decode()
        assert "Ama Osei (Contact)" in said
        assert "no money until there is one" in said
        assert "no money until there is one" not in agent.get(url_of(case)).content.decode()

    def test_names_and_mandates_are_not_in_the_log(self, case, desk):
        add(case, desk.handler, mandate="Letter of 3 May")
        event = Event.objects.get(verb="case.party_added")
        assert event.public.keys() == {"state", "party", "role"}

    def test_taken_off_once_and_only_by_who_works_the_case(self, case, desk):
        party = add(case, desk.handler)
        with pytest.raises(NotFound):
            services.end_party(party_id=party.pk, actor=make_desk().handler, now=NOON)
        services.end_party(party_id=party.pk, actor=desk.handler, now=NOON)
        with pytest.raises(Conflict):
            services.end_party(party_id=party.pk, actor=desk.handler, now=NOON)

    def test_a_mandate_that_is_over_or_not_there_does_not_end(self, case, desk):
        for facts in ({}, {"mandate": "Letter", "valid_until": TODAY - timedelta(days=1)}):
            with pytest.raises(Invalid) as refused:
                add(case, desk.handler, **({"valid_until": TODAY} | facts))
            assert refused.value.field == "valid_until"
        assert not Party.objects.exists()
