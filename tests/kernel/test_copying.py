from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from recovery.kernel.copying import json_text, text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, r"\N"),
        ("", ""),
        ("tab\there\nand \\ back\r", r"tab\there\nand \\ back\r"),
        (r"\N", r"\\N"),
        (7, "7"),
        (True, "True"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2026-03-29T01:30:00+00:00"),
        (date(2026, 3, 29), "2026-03-29"),
        (time(8, 30), "08:30:00"),
        (timedelta(days=-1, seconds=3, microseconds=5), "-1 days 3.000005 seconds"),
        ([], "{}"),
        (["a", None, 'say "no"', "back\\"], r'{"a",NULL,"say \\"no\\"","back\\\\"}'),
        ([[1, 2], (3,)], '{{"1","2"},{"3"}}'),
    ],
)
def test_writes_each_value_as_copy_reads_it(value, written):
    assert text(value) == written


def test_writes_json_on_one_line():
    assert json_text({"a": "x\ny"}) == r'{"a": "x\\ny"}'
    assert json_text(None) == r"\N"
