"""Against a table of many types, made for the test and gone with its transaction."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import connection, models
from django.db.models.functions import Now, Upper
from django.test.utils import CaptureQueriesContext, isolate_apps
from psycopg2.extras import DateTimeTZRange

from recovery.kernel import rows

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC)


class Kind(models.TextChoices):
    LATE = "late"


with isolate_apps("recovery.kernel"):

    class Table(models.Model):
        class Meta:
            abstract = True
            app_label = "kernel"

        def __str__(self):
            return str(self.pk)

    class Parcel(Table):
        name = models.CharField(max_length=80, unique=True)
        shout = models.GeneratedField(
            expression=Upper("name"), output_field=models.TextField(), db_persist=True
        )
        kind = models.CharField(max_length=10, default=Kind.LATE)
        weight = models.DecimalField(max_digits=8, decimal_places=2, null=True)
        facts = models.JSONField(default=dict)
        marks = ArrayField(models.TextField(), default=list)
        token = models.UUIDField(default=uuid4)
        sent_at = models.DateTimeField(null=True)
        day = models.DateField(null=True)
        hour = models.TimeField(null=True)
        took = models.DurationField(null=True)
        fragile = models.BooleanField(default=False)
        noted_at = models.DateTimeField(db_default=Now())

    class Label(Table):
        parcel = models.OneToOneField(Parcel, models.PROTECT, primary_key=True)
        words = models.TextField()

    class Window(Table):
        label = models.ForeignKey(Label, models.PROTECT)
        valid = DateTimeRangeField()

    class Stamp(Table):
        at = models.DateTimeField(auto_now_add=True)


@pytest.fixture
def cursor(db):
    with connection.schema_editor() as editor:
        for model in (Parcel, Label, Window):
            editor.create_model(model)
    # A cursor counts its statements only if it was opened under the capture.
    with CaptureQueriesContext(connection), connection.cursor() as cursor:
        yield cursor


def full(name):
    return {
        "name": name,
        "kind": Kind.LATE,
        "weight": Decimal("2.50"),
        "facts": {"words": 'tab\t "quoted" \\ line\n', "n": [1, None]},
        "marks": ["a", 'say "no"', "back\\", "tab\t", "ünï"],
        "token": UUID(int=7),
        "sent_at": AT,
        "day": date(2026, 3, 29),
        "hour": time(8, 30),
        "took": timedelta(days=-2, seconds=5, microseconds=9),
        "fragile": True,
        "noted_at": AT,
    }


def stored(name):
    found = Parcel.objects.values().get(name=name)
    assert found.pop("shout") == name.upper()
    assert found.pop("id") > 0
    return found


def test_writes_every_type_and_reads_it_back(cursor):
    assert rows.insert(cursor, Parcel, [full("one"), full("two")]) == []
    assert [stored("one"), stored("two")] == [full("one"), full("two")]


def test_copies_many_rows_with_the_same_result(cursor):
    many = [full(f"tab\t\\line\n{n}") for n in range(rows.COPY_ABOVE + 1)]
    with CaptureQueriesContext(connection) as queries:
        rows.insert(cursor, Parcel, many)
    assert ["COPY" in query["sql"] for query in queries] == [True]
    assert stored(many[-1]["name"]) == many[-1]
    assert Parcel.objects.count() == len(many)


@pytest.mark.parametrize("count", [2, rows.COPY_ABOVE + 1])
def test_defaults_fill_what_is_left_out(cursor, count):
    rows.insert(cursor, Parcel, [{"name": str(n)} for n in range(count)])
    found = stored("1")
    assert found.pop("token") != stored("0")["token"]
    assert found.pop("noted_at") is not None
    assert found == {
        "name": "1",
        "kind": "late",
        "facts": {},
        "marks": [],
        "fragile": False,
        **dict.fromkeys(["weight", "sent_at", "day", "hour", "took"]),
    }


def test_rows_may_leave_out_different_keys(cursor):
    rows.insert(cursor, Parcel, [{"name": "a", "sent_at": AT}, {"name": "b", "marks": ["x"]}])
    assert (stored("a")["sent_at"], stored("a")["marks"]) == (AT, [])
    assert (stored("b")["sent_at"], stored("b")["marks"]) == (None, ["x"])


@pytest.mark.parametrize("ragged", [{"name": "b", "noted_at": AT}, {"name": "b", "id": 5}])
def test_a_column_the_database_fills_is_given_by_all_or_none(cursor, ragged):
    with pytest.raises(ValueError, match="every row must give it"):
        rows.insert(cursor, Parcel, [{"name": "a"}, ragged])


def test_refuses_a_row_without_what_it_needs(cursor):
    with pytest.raises(ValueError, match=r"kernel\.Parcel\.name: every row"):
        rows.insert(cursor, Parcel, [{"weight": None}])


def test_refuses_a_column_nobody_knows(cursor):
    with pytest.raises(ValueError, match="Parcel has no column colour"):
        rows.insert(cursor, Parcel, [{"name": "a", "colour": "red"}])


def test_does_not_read_the_clock(cursor):
    with pytest.raises(ValueError, match="do not read the clock"):
        rows.insert(cursor, Stamp, [{}])


def test_nothing_to_write_asks_nothing(cursor):
    with CaptureQueriesContext(connection) as queries:
        assert rows.insert(cursor, Parcel, []) == []
        assert rows.Batch().flush(cursor) == 0
        assert rows.next_ids(cursor, {Parcel: 0}) == {Parcel: []}
    assert len(queries) == 0


def test_returns_the_columns_asked_for_in_order(cursor):
    many = [{"name": f"n{n}"} for n in range(rows.COPY_ABOVE + 3)]
    found = rows.insert(cursor, Parcel, many, returning=["name", "id"])
    assert [name for name, _ in found] == [row["name"] for row in many]
    assert len({key for _, key in found}) == len(many)


def test_on_conflict_keeps_the_first_and_tells_which_were_new(cursor):
    rows.insert(cursor, Parcel, [{"name": "a"}])
    found = rows.insert(
        cursor,
        Parcel,
        [{"name": "a"}, {"name": "b"}],
        on_conflict="(name) DO NOTHING",
        returning=["name"],
    )
    assert found == [("b",)]


def test_prepares_fields_that_are_not_plain_and_follows_keys(cursor):
    [(parcel,)] = rows.insert(cursor, Parcel, [{"name": "a"}], returning=["id"])
    rows.insert(cursor, Label, [{"parcel_id": parcel, "words": "100 % \\ 'quoted'"}])
    span = DateTimeTZRange(AT, None)
    many = [{"label_id": parcel, "valid": span}] * (rows.COPY_ABOVE + 1)
    rows.insert(cursor, Window, many)
    assert Label.objects.get().words == "100 % \\ 'quoted'"
    assert set(Window.objects.values_list("label_id", "valid")) == {(parcel, span)}
    assert Window.objects.count() == len(many)


def test_a_batch_writes_all_tables_in_one_statement(cursor):
    batch = rows.Batch()
    for key in (1, 2):
        batch.add(Parcel, id=key, name=f"n{key}")
        batch.add(Label, parcel_id=key, words="x")
    assert len(batch) == 4
    with CaptureQueriesContext(connection) as queries:
        assert batch.flush(cursor) == 4
    assert len(queries) == 1
    assert set(Label.objects.values_list("parcel__name", flat=True)) == {"n1", "n2"}
    assert len(batch) == 0


def test_a_big_batch_keeps_the_order_of_its_tables(cursor):
    batch = rows.Batch()
    for key in range(rows.COPY_ABOVE + 1):
        batch.add(Parcel, id=key, name=f"n{key}")
    batch.add(Label, parcel_id=1, words="x")
    with CaptureQueriesContext(connection) as queries:
        batch.flush(cursor)
    assert [query["sql"].split()[0] for query in queries] == ["COPY", "INSERT"]


def test_takes_keys_of_several_sequences_in_one_statement(cursor):
    with CaptureQueriesContext(connection) as queries:
        found = rows.next_ids(cursor, {Parcel: 3, Window: 2})
    assert len(queries) == 1
    assert found == {Parcel: [1, 2, 3], Window: [1, 2]}
    assert rows.next_ids(cursor, {Parcel: 1}) == {Parcel: [4]}


def test_refuses_keys_of_a_table_that_borrows_them(cursor):
    with pytest.raises(ValueError, match="Label has no sequence"):
        rows.next_ids(cursor, {Label: 1})
