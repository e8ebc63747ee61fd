"""Who may do what where: over whole subtrees, up to their authority, as long as it lasts."""

from datetime import date, timedelta

import pytest

from recovery.events.models import Event
from recovery.kernel.refusals import Invalid, NotAllowed
from recovery.org.models import (
    ApiKey,
    AuthorityLimit,
    CalendarException,
    Department,
    Membership,
    Person,
)
from recovery.org.roles import ROLES, Permission, Role
from recovery.org.selectors import (
    authority_limits,
    calendar_of,
    can,
    find_api_key,
    forget_snapshots,
    grants,
    leads_of,
    people_with,
    schedule_of,
    system_person,
    upper_leads_of,
)
from recovery.org.services import (
    add_department,
    add_person,
    create_api_key,
    grant_role,
    require,
    revoke_api_key,
)
from tests.factories import NOON, make_calendar, make_department, make_limit, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def tree():
    """Airline > Ground > Gate, and Airline > Cargo."""
    airline = make_department("Airline")
    ground = make_department("Ground", parent=airline)
    return airline, ground, make_department("Gate", parent=ground), make_department(
        "Cargo", parent=airline
    )  # fmt: skip


class TestReach:
    def test_goes_down_the_tree_never_up_nor_sideways(self, tree):
        airline, ground, gate, cargo = tree
        lead = make_person(Role.LEAD, ground)
        reach = grants(lead).departments_for(Permission.CASE_WORK)
        assert reach == {ground.pk, gate.pk}
        assert not can(lead, Permission.CASE_WORK, airline.pk)
        assert not can(lead, Permission.CASE_WORK, cargo.pk)

    def test_each_role_brings_its_own_permissions_to_its_own_desk(self, tree):
        _airline, _ground, gate, cargo = tree
        person = make_person(Role.HANDLER, gate)
        Membership.objects.create(person=person, department=cargo, role=Role.PROCESS_OWNER)
        assert can(person, Permission.CASE_WORK, gate.pk)
        assert not can(person, Permission.CASE_WORK, cargo.pk)
        assert can(person, Permission.PROCESS_WORK, cargo.pk)
        assert not can(person, Permission.PROCESS_WORK, gate.pk)

    @pytest.mark.parametrize("role", Role)
    def test_a_role_grants_what_its_card_says_and_no_more(self, role):
        assert grants(make_person(role)).permissions == ROLES[role].permissions

    def test_a_membership_that_ended_grants_nothing(self, tree):
        person = make_person(Role.LEAD, tree[0], lead=True)
        Membership.objects.update(until=NOON)
        found = grants(Person.objects.get(pk=person.pk))
        assert (found.permissions, found.leads, found.homes) == (set(), set(), set())
        assert leads_of(tree[0].pk) == []

    def test_who_has_left_may_nothing(self, tree):
        person = make_person(Role.ADMIN, tree[0], is_active=False)
        assert not grants(person).permissions
        assert person not in people_with(Permission.OPERATE)

    def test_an_outsider_may_nothing(self):
        with pytest.raises(NotAllowed):
            require(make_person(), Permission.FAILURE_REPORT)

    def test_refuses_by_name_of_what_is_missing(self, tree):
        with pytest.raises(NotAllowed) as refused:
            require(make_person(Role.FRONTLINE, tree[2]), Permission.WAIVER_APPROVE)
        assert refused.value.params["permission"] == "waiver:approve"

    def test_finds_who_can_from_above_but_not_beside(self, tree):
        airline, _ground, gate, cargo = tree
        above = make_person(Role.MANAGER, airline)
        beside = make_person(Role.LEAD, cargo)
        here = make_person(Role.LEAD, gate)
        found = people_with(Permission.WAIVER_APPROVE, gate.pk)
        assert found == [above, here]
        assert beside in people_with(Permission.WAIVER_APPROVE)

    def test_the_next_leads_up_are_the_nearest(self, tree):
        airline, _ground, gate, _cargo = tree
        top = make_person(Role.LEAD, airline, lead=True)
        own = make_person(Role.LEAD, gate, lead=True)
        assert leads_of(gate.pk) == [own]
        assert upper_leads_of(gate.pk) == [top]
        assert upper_leads_of(airline.pk) == upper_leads_of(None) == []


def amounts(person, now):
    return {scope: card.amount_minor for scope, card in authority_limits(person, now).items()}


