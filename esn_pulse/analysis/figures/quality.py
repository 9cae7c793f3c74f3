"""How good the data are."""

from collections.abc import Sequence

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.figure import Figure, Tile, milliseconds
from esn_pulse.analysis.queries.history import Total
from esn_pulse.analysis.queries.quality import Quality
from esn_pulse.analysis.scope import Scope


def freshness_figure(scope: Scope, background: Background) -> Figure:
    """Return when the sections were read last."""
    sections = background.places_of(scope)
    read = [
        (words, sum(place.freshness == value for place in sections))
        for value, words in texts.FRESHNESS.items()
    ]
    return Figure(
        name="freshness",
        title=texts.title("freshness", background.when),
        says=texts.read_lately(read[0][1], len(sections)) if sections else texts.NO_SECTION,
        rows=[
            {
                "key": key,
                "name": words,
                "sections": value,
                "figure": texts.share_of(value, len(sections)),
            }
            for key, (words, value) in enumerate(read)
            if sections
        ],
        columns=texts.columns("freshness", background.when),
        table=[[words, texts.number(value)] for words, value in read if sections],
    )


def history_figure(scope: Scope, history: Sequence[Total], background: Background) -> Figure:
    """Return how the totals grew that sections count themselves; from two days on there is one."""
    kept = history if len(history) > 1 else []
    return Figure(
        name="history",
        title=texts.title("history", background.when),
        says=_says(scope, history),
        rows=[
            {
                "day": milliseconds(total.day),
                "label": texts.day(total.day),
                "activities": total.activities,
                "sections": total.sections,
            }
            for total in kept
        ],
        columns=texts.columns("history", background.when),
        table=[
            [texts.day(total.day), *map(texts.number, (total.activities, total.sections))]
            for total in kept
        ],
    )


def _says(scope: Scope, history: Sequence[Total]) -> str:
    if not history:
        return texts.no_totals(scope.name)
    first, last = history[0], history[-1]
    if first is last:
        return texts.one_total(first.day)
    days, values = (first.day, last.day), (first.activities, last.activities)
    return texts.totals(scope, days, values, last.sections)


def quality_tiles(scope: Scope, quality: Quality) -> list[Tile]:
    """Return in figures how far the data of a scope can be relied on."""
    valid = quality.activities_valid
    shares = [
        (quality.activities_stored_of_counted, quality.activities_by_own_count),
        (valid, quality.activities_stored),
        (valid - quality.without_participants, valid),
        (valid - quality.without_causes, valid),
    ]
    values = [texts.percent(part / whole if whole else None) for part, whole in shares]
    problems = map(texts.number, (quality.open_errors, quality.open_failures))
    return texts.quality_tiles([*values, *problems], scope)
