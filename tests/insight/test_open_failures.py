"""A failure still open counts as asked for and not yet done; it is not left out as unknown."""

import pytest

from recovery.coordination.services import report_failures
from recovery.insight.models import Fact
from recovery.insight.services import fold, mark
from recovery.org.roles import Role
from tests.coordination.reporting import a_report, make_desk
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


def test_counts_an_open_failure_as_not_in_time_yet():
    reporter = make_person(Role.FRONTLINE, make_desk())
    (found,) = report_failures([a_report()], actor=reporter, now=NOON)
    mark([found.failure_id])

    fold(NOON)

    fact = Fact.objects.get(pk=found.failure_id)
    assert (fact.customer_required, fact.customer_in_time) == (1, 0)
    assert (fact.proof_in_time, fact.recovered) == (0, 0)
