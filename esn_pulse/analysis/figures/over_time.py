"""Bars along time: activities, participants, and how much is online."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.figure import Figure, milliseconds
from esn_pulse.analysis.queries.key_figures import KeyFigures
from esn_pulse.analysis.queries.months import Month
from esn_pulse.analysis.scope import Scope

_MONTHS_SHOWN = 60
_QUARTERS_SHOWN = 40


@dataclass(frozen=True)
class _Span:
    """Some months of which a bar is drawn; without activities all figures are 0."""

    first: date
    activities: int
    online: int
    national: int
    participants: int


def time_figures(
    scope: Scope,
    months: Sequence[Month],
    figures: KeyFigures,
    background: Background,
) -> list[Figure]:
    """Return activities and participants by month, and formats by quarter.

    They begin with the network's first month, or as many months ago as are shown, and have no gaps.
    """
    by_month = _spans(months, background, 1, _MONTHS_SHOWN)
    by_quarter = _spans(months, background, 3, _QUARTERS_SHOWN)
    why_none = texts.no_months(scope.name, figures.activities, background.period.last)
    return [
        _activities(scope, by_month, background, why_none),
        _participants(by_month, figures, background, why_none),
        _formats(by_quarter, figures, background, why_none),
    ]


def _last_month(background: Background) -> date:
    """Return the last month that is shown: of the period, but not where nothing is known of yet."""
    known = background.months or (background.today, background.today)
    return min(background.period.last, max(background.today, known[1])).replace(day=1)


def _spans(
    months: Sequence[Month], background: Background, length: int, at_least: int
) -> list[_Span]:
    """Return spans of as many months each; none where there is nothing in any of them."""
    if background.months is None:
        return []
    first, last = background.months[0], _last_month(background)
    since = min(_number(background.period.first, length), _number(last, length) - at_least + 1)
    numbers = range(max(_number(first, length), since), _number(last, length) + 1)
    inside: dict[int, list[Month]] = {number: [] for number in numbers}
    for month in months:
        if (number := _number(month.month, length)) in inside:
            inside[number].append(month)
    spans = [_span(number, length, within) for number, within in inside.items()]
    return spans if any(span.activities for span in spans) else []


def _number(day: date, length: int) -> int:
    return (day.year * 12 + day.month - 1) // length


def _span(number: int, length: int, months: list[Month]) -> _Span:
    year, month = divmod(number * length, 12)
    return _Span(
        first=date(year, month + 1, 1),
        activities=sum(month.activities for month in months),
        online=sum(month.online_activities for month in months),
        national=sum(month.national_activities for month in months),
        participants=sum(month.participants for month in months),
    )


def _is_running(span: _Span, background: Background) -> bool:
    return span.first == background.today.replace(day=1)


def _row(span: _Span, background: Background, **figures: int) -> dict[str, Any]:
    row = {"month": milliseconds(span.first), "label": texts.month(span.first)}
    return row | figures | {"running": _is_running(span, background)}


def _activities(scope: Scope, spans: list[_Span], background: Background, why_none: str) -> Figure:
    says = why_none
    if spans:
        best = max(spans, key=lambda span: span.activities)
        total = sum(span.activities for span in spans)
        says = texts.sentences(
            texts.months(total, texts.month(spans[0].first), texts.month(spans[-1].first)),
            texts.national(scope, sum(span.national for span in spans)),
            texts.busiest_month(
                texts.month(best.first),
                best.activities,
                is_running=_is_running(spans[-1], background),
            ),
        )
    return Figure(
        name="activities",
        title=texts.title("activities", background.when),
        says=says,
        rows=[_row(s, background, activities=s.activities, national=s.national) for s in spans],
        columns=texts.columns("activities", background.when),
        table=[
            [texts.month(s.first), *map(texts.number, (s.activities, s.online, s.national))]
            for s in spans
        ],
        legend=texts.NATIONAL_LEGEND,
    )


def _participants(
    spans: list[_Span], figures: KeyFigures, background: Background, why_none: str
) -> Figure:
    says = why_none
    if spans:
        best = max(spans, key=lambda span: span.participants)
        total = sum(span.participants for span in spans)
        says = texts.sentences(
            texts.participants(total, best.participants, texts.month(best.first)),
            texts.average(
                figures.participants_in_period,
                figures.counted_activities_in_period,
                figures.activities_in_period,
                background.when,
            ),
        )
    return Figure(
        name="participants",
        title=texts.title("participants", background.when),
        says=says,
        rows=[_row(span, background, participants=span.participants) for span in spans],
        columns=texts.columns("participants", background.when),
        table=[[texts.month(span.first), texts.number(span.participants)] for span in spans],
    )


def _share(span: _Span) -> float | None:
    return span.online / span.activities if span.activities else None


def _formats(
    spans: list[_Span], figures: KeyFigures, background: Background, why_none: str
) -> Figure:
    return Figure(
        name="formats",
        title=texts.title("formats", background.when),
        says=_says_formats(spans, figures, background) if spans else why_none,
        rows=[
            {
                "quarter": milliseconds(span.first),
                "label": texts.quarter(span.first),
                "share": _share(span),
                "percent": texts.percent(_share(span)),
                "online": span.online,
                "physical": span.activities - span.online,
            }
            for span in spans
        ],
        columns=texts.columns("formats", background.when),
        table=[
            [
                texts.quarter(span.first),
                texts.number(span.online),
                texts.number(span.activities - span.online),
                texts.percent(_share(span)),
            ]
            for span in spans
        ],
        legend=texts.FORMATS_LEGEND,
    )


def _says_formats(spans: list[_Span], figures: KeyFigures, background: Background) -> str:
    best = max(spans, key=lambda span: _share(span) or 0)
    if not best.online:
        return texts.NONE_ONLINE
    quarter, share = texts.quarter(best.first), texts.percent(_share(best))
    return texts.sentences(
        texts.formats(
            figures.online_activities_in_period, figures.activities_in_period, background.when
        ),
        texts.most_online(share, quarter, best.online, best.activities),
    )
