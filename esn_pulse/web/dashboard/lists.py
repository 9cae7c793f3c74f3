"""What the lists of countries and of sections have in common."""

from dataclasses import dataclass

from fastapi import Request

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.queries.places import Place
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.periods import Filters, PeriodParameters, kept
from esn_pulse.web.dashboard.rendering import Page
from esn_pulse.web.dashboard.tables import Cell, Listed, Sorting, Table, sorted_table
from esn_pulse.web.sign_in.identity import who_asks


class ListParameters(PeriodParameters, Sorting):
    """What a list may be told."""


@dataclass(frozen=True)
class ListPage(Page):
    """A list, all of it on one page.

    :ivar json: where the same is as JSON.
    """

    lead: str
    filters: Filters
    table: Table
    json: str


def section_table(
    request: Request, asked: Sorting, places: list[Place], *, has_country: bool
) -> Table:
    """Return sections as a table.

    :param has_country: whether to say of which country each is.
    """
    columns = texts.SECTIONS_COLUMNS
    if not has_country:
        columns = {name: column for name, column in columns.items() if name != "country"}
    own = who_asks(request).sections
    rows = [
        Listed(
            one.model_dump(),
            list(_cells(one, kept(request), has_country=has_country, is_own=is_own)),
            is_own,
        )
        for one in places
        for is_own in [one.section_id in own]
    ]
    return sorted_table(request, asked, texts.SECTIONS_TITLE, columns, rows)


def _cells(one: Place, query: str, *, has_country: bool, is_own: bool) -> list[Cell]:
    tag = texts.IS_YOURS if is_own else ""
    country = Cell("")
    if one.country_code:
        path = f"{addresses.country(one.country_code)}{query}"
        country = Cell(say.capital(one.country or one.country_code), path)
    return [
        Cell(one.section, f"{addresses.section(one.section_slug)}{query}", tag),
        *([country] if has_country else []),
        Cell(one.city or ""),
        Cell(say.number(one.activities_in_period)),
        Cell(say.number(one.participants_in_period)),
        Cell(say.number(one.activities)),
        Cell(say.day(one.last_activity_on) if one.last_activity_on else texts.NEVER),
    ]
