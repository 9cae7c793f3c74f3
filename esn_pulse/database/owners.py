"""Whose data they are: sections and national organisations have the same tables, by other names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from esn_pulse.items import Owner


@dataclass(frozen=True)
class Owners:
    """One of the two kinds.

    :ivar table: what they are stored in themselves.
    :ivar id: the column there that tells them apart.
    :ivar key: the same column in the tables of what they own.
    :ivar type: of both columns.
    :ivar of: what the names of these tables begin with.
    """

    table: LiteralString
    id: LiteralString
    key: LiteralString
    type: LiteralString
    of: LiteralString

    def statement(self, template: LiteralString) -> sql.Composed:
        """Fill in ``{owners}``, ``{id}``, ``{key}`` and ``{type}``, and the tables of this kind."""
        owned = ("listings", "snapshots", "overall_statistics")
        return sql.SQL(template).format(
            owners=sql.Identifier(self.table),
            id=sql.Identifier(self.id),
            key=sql.Identifier(self.key),
            type=sql.SQL(self.type),
            **{name: sql.Identifier(f"{self.of}_{name}") for name in owned},
        )

    def owner(self, key: Any) -> Owner:
        """Return the one of this kind that has the key."""
        return Owner()._replace(**{self.key: key})

    def own(self, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the records of this kind of owners."""
        return [record for record in records if record[self.key] is not None]


SECTIONS = Owners("sections", "id", "section_id", "integer", "section")
COUNTRIES = Owners("countries", "country_code", "country_code", "text", "country")
BOTH = (SECTIONS, COUNTRIES)


def owners_of(owner: Owner) -> Owners:
    """Return which kind one is of."""
    return SECTIONS if owner.country_code is None else COUNTRIES