class TestAuthority:
    def own(self, person, amount, *, scope="case", since=NOON - DAY, until=None):
        AuthorityLimit.objects.create(
            person=person, scope=scope, amount_minor=amount, valid_from=since, valid_to=until
        )

    def test_is_the_best_of_the_roles(self, tree):
        make_limit(Role.HANDLER, case=1_000)
        make_limit(Role.LEAD, case=5_000)
        person = make_person(Role.HANDLER, tree[2])
        assert amounts(person, NOON) == {"case": 1_000, "week": 10_000}
        Membership.objects.create(person=person, department=tree[3], role=Role.LEAD)
        again = Person.objects.get(pk=person.pk)
        assert amounts(again, NOON) == {"case": 5_000, "week": 50_000}

    def test_a_persons_own_goes_before_also_when_it_is_less(self, tree):
        make_limit(Role.HANDLER, case=1_000)
        person = make_person(Role.HANDLER, tree[2])
        self.own(person, 200)
        assert amounts(person, NOON) == {"case": 200, "week": 10_000}

    @pytest.mark.parametrize(
        ("since", "until"),
        [(NOON + DAY, None), (NOON - 2 * DAY, NOON - DAY), (NOON - DAY, NOON)],
    )
    def test_counts_only_while_it_holds(self, tree, since, until):
        person = make_person(Role.HANDLER, tree[2])
        self.own(person, 900, since=since, until=until)
        assert amounts(person, NOON) == {}


class TestCalendars:
    def test_the_nearest_above_counts(self, tree):
        airline, ground, gate, cargo = tree
        assert calendar_of(gate.pk) is calendar_of(None) is None
        house, own = make_calendar(), make_calendar()
        Department.objects.filter(pk=airline.pk).update(calendar=house)
        Department.objects.filter(pk=ground.pk).update(calendar=own)
        forget_snapshots()
        assert calendar_of(gate.pk) == calendar_of(ground.pk) == own.pk
        assert calendar_of(cargo.pk) == house.pk

    def test_an_exception_closes_the_day(self):
        calendar = make_calendar()
        hours = timedelta(hours=2)
        assert schedule_of(calendar.pk).add(NOON, hours) == NOON + hours
        CalendarException.objects.create(
            calendar=calendar, date=date(2026, 3, 4), intervals=[], name="Strike"
        )
        forget_snapshots()
        assert schedule_of(calendar.pk).add(NOON, hours).date() == date(2026, 3, 5)


class TestKeys:
    def make(self, scopes=("failures:read",), **facts):
        return create_api_key(
            name="website", scopes=scopes, actor=system_person(), now=NOON, **facts
        )

    def test_only_the_digest_is_kept(self):
        raw = self.make()
        key = ApiKey.objects.get()
        assert raw.encode() not in bytes(key.digest)
        assert len(bytes(key.digest)) == 32

    def test_holds_its_scopes_and_acts_as_its_own_service(self):
        grant = find_api_key(self.make(("failures:read", "complaints:write")))
        assert grant.scopes == {"failures:read", "complaints:write"}
        assert grant.person.kind == Person.Kind.SERVICE
        assert not grant.person.has_usable_password()

    @pytest.mark.parametrize("raw", ["", "rk_", "rk_" + "x" * 43, "\x00", "ключ"])
    def test_an_unknown_one_opens_nothing(self, raw):
        self.make()
        assert find_api_key(raw) is None

    def test_ends_at_its_expiry(self):
        raw = self.make(expires_at=NOON - DAY)  # long before the clock on the wall
        assert find_api_key(raw) is None

    def test_ends_when_revoked_and_that_is_recorded_once(self):
        raw = self.make()
        grant = find_api_key(raw)
        for _ in range(2):
            revoke_api_key(key_id=grant.key_id, actor=system_person(), now=NOON)
        assert Event.objects.filter(verb="api_key.revoked").count() == 1
        assert find_api_key(raw) is None

    def test_ends_with_its_service_person(self):
        raw = self.make()
        Person.objects.filter(kind=Person.Kind.SERVICE).update(is_active=False)
        assert find_api_key(raw) is None

    @pytest.mark.parametrize("scopes", [(), ("everything",), ("failures:read", "x")])
    def test_refuses_scopes_that_do_not_exist(self, scopes):
        with pytest.raises(Invalid):
            self.make(scopes)


class TestSetUp:
    def test_a_department_is_reached_from_above_at_once(self, tree):
        lead = make_person(Role.LEAD, tree[2])
        made = add_department(
            name="Gate B", slug="gate-b", parent=tree[2], actor=lead, now=NOON
        )
        assert can(Person.objects.get(pk=lead.pk), Permission.CASE_WORK, made.pk)

    def test_an_address_belongs_to_one_person_whatever_its_case(self):
        add_person(email="Ana@Example.org", name="Ana", actor=system_person(), now=NOON)
        with pytest.raises(Invalid) as refused:
            add_person(email="ana@example.ORG", name="A.", actor=system_person(), now=NOON)
        assert refused.value.field == "email"

    def test_the_same_role_twice_is_one(self, tree):
        person = make_person()
        for _ in range(2):
            grant_role(
                person=person, department=tree[0], role=Role.LEAD, actor=person, now=NOON
            )
        assert Membership.objects.filter(person=person).count() == 1
