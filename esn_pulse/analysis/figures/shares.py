"""What activities are about: bars for shares, and a tick for those of the whole network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esn_pulse.analysis import texts
from esn_pulse.analysis.background import Background
from esn_pulse.analysis.figure import Column, Figure
from esn_pulse.analysis.queries.key_figures import KeyFigures
from esn_pulse.analysis.queries.shares import Kind, Share
from esn_pulse.analysis.scope import Scope


@dataclass(frozen=True)
class _Compared:
    """One type, cause or goal; its shares are of the scope, its country and the network."""

    number: int | None
    name: str
    own: float
    country: float | None
    network: float


def share_figure(
    kind: Kind,
    scope: Scope,
    shares: Mapping[Scope, Sequence[Share]],
    background: Background,
    figures: KeyFigures,
) -> Figure:
    """Return how many activities of a period have which type, cause or goal.

    :param shares: those of the scope, and of a section's country.
    """
    compared = _compared(kind, scope, shares, background)
    says = texts.no_shares(kind, scope.name, background.when)
    if compared:
        not_read = figures.activities_without_types_in_period if kind == "types" else 0
        says = texts.sentences(_says(kind, scope, compared), texts.types_not_read(not_read))
    return Figure(
        name=kind,
        title=texts.title(kind, background.when),
        says=says,
        rows=[
            {
                "key": key,
                "name": texts.goal(row.number, row.name),
                "share": row.own,
                "figure": texts.percent(row.own),
                "network": row.network,
            }
            for key, row in enumerate(compared)
        ],
        columns=_columns(kind, scope, shares, background),
        table=[_cells(row, scope) for row in compared],
        signals={"compared": not scope.is_network},
        legend=[] if scope.is_network else texts.COMPARED_LEGEND,
    )


def _compared(
    kind: Kind, scope: Scope, shares: Mapping[Scope, Sequence[Share]], background: Background
) -> list[_Compared]:
    """Return all that the network has, goals by number, the others by share; none without any."""
    own = {share.name: share.share for share in shares[scope]}
    if not own:
        return []
    countries = [
        {share.name: share.share for share in of} for s, of in shares.items() if s != scope
    ]
    rows = [
        _Compared(
            number=share.number,
            name=share.name,
            own=own.get(share.name, 0),
            country=countries[0].get(share.name, 0) if countries else None,
            network=share.share,
        )
        for share in background.shares[kind]
    ]
    return sorted(rows, key=lambda row: (row.number or 0, -row.own))


def _says(kind: Kind, scope: Scope, rows: list[_Compared]) -> str:
    first = sorted((row for row in rows if row.own), key=lambda row: -row.own)[:2]
    named = [
        f"{texts.in_sentence(row.number, row.name)} ({texts.percent(row.own)})" for row in first
    ]
    behind = min(rows, key=lambda row: row.own - row.network)
    is_behind = not scope.is_network and behind.own - behind.network < -0.005
    under_served = texts.furthest_behind(
        texts.in_sentence(behind.number, behind.name),
        texts.percent(behind.own),
        texts.percent(behind.network),
    )
    return texts.sentences(
        texts.most_often(named),
        under_served if is_behind else "",
        texts.may_have_several(kind),
    )


def _columns(
    kind: Kind, scope: Scope, shares: Mapping[Scope, Sequence[Share]], background: Background
) -> list[Column]:
    others = [texts.capital(other.name) for other in shares if other != scope]
    if not scope.is_network:
        others.append(texts.WHOLE_NETWORK)
    return texts.columns(kind, background.when) + [
        Column(title, is_number=True) for title in others
    ]


def _cells(row: _Compared, scope: Scope) -> list[str]:
    shown = [row.own]
    if row.country is not None:
        shown.append(row.country)
    if not scope.is_network:
        shown.append(row.network)
    return [texts.goal(row.number, row.name), *map(texts.percent, shown)]
