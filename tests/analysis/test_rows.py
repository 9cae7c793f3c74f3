"""What rows say of themselves is true of the views."""

import pkgutil
from importlib import import_module
from types import NoneType
from typing import get_args

import psycopg
import pytest

from esn_pulse.analysis import queries
from esn_pulse.analysis.rows import Row

MODULES = [
    import_module(f"{queries.__name__}.{one.name}")
    for one in pkgutil.iter_modules(queries.__path__)
]
ROWS = {
    f"{module.__name__}.{one.__name__}": one
    for module in MODULES
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Row) and one.view
}
COLUMNS = """
    SELECT a.attname, col_description(a.attrelid, a.attnum), format_type(a.atttypid, NULL)
    FROM pg_attribute AS a WHERE a.attrelid = to_regclass('bi.' || %s) AND a.attnum > 0
"""
PYTHON = {
    "boolean": {"bool"},
    "smallint": {"int"},
    "integer": {"int"},
    "bigint": {"int"},
    "numeric": {"float"},
    "text": {"str"},
    "character varying": {"str"},
    "text[]": {"list"},
    "character varying[]": {"list"},
    "date": {"date"},
    "timestamp with time zone": {"datetime"},
}


def names(annotation: object) -> set[str]:
    """Return the names of a field's types, but of None."""
    parts = get_args(annotation)
    if not parts or getattr(annotation, "__origin__", None) is list:
        return {getattr(getattr(annotation, "__origin__", annotation), "__name__", "")}
    return {
        name
        for part in parts
        if part is not NoneType
        for name in ({type(part).__name__} if isinstance(part, str) else names(part))
    }


@pytest.mark.parametrize("name", ROWS)
def test_fields_are_described_and_typed_as_the_view_s_columns(
    migrated_template: str, name: str
) -> None:
    row = ROWS[name]
    with psycopg.connect(migrated_template) as connection:
        found = connection.execute(COLUMNS, [row.view]).fetchall()
    columns = {column: (comment, kind) for column, comment, kind in found}

    own = {field for field in row.model_fields if field not in columns}
    for field in row.model_fields.keys() - own:
        comment, kind = columns[field]
        assert row.model_fields[field].description == comment
        assert names(row.model_fields[field].annotation) == PYTHON[kind], field
    assert all(row.model_fields[field].description for field in own)
