"""What has the words that somebody types: sections, countries, organisations and activities."""

from datetime import date
from typing import ClassVar, Literal, get_args

import psycopg
from psycopg import sql

from esn_pulse.analysis.rows import Row, columns, fetch
from esn_pulse.analysis.words import fold

Kind = Literal["section", "country", "organisation", "activity"]

# First what is called like that, then what begins with it, then what has it in its name; of
# activities the next one to come, then the latest. Of very many that match, as while the first
# letters are typed, only these are looked at: the latest, and those that begin like that.
_QUERY = sql.SQL("""
    WITH matching AS (
        SELECT {columns}, name, is_future FROM bi.search
        WHERE activity_id IS NULL AND words @@ %(query)s::tsquery
        UNION
        (SELECT {columns}, name, is_future FROM bi.search
        WHERE activity_id IS NOT NULL AND words @@ %(query)s::tsquery
        ORDER BY start_date DESC, activity_id DESC LIMIT 500)
        UNION
        (SELECT {columns}, name, is_future FROM bi.search
        WHERE activity_id IS NOT NULL AND name >= %(name)s AND name < %(name)s || U&'\\+10FFFF'
        ORDER BY name, activity_id LIMIT 500)
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY kind
            ORDER BY name = %(name)s DESC, starts_with(name, %(name)s) DESC,
                strpos(' ' || name, ' ' || %(name)s) > 0 DESC, is_future DESC,
                abs(start_date - (now() AT TIME ZONE 'UTC')::date), name, key
        ) AS place
        FROM matching
    )
    SELECT {columns} FROM ranked WHERE place <= %(limit)s
    ORDER BY array_position(%(kinds)s::text[], kind), place
""")


class Found(Row):
    """Something that was found."""

    view: ClassVar = "search"
    kind: Kind
    key: str
    title: str
    detail: str | None
    country_code: str | None
    start_date: date | None


def search(connection: psycopg.Connection, text: str, limit: int = 10) -> list[Found]:
    """Return what has all words of a text, each a beginning at least; the likeliest first.

    :param limit: how many of a kind; the kinds are in the order of ``Kind``.
    """
    if not (folded := fold(connection, text)):
        return []
    kinds = [*get_args(Kind)]
    given = {"query": folded.query, "name": folded.name, "limit": limit, "kinds": kinds}
    return fetch(connection, Found, _QUERY.format(columns=columns(Found)), given)
