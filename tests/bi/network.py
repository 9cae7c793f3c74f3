"""A database to describe in a few words, and its views."""

from datetime import date
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row

from esn_pulse.database.schema.views import refresh_views

Row = dict[str, Any]
TODAY = "(now() AT TIME ZONE 'UTC')::date"  # the same in all of a transaction


class Network:
    """Rows of the tables, and what the views make of them; all in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.sections: dict[str, int] = {}

    async def country(self, code: str, name: str, **columns: Any) -> None:
        row = {"country_code": code, "name": name, "slug": name, "url": f"/{code}"}
        await self.insert("countries", **row | columns)

    async def section(self, name: str, country: str | None = None, **columns: Any) -> int:
        slug = {"accounts_platform_slug": name}
        row = {"name": name, "country_code": country} | slug | columns
        self.sections[name] = await self.insert("sections", **row)
        return self.sections[name]

    async def organisation(self, name: str, country: str | None = None) -> None:
        """Add an organisation that is no section: a country's national one, or another."""
        await self.insert("organisations", slug=name, name=name, country_code=country)

    async def activity(self, slug: str, *organisers: str, day: int = -10, **columns: Any) -> int:
        """Add an activity that starts ``day`` days after today, or at ``start``.

        Sections organise it as in a database from before there were organisations.
        """
        start = columns.pop("start", None) or sql.SQL(TODAY + " + {}").format(day)
        row: dict[str, Any] = {
            "event_slug": slug,
            "url": f"/activity/{slug}",
            "title": slug.title(),
            "description": "",
            "is_future_event": False,
            "is_online": False,
            "partners": [],
            "start_date": start,
        }
        key = await self.insert("activities", **row | columns)
        for position, name in enumerate(organisers):
            link: dict[str, Any] = {"activity_id": key}
            if section := self.sections.get(name):
                await self.insert("activity_section_organisers", **link, section_id=section)
            else:
                link |= {"organisation_slug": name, "position": position}
                await self.insert("activity_organisers", **link)
        return key

    async def tag(self, kind: str, activity: int, *names: str) -> None:
        """Give an activity types, causes, objectives or sdgs."""
        tables = {"objective": "objectives", "sdg": "sdgs"}
        for name in names:
            await self.connection.execute(
                sql.SQL(
                    "WITH new AS (INSERT INTO {table} (name) VALUES ({name})"
                    " ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name RETURNING id)"
                    " INSERT INTO {links} SELECT {activity}, id FROM new"
                ).format(
                    table=sql.Identifier(tables.get(kind, f"activity_{kind}s")),
                    links=sql.Identifier(f"activity_to_{kind}"),
                    name=name,
                    activity=activity,
                )
            )

    async def insert(self, table: str, **columns: Any) -> int:
        """Add a row; returns its id, if the table has one."""
        values = [v if isinstance(v, sql.Composable) else sql.Literal(v) for v in columns.values()]
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING *").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(values),
        )
        async with self.connection.cursor(row_factory=dict_row) as cursor:
            row = await (await cursor.execute(statement)).fetchone()
        return int((row or {}).get("id") or 0)

    async def today(self) -> date:
        """Return the day, UTC, on which all of this happens."""
        found = await (await self.connection.execute(sql.SQL("SELECT " + TODAY))).fetchone()
        assert found
        day: date = found[0]
        return day

    async def refreshed(self) -> "Network":
        await refresh_views(self.connection)
        return self

    async def rows(self, view: str, *columns: str, **where: Any) -> list[Any]:
        """Return a view's rows in order; bare values if only one column is asked for."""
        query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Identifier("bi", view),
            sql.SQL(" AND ").join(
                [sql.SQL("true")]
                + [sql.SQL("{} = {}").format(sql.Identifier(k), v) for k, v in where.items()]
            ),
            sql.SQL(", ").join(map(sql.Literal, range(1, len(columns) + 1))),
        )
        found = await (await self.connection.execute(query)).fetchall()
        return [row[0] for row in found] if len(columns) == 1 else found

    async def row(self, view: str, *columns: str, **where: Any) -> Row:
        """Return the only row that meets the conditions, by column."""
        [row] = await self.rows(view, columns[0], *columns, **where)
        return dict(zip(columns, row[1:], strict=True))
