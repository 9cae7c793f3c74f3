"""The period and the country that a page is asked for: as its address has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, model_validator

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.filters import Day
from esn_pulse.analysis.queries.standings import Standing
from esn_pulse.analysis.scope import Period
from esn_pulse.web import texts

_FOUNDED = date(1989, 10, 16)  # ESN; no activity is older
_YEARS_NAMED = 3


def filled(value: Any) -> Any:
    """Take a field of a form that was left empty for one that was not there."""
    return None if value == "" else value


class PeriodParameters(BaseModel):
    """The days that a page is about; what a page does not know does no harm, as links carry it."""

    start_date: Annotated[Day | None, BeforeValidator(filled)] = None
    end_date: Annotated[Day | None, BeforeValidator(filled)] = None

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodParameters":
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError(f"the period ends ({self.end_date}) before it begins")
        return self

    def period(self, today: date) -> Period:
        """Return the days that are asked for: the last 365 without any."""
        return Period.of(self.start_date, self.end_date, today)


def kept(request: Request) -> str:
    """Return the days that an address has, as another is to have them: '' or with a ``?``."""
    asked = {name: request.query_params.get(name) for name in PeriodParameters.model_fields}
    given = {name: day for name, day in asked.items() if day}
    return f"?{urlencode(given)}" if given else ""


def others(request: Request, own: set[str]) -> list[tuple[str, str]]:
    """Return what a form hands on, as something else on its page has asked for it.

    :param own: the names of the form's own fields, and of what begins anew with it.
    """
    return [one for one in request.query_params.multi_items() if one[0] not in own]


@dataclass(frozen=True)
class Preset:
    """A period that is one click away.

    :ivar path: of the same page for it.
    """

    name: str
    path: str
    is_chosen: bool


@dataclass(frozen=True)
class Filters:
    """The form by which one chooses, filled in.

    :ivar action: where it leads, as a path: from there one is led to the country that is chosen.
    :ivar first: the first day, if one was asked for, and ``last``: nobody's choice stays empty, so
        that it goes with the days.
    :ivar kept: what the form hands on, as something else on the page has asked for it.
    :ivar country: the code of the one that is chosen, '' for all.
    :ivar countries: codes and names of those that can be chosen, by name; none where none can.
    """

    action: str
    country: str
    countries: list[tuple[str, str]]
    first: date | None
    last: date | None
    kept: list[tuple[str, str]]
    presets: list[Preset]


def filters(
    request: Request,
    asked: PeriodParameters,
    today: date,
    country: str = "",
    standings: Iterable[Standing] = (),
) -> Filters:
    """Return the form of a page, as it was asked for.

    :param standings: of the countries that can be chosen.
    """
    period = asked.period(today)
    named = {texts.LAST_365_DAYS: Period.until(today)}
    named[texts.THIS_YEAR] = Period(date(today.year, 1, 1), today)
    for year in range(today.year - 1, today.year - 1 - _YEARS_NAMED, -1):
        named[str(year)] = Period(date(year, 1, 1), date(year, 12, 31))
    named[texts.ALL_TIME] = Period(_FOUNDED, today)
    presets = [
        Preset(name, _address(request, one, today), one == period) for name, one in named.items()
    ]
    by_name = sorted(standings, key=lambda one: one.country.removeprefix("the "))
    countries = [(one.country_code, say.capital(one.country)) for one in by_name]
    own = {*PeriodParameters.model_fields, "page"}
    return Filters(
        action="/" if countries else request.url.path,
        country=country,
        countries=countries,
        first=asked.start_date,
        last=asked.end_date,
        kept=[] if countries else others(request, own),
        presets=presets,
    )


def _address(request: Request, period: Period, today: date) -> str:
    """Return the address of the same for another period."""
    url = request.url.remove_query_params([*PeriodParameters.model_fields, "page"])
    if period != Period.until(today):
        url = url.include_query_params(start_date=period.first, end_date=period.last)
    return f"{url.path}?{url.query}" if url.query else url.path
