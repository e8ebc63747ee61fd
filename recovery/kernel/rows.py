"""Rows written by plain SQL that is derived from the models once and then kept.

The ORM spends more time compiling an INSERT than the database spends running it, so verbs
that write many rows (intake, import, generators) plan their rows in Python and write them
here. Model.save() and signals are not involved; keys are known beforehand (`next_ids`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import StringIO
from typing import Any, Final

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.options import Options

from recovery.kernel.copying import json_text, text

type Row = Mapping[str, Any]
type Column = models.Field[Any, Any]

COPY_ABOVE: Final = 500

# Fields that change a value before the driver sees it, though Django's own.
_PREPARED: Final = frozenset({models.BinaryField, models.GenericIPAddressField})


def insert(
    cursor: CursorWrapper,
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    on_conflict: str | None = None,
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Write `rows`, whose keys are attnames ("failure_id", not "failure").

    A key left out takes the field's default, else NULL or the database's default.
    `on_conflict` is SQL of ours, such as "DO NOTHING" or "(source, external_id) DO NOTHING".
    Returns the `returning` columns as the driver gives them, in the order of rows when none
    met a conflict. Above 500 rows COPY is used if neither is asked for. Raises ValueError for
    unknown keys and for times that only the system clock could fill.
    """
    if not rows:
        return []
    plan = _plan_for(model, rows)
    if len(rows) > COPY_ABOVE and plan.copies and on_conflict is None and not returning:
        _copy(cursor, plan, rows)
        return []
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), COPY_ABOVE):
        chunk = rows[start : start + COPY_ABOVE]
        sql = plan.insert_sql(len(chunk))
        if on_conflict is not None:
            sql += f" ON CONFLICT {on_conflict}"
        if returning:
            sql += " RETURNING " + _columns(model, returning)
        cursor.execute(sql, plan.values(cursor, chunk))
        if returning:
            found += cursor.fetchall()
    return found


class Batch:
    """Rows of several tables, gathered first and then sent in one go.

    Tables are written in the order of their first row, so add what is pointed at first.
    """

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[Row]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def place(self, *tables: type[models.Model]) -> None:
        """Give tables their place in the order before their rows are known."""
        for model in tables:
            self._rows.setdefault(model, [])

    def add(self, model: type[models.Model], /, **row: Any) -> None:
        """Remember a row; keys as in `insert`."""
        self._rows.setdefault(model, []).append(row)

    def flush(self, cursor: CursorWrapper) -> int:
        """Write every row and forget them; return how many there were.

        One statement round for all tables together; tables above 500 rows are copied.
        """
        count = len(self)
        statements: list[str] = []
        values: list[Any] = []
        for model, rows in self._rows.items():
            if not rows:
                continue
            plan = _plan_for(model, rows)
            if len(rows) > COPY_ABOVE and plan.copies:
                _send(cursor, statements, values)
                _copy(cursor, plan, rows)
            else:
                statements.append(plan.insert_sql(len(rows)))
                values += plan.values(cursor, rows)
        _send(cursor, statements, values)
        self._rows = {}
        return count


