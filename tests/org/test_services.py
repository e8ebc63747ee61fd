"""What verbs on people, departments and keys leave behind: the log, and what others see at once."""

from datetime import timedelta

import pytest

from recovery.events.models import Event
from recovery.org.models import ApiKey, AuthorityLimit, Membership
from recovery.org.roles import Permission, Role
from recovery.org.selectors import (
    authority_limits,
    can,
    departments,
    find_api_key,
    forget_snapshots,
    grants,
    leads_of,
    people_with,
    system_person,
    upper_leads_of,
)
from recovery.org.services import (
    add_department,
    add_person,
    create_api_key,
    grant_role,
    revoke_api_key,
)
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


def said(verb):
    return list(Event.objects.filter(verb=verb).values_list("actor_id", "public"))


class TestDepartments:
    def test_are_seen_at_once_and_written_down(self, admin):
        departments()
        made = add_department(name="Gate", slug="gate", actor=admin, now=NOON)
        assert departments()[made.pk].name == "Gate"
        assert made.path == [made.pk]
        assert said("department.added") == [(admin.pk, {"slug": "gate"})]

    def test_below_another_are_in_its_reach(self, admin):
        above = make_department()
        made = add_department(name="Gate", slug="gate", parent=above, actor=admin, now=NOON)
        assert can(make_person(Role.LEAD, above), Permission.CASE_WORK, made.pk)


class TestPeople:
    def test_are_written_down(self, admin):
        add_person(email="a@example.org", name="Ana", actor=admin, now=NOON)
        assert [actor for actor, _ in said("person.added")] == [admin.pk]

    def test_get_a_role_once(self, admin):
        person, desk = make_person(), make_department()
        given = {"person": person, "department": desk, "role": Role.LEAD, "is_lead": True}
        first = grant_role(**given, actor=admin, now=NOON)
        assert grant_role(**given, actor=admin, now=NOON + DAY) == first
        assert (first.since, first.is_lead) == (NOON, True)
        known = {"role": "lead", "department": desk.pk, "lead": True}
        assert said("role.granted") == [(admin.pk, known)]

    def test_may_anywhere_what_they_may_somewhere(self):
        lead = make_person(Role.LEAD)
        assert can(lead, Permission.WAIVER_APPROVE)
        assert not can(make_person(Role.FRONTLINE), Permission.WAIVER_APPROVE)

    def test_lead_where_they_are_said_to_only(self):
        desk, other = make_department(), make_department()
        lead = make_person(Role.LEAD, desk, lead=True)
        Membership.objects.create(person=lead, department=other, role=Role.LEAD, since=NOON)
        assert (grants(lead).homes, grants(lead).leads) == ({desk.pk, other.pk}, {desk.pk})

    def test_who_may_elsewhere_and_works_here_may_not_here(self):
        here, elsewhere = make_department(), make_department()
        person = make_person(Role.LEAD, elsewhere)
        Membership.objects.create(
            person=person, department=here, role=Role.FRONTLINE, since=NOON
        )
        assert people_with(Permission.WAIVER_APPROVE, elsewhere.pk) == [person]
        assert people_with(Permission.WAIVER_APPROVE, here.pk) == []

    def test_who_has_left_is_asked_nothing(self):
        desk = make_department()
        person = make_person(Role.LEAD, desk, lead=True)
        assert leads_of(desk.pk) == people_with(Permission.WAIVER_APPROVE) == [person]
        Membership.objects.filter(person=person).update(until=NOON)
        assert leads_of(desk.pk) == people_with(Permission.WAIVER_APPROVE) == []
        Membership.objects.filter(person=person).update(until=None)
        type(person).objects.filter(pk=person.pk).update(is_active=False)
        assert leads_of(desk.pk) == people_with(Permission.WAIVER_APPROVE) == []
        assert leads_of(None) == upper_leads_of(None) == []


def amounts(person, now):
    return {scope: card.amount_minor for scope, card in authority_limits(person, now).items()}


class TestLimits:
    def test_hold_from_their_first_day_until_before_their_last(self):
        person = make_person(Role.LEAD)
        AuthorityLimit.objects.create(
            person=person, scope="case", amount_minor=700, valid_from=NOON,
            valid_to=NOON + DAY,
        )  # fmt: skip
        for now, found in (
            (NOON - DAY, {}), (NOON, {"case": 700}), (NOON + DAY, {}),
        ):  # fmt: skip
            assert amounts(person, now) == found

    def test_of_several_roles_the_best_counts_and_of_others_none(self):
        person = make_person(Role.LEAD)
        for role, amount in ((Role.LEAD, 500), (Role.HANDLER, 300), (Role.MANAGER, 9_000)):
            AuthorityLimit.objects.create(
                role=role, scope="case", amount_minor=amount, valid_from=NOON
            )
        AuthorityLimit.objects.create(
            person=make_person(), scope="case", amount_minor=8_000, valid_from=NOON
        )
        assert amounts(person, NOON) == {"case": 500}


class TestKeys:
    def test_are_written_down_when_made_and_once_when_revoked(self, admin):
        raw = create_api_key(name=" site ", scopes=["failures:read"] * 2, actor=admin, now=NOON)
        key = ApiKey.objects.get()
        assert (key.name, key.scopes, key.expires_at) == ("site", ["failures:read"], None)
        assert said("api_key.created") == [
            (admin.pk, {"key": key.pk, "scopes": ["failures:read"]})
        ]
        assert find_api_key(raw).key_id == key.pk
        for days in (1, 2):
            revoke_api_key(key_id=key.pk, actor=admin, now=NOON + days * DAY)
        key.refresh_from_db()
        assert key.revoked_at == NOON + DAY
        assert said("api_key.revoked") == [(admin.pk, {"key": key.pk})]
        assert find_api_key(raw) is None

    def test_revoking_one_leaves_the_others(self, admin):
        raw = create_api_key(name="site", scopes=["failures:read"], actor=admin, now=NOON)
        other = create_api_key(name="shop", scopes=["failures:read"], actor=admin, now=NOON)
        revoke_api_key(key_id=ApiKey.objects.get(name="site").pk, actor=admin, now=NOON)
        assert (find_api_key(raw), bool(find_api_key(other))) == (None, True)

    def test_of_who_is_no_longer_active_open_nothing(self, admin):
        raw = create_api_key(name="site", scopes=["failures:read"], actor=admin, now=NOON)
        service = ApiKey.objects.get().person
        type(service).objects.filter(pk=service.pk).update(is_active=False)
        forget_snapshots()
        assert find_api_key(raw) is None
        assert not people_with(Permission.FAILURE_REPORT)
        assert system_person().kind == "system"
