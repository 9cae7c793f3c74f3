"""What a list can be filtered by: types with their bounds, as an address has them, too."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from psycopg import sql
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

# PostgreSQL has no place for NUL; nor has any name for the other signs that nobody sees.
COUNTRY_CODE = r"^[A-Z]{2}$"
SEEN = r"^[^\x00-\x1f\x7f]+$"


def _as_written(value: Any) -> Any:
    """Refuse what would be taken for a day, too: seconds since 1970, and a day with a time."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a day is written like 2026-01-31")
    return value


CountryCode = Annotated[str, StringConstraints(pattern=COUNTRY_CODE)]
Name = Annotated[str, StringConstraints(pattern=SEEN, max_length=255)]
Text = Annotated[str, StringConstraints(pattern=SEEN, max_length=100)]
Day = Annotated[date, BeforeValidator(_as_written)]


class Filters(BaseModel):
    """All that is given has to be true of a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def where(conditions: Mapping[str, sql.SQL], filters: Filters) -> sql.Composed:
    """Return ``WHERE …`` of the conditions whose filter is given; they name their parameters."""
    given = [sql.SQL("TRUE"), *(conditions[name] for name in values(filters))]
    return sql.SQL("WHERE {}").format(sql.SQL(" AND ").join(given))


def values(filters: Filters) -> dict[str, Any]:
    """Return the filters that are given, by name."""
    return filters.model_dump(exclude_none=True)
