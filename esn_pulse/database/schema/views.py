"""The views that BI tools read, as far as they are materialised."""

from psycopg import AsyncConnection, sql

from esn_pulse.database.locks import VIEWS, WAIT

# What other views of the list are made from comes first.
MATERIALISED = (
    "activities",
    "section_months",
    "country_months",
    "network_months",
    "section_figures",
    "country_figures",
    "cause_figures",
    "section_quality",
)


async def refresh_views(connection: AsyncConnection) -> None:
    """Bring what is materialised up to date, in the caller's transaction.

    Whoever reads meanwhile sees all of it as it was before, and is not kept waiting; a run that
    refreshes at the same time is waited for.
    """
    await connection.execute(WAIT, [VIEWS, 0])
    for name in MATERIALISED:
        view = sql.Identifier("bi_cache", name)
        await connection.execute(sql.SQL("REFRESH MATERIALIZED VIEW CONCURRENTLY {}").format(view))
