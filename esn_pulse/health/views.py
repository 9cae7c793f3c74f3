"""The check of the views that BI tools read."""

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.schema.rebuilding import obstacles, plan
from esn_pulse.health.finding import Finding, State


def views(connection: Connection, _: BaseSettings) -> Finding:
    """Compare the views with the files that make them."""
    todo = plan(connection)
    found = obstacles(connection, todo)
    value = {"to_build": todo.names, "obstacles": found}
    if not todo:
        return Finding(State.OK, value, "nothing to build")
    names, number = ", ".join(todo.names), len(todo.names)
    if not found:
        return Finding(State.INFO, value, f"{number} to come", f"The next run builds: {names}.")
    return Finding(
        State.PROBLEM,
        value,
        f"{number} held up",
        f"{names} can't be built anew because of: {', '.join(found)}. The views stay as an earlier"
        " version made them, and are refreshed as before. Keep the text of what is in the way, drop"
        " it, and make it again once the next run has built them.",
    )
