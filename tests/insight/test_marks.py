"""Marking what changed while it is being counted, with real transactions."""

import contextlib

import psycopg2
import pytest
from django.db import connection, transaction

from recovery.insight.models import Dirty, DirtyItem
from recovery.insight.services import mark, mark_clocks

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize(
    ("table", "say"), [("insight_dirty", mark), ("insight_dirtyitem", mark_clocks)]
)
def test_who_marks_does_not_wait_for_who_counts(own_database, table, say):
    say([1])
    with contextlib.closing(psycopg2.connect(own_database)) as folding:
        folding.cursor().execute(f"DELETE FROM {table}")  # noqa: S608  (one of two names)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            say([1])
        folding.commit()
    left = {"insight_dirty": Dirty, "insight_dirtyitem": DirtyItem}[table]
    assert left.objects.count() == 1
