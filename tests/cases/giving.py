"""Remedies for tests: a case that may be offered on, offers, limits, budgets, absences."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cases import services
from cases.models import Budget
from recovery.org.models import Absence, AuthorityLimit
from tests.cases.casting import make_case, make_customer
from tests.factories import NOON


def ready(desk, customer=None, **facts):
    """A case whose customer has been told."""
    case = make_case(desk, customer=customer or make_customer(), **facts)
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    return case


def offer(case, actor, amount_minor=1_000, **facts):
    """A voucher of goodwill unless said otherwise."""
    wish = {"line": "goodwill", "kind": "voucher", "words": "Voucher"}
    given = {"actor": actor, "now": NOON} | facts
    return services.offer_remedy(
        case_id=case.pk, **(wish | {"amount_minor": amount_minor} | given)
    )


def give(case, actor, amount_minor=1_000, evidence="V-1", **facts):
    """The same, given on the spot."""
    return services.give_remedy(
        case_id=case.pk, line="goodwill", words="Voucher", amount_minor=amount_minor,
        evidence=evidence, actor=actor, now=NOON,
        **({"completes": True, "kind": "voucher"} | facts),
    )  # fmt: skip


def per_customer(role, amount_minor, *, days=365, together=True, department=None):
    return AuthorityLimit.objects.create(
        role=role, scope="customer", amount_minor=amount_minor, days=days, together=together,
        department=department, valid_from=NOON - timedelta(days=900),
    )  # fmt: skip


def make_budget(department, owner, amount_minor, *, period="quarter", **facts):
    return Budget.objects.create(
        department=department, owner=owner, amount_minor=amount_minor, period=period,
        valid_from=date(2026, 1, 1), made_by=owner, made_at=NOON, **facts,
    )  # fmt: skip


def away(person, deputy=None):
    day = timedelta(days=1)
    return Absence.objects.create(
        person=person, deputy=deputy, during=DateTimeTZRange(NOON - day, NOON + day),
        noted_by=person, noted_at=NOON,
    )  # fmt: skip