def next_ids(
    cursor: CursorWrapper, counts: Mapping[type[models.Model], int]
) -> dict[type[models.Model], list[int]]:
    """Take `counts` keys from each model's sequence in one statement; ascending.

    Raises ValueError for a model whose key has no sequence.
    """
    wanted = [(model, count) for model, count in counts.items() if count > 0]
    ids: dict[type[models.Model], list[int]] = {model: [] for model in counts}
    if not wanted:
        return ids
    part = (
        "SELECT %s, nextval(source.name) FROM (SELECT "
        "pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS source, "
        "generate_series(1, %s)"
    )
    values = [
        value
        for place, (model, count) in enumerate(wanted)
        for value in (
            place,
            _quoted(_options(model).db_table),
            _options(model).pk.column,
            count,
        )
    ]
    cursor.execute(" UNION ALL ".join([part] * len(wanted)), values)
    for place, key in cursor.fetchall():
        if key is None:
            message = f"{wanted[place][0].__name__} has no sequence of keys"
            raise ValueError(message)
        ids[wanted[place][0]].append(key)
    for keys in ids.values():
        keys.sort()
    return ids


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows of one model with one set of keys become SQL."""

    fields: tuple[Column, ...]
    names: tuple[str, ...]
    prepared: tuple[tuple[int, Column], ...]
    defaults: tuple[Column, ...]
    into: str
    template: str
    copies: bool

    def insert_sql(self, count: int) -> str:
        return " ".join(("INSERT INTO", self.into, "VALUES", ",".join([self.template] * count)))

    def values(self, cursor: CursorWrapper, rows: Sequence[Row]) -> list[Any]:
        found: list[Any] = []
        for row in rows:
            line = self.line(row)
            for place, field in self.prepared:
                line[place] = field.get_db_prep_save(line[place], cursor.db)
            found += line
        return found

    def line(self, row: Row) -> list[Any]:
        if self.defaults:
            row = {**{field.attname: field.get_default() for field in self.defaults}, **row}
        return [row[name] for name in self.names]


def _plan_for(model: type[models.Model], rows: Sequence[Row]) -> _Plan:
    keys = rows[0].keys()
    if len(rows) == 1 or all(row.keys() == keys for row in rows):
        return _plan_alike(model, tuple(keys))
    return _plan(
        model,
        frozenset().union(*rows),
        frozenset(key for key in keys if all(key in row for row in rows)),
    )


@cache
def _plan_alike(model: type[models.Model], keys: tuple[str, ...]) -> _Plan:
    return _plan(model, frozenset(keys), frozenset(keys))


@cache
def _plan(model: type[models.Model], some: frozenset[str], every: frozenset[str]) -> _Plan:
    """Plan for rows that between them have the keys `some`, of which all have `every`."""
    by_name = {
        field.attname: field
        for field in _options(model).local_concrete_fields
        if not getattr(field, "generated", False)
    }
    if unknown := some - by_name.keys():
        message = f"{model.__name__} has no column {', '.join(sorted(unknown))}"
        raise ValueError(message)
    defaults = tuple(
        field
        for name, field in by_name.items()
        if name not in every and _is_filled(field, given_by_some=name in some)
    )
    fields = tuple(
        field for name, field in by_name.items() if name in some or field in defaults
    )
    return _Plan(
        fields=fields,
        names=tuple(field.attname for field in fields),
        prepared=tuple(pair for pair in enumerate(fields) if not _is_plain(pair[1])),
        defaults=defaults,
        into=f"{_quoted(_options(model).db_table)} ({', '.join(_quoted(f.column) for f in fields)})",
        template=f"({','.join(_placeholder(field) for field in fields)})",
        copies=all(map(_is_copied, fields)),
    )


def _is_filled(field: Column, *, given_by_some: bool) -> bool:
    """Say whether Python fills `field` where a row leaves it out, or the database may."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        message = f"{field}: every row must give it, rows do not read the clock"
        raise ValueError(message)
    if field.has_default():
        return True
    by_database = isinstance(field, models.AutoField) or field.has_db_default()
    if by_database and not given_by_some:
        return False
    if by_database or not field.null:
        message = f"{field}: every row must give it"
        raise ValueError(message)
    return given_by_some


def _target(field: Column) -> Column:
    """Follow keys of keys to the field that decides the type."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _is_plain(field: Column) -> bool:
    """Say whether values go to the driver as they are; subclasses may do otherwise."""
    return _is_builtin(type(_target(field)))


def _is_builtin(kind: type) -> bool:
    return kind.__module__ == models.Field.__module__ and kind not in _PREPARED


def _is_copied(field: Column) -> bool:
    if _is_plain(field) or type(field) is models.JSONField:
        return True
    return _is_list(field) and _is_builtin(type(getattr(field, "base_field", None)))


def _is_list(field: Column) -> bool:
    return (field.db_type(connection) or "").endswith("]")


def _placeholder(field: Column) -> str:
    # PostgreSQL cannot tell the type of an empty or all-null list.
    return f"%s::{field.db_type(connection)}" if _is_list(field) else "%s"


def _columns(model: type[models.Model], names: Sequence[str]) -> str:
    by_name = {field.attname: field.column for field in _options(model).local_concrete_fields}
    return ", ".join(_quoted(by_name[name]) for name in names)


def _options(model: type[models.Model]) -> "Options[Any]":
    return model._meta  # noqa: SLF001  (Django's documented way to the columns)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _send(cursor: CursorWrapper, statements: list[str], values: list[Any]) -> None:
    if statements:
        cursor.execute(";".join(statements), values)
        statements.clear()
        values.clear()


def _copy(cursor: CursorWrapper, plan: _Plan, rows: Sequence[Row]) -> None:
    writers = [
        partial(json_text, encoder=field.encoder) if type(field) is models.JSONField else text
        for field in plan.fields
    ]
    lines = StringIO()
    for row in rows:
        values = zip(writers, plan.line(row), strict=True)
        lines.write("\t".join([write(value) for write, value in values]))
        lines.write("\n")
    lines.seek(0)
    cursor.copy_expert(f"COPY {plan.into} FROM STDIN", lines)
