"""Whose the aliases are, as far as that is not proven, and what waits to be read anew."""

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.health.finding import Finding, State
from esn_pulse.rules.belonging import Doubt
from esn_pulse.rules.names import comparable
from esn_pulse.run.claims import Claims, claims

_MOST = 5
_PIN = "INSERT INTO section_slug_overrides VALUES ({}, {})"
_PIN_ANEW = (
    "UPDATE section_slug_overrides SET activities_platform_slug = {1}"
    " WHERE accounts_platform_slug = {0}"
)


def alias_doubts(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Tell which aliases may be somebody else's, and how to say whose they are: information."""
    known = claims(connection)
    doubts = known.belonging.doubts()
    value = [
        {
            "name": one.claimant.name,
            "alias": one.alias,
            "called": one.name,
            "is_shared": one.is_shared,
            "others": others(one, known),
            "sql": _sql(one),
        }
        for one in doubts
    ]
    if not doubts:
        return Finding(State.OK, value, "all aliases bear the names of those who have them")
    named = [one for one in doubts if one.name is not None]
    text = (
        f"{len(doubts)} in doubt: {len(doubts) - len(named)} of which no card was seen,"
        f" {len(named)} that bear another name, or one that others bear"
    )
    shown = "\n".join(f"{_in_words(one, known)}: {_sql(one)};" for one in doubts[:_MOST])
    advice = (
        "They are read all the same. Look at their pages on activities.esn.org; once you know whose"
        " they are, say so with the SQL below, with another alias if it is wrong, and run: scrapy"
        f" crawl accounts. All of them: scrapy health --json --check alias_doubts\n{shown}"
    )
    return Finding(State.INFO, value, text, advice)


def _in_words(doubt: Doubt, known: Claims) -> str:
    return f"{doubt}, as {', '.join(others(doubt, known))}" if doubt.is_shared else str(doubt)


def others(doubt: Doubt, known: Claims) -> list[str]:
    """Return who and what else bears the name of whoever has the alias in doubt."""
    me = doubt.claimant
    others = [one for one in known.claimants if one.key == me.key and one.owner != me.owner]
    bearing = {slug for slug, name in known.names.items() if name and comparable(name) == me.key}
    return [
        *(
            f"the {'section' if one.is_section else 'country'} ({one.alias or 'no alias'})"
            for one in others
        ),
        *sorted(bearing - {doubt.alias, *(one.alias for one in others)}),
    ]


def _sql(doubt: Doubt) -> str:
    pin = _PIN if doubt.claimant.pinned is None else _PIN_ANEW
    return pin.format(_literal(doubt.claimant.pinned_as), _literal(doubt.alias))


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
