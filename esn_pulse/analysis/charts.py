"""The charts, declared in Vega-Lite, and what draws them.

They hold no data but the map's outlines: ``assets/charts.js`` fills their data set ``rows`` and
sets their signals with those of a ``Figure``. Colours are the page's CSS variables, so that a dark
screen and paper need no other charts.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import altair as alt
import vl_convert

from esn_pulse.analysis import texts

Spec = dict[str, Any]

_VERSION = alt.SCHEMA_VERSION.rpartition(".")[0]  # of Vega-Lite, for which they are valid
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_ROWS = alt.NamedData("rows")
_LABELLED_ROW = 38  # pixels: a line of text and a bar below it
_PLAIN_ROW = 21
# Of a country its own dots and bar stand out, of a section its dot; of the network all do.
_IS_CHOSEN = "chosen === '' || datum.code === chosen || datum.key === chosen"
_MAP_PARAMETERS: dict[str, Any] = {
    "chosen": "",
    "seen": {"type": "MultiPoint", "coordinates": [[0, 40], [30, 60]]},  # must be in the picture
    "most": 1,  # activities: those of the largest dot
    "told": -1,  # the key of the section that has a ring
}


@cache
def charts() -> dict[str, Spec]:
    """Return the Vega specification of each chart, by the name of its figure.

    Vega-Lite is done here: a browser that has less to do draws them sooner.
    """
    made = {
        "map": _map(),
        "activities": _by_month("activities", "var(--blue)", part="national"),
        "participants": _by_month("participants", "var(--magenta)"),
        "formats": _formats(),
        "types": _ranking("share", "var(--magenta)", compared=True),
        "causes": _ranking("share", "var(--green)", compared=True),
        "goals": _ranking("share", "var(--orange)", compared=True),
        "sections": _ranking("activities", "var(--cyan)"),
        "countries": _countries(),
        "growth": _ranking("more", "var(--green)"),
        "quiet": _ranking("activities", "var(--orange)"),
        "freshness": _ranking("sections", "var(--blue)"),
        "history": _history(),
    }
    return {
        name: vl_convert.vegalite_to_vega(_styled(chart), _VERSION) for name, chart in made.items()
    }


@cache
def vega() -> str:
    """Return what draws them, as one script; it takes seconds to put together."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", _VERSION)


def _styled(chart: alt.LayerChart) -> Spec:
    fit: Literal["fit", "fit-x"] = "fit" if chart.height == "container" else "fit-x"
    spec: Spec = (
        chart.properties(
            width="container",
            autosize=alt.AutoSizeParams(type=fit, contains="padding"),
            padding=2,
        )
        .configure(
            background="transparent",
            font=_FONT,
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(
                domain=False,
                ticks=False,
                title=None,
                labelPadding=6,
                labelColor="var(--quiet)",
                labelFontSize=12,
                gridColor="var(--line)",
            ),
            text=alt.MarkConfig(fontSize=13, fill="var(--ink)"),
        )
        .to_dict()
    )
    return spec


def _map() -> alt.LayerChart:
    outlines = {name: _outline(name) for name in ("land", "borders")}
    land = alt.Chart(_shapes("land")).mark_geoshape(fill="var(--land)", clip=True)
    borders = alt.Chart(_shapes("borders")).mark_geoshape(
        filled=False, stroke="var(--page)", strokeWidth=0.9, clip=True
    )
    size = alt.Scale(
        type="sqrt", domain=alt.ExprRef("[0, most]"), range=[14, alt.ExprRef("60 + 0.28 * width")]
    )
    dots = alt.Chart(_ROWS).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        size=alt.Size("activities:Q", scale=size, legend=None),
        color=alt.condition(
            "datum.recent > 0", alt.value("var(--blue)"), alt.value("var(--orange)")
        ),
        tooltip=_tooltip("section", "city:N", "activities:Q", "recent:Q", "participants:Q"),
    )
    around, chosen = [
        dots.transform_filter(shown).mark_circle(
            stroke="var(--page)", strokeWidth=0.7, clip=True, opacity=opacity
        )
        for shown, opacity in ((f"!({_IS_CHOSEN})", 0.18), (_IS_CHOSEN, 0.75))
    ]
    parameters = [alt.param(name=name, value=value) for name, value in _MAP_PARAMETERS.items()]
    ring = (
        alt.Chart(_ROWS)
        .transform_filter("datum.key === told")
        .mark_circle(size=500, filled=False, stroke="var(--ink)", strokeWidth=3, clip=True)
        .encode(longitude="longitude:Q", latitude="latitude:Q")
    )
    layers = alt.LayerChart(layer=[land, borders, around, chosen, ring], datasets=outlines)
    return (
        layers.add_params(*parameters)
        .project(
            type="azimuthalEqualArea",
            rotate=[-15, -52, 0],
            fit=alt.ExprRef("seen"),
            size=alt.ExprRef("[width, height]"),
        )
        .properties(height="container")
    )


def _outline(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"assets/map/{name}.json").read_text())


def _shapes(name: str) -> alt.NamedData:
    return alt.NamedData(name, format=alt.TopoDataFormat(type="topojson", feature=name))


def _tooltip(title: str, *fields: str) -> list[alt.Tooltip]:
    """Return what is said of what one points at: its title, and fields with their types."""
    named = [(field, texts.TOOLTIPS[field.partition(":")[0]]) for field in fields]
    return [
        alt.Tooltip(f"{title}:N", title="title"),
        *(
            alt.Tooltip(field, title=name, format=",d" if field.endswith(":Q") else alt.Undefined)
            for field, name in named
        ),
    ]


def _months() -> alt.X:
    return alt.X("month:T", timeUnit="utcyearmonth", axis=_years(), scale=alt.Scale(type="utc"))


def _years() -> alt.Axis:
    return alt.Axis(
        format="%Y",
        tickCount="year",
        grid=False,
        labelAlign="left",
        labelPadding=4,
        labelBound=True,
    )


def _counts() -> alt.Axis:
    return alt.Axis(format=",d", tickCount=4, tickMinStep=1)


def _by_month(counted: str, colour: str, part: str | None = None) -> alt.LayerChart:
    """Draw a bar a month, and before it that part of it."""
    shown = [counted, part] if part else [counted]
    months = alt.Chart(_ROWS).encode(
        x=_months(),
        opacity=alt.condition("datum.running", alt.value(0.4), alt.value(1)),
        tooltip=_tooltip("label", *(f"{name}:Q" for name in shown)),
    )
    layers = [
        months.mark_bar(color=fill, cornerRadiusEnd=2).encode(y=alt.Y(f"{name}:Q", axis=_counts()))
        for name, fill in zip(shown, (colour, "var(--cyan)"), strict=False)
    ]
    return alt.LayerChart(layer=layers, height=220)


def _formats() -> alt.LayerChart:
    percents = alt.Axis(values=[0, 0.5, 1], labelExpr="round(datum.value * 100) + ' %'")
    quarters = alt.Chart(_ROWS).encode(
        x=alt.X("quarter:T", timeUnit="utcyearquarter", axis=_years(), scale=alt.Scale(type="utc")),
        tooltip=_tooltip("label", "percent:N", "online:Q", "physical:Q"),
    )
    whole = (
        quarters.transform_filter("datum.share !== null")
        .mark_bar(color="var(--land)")
        .encode(y=alt.Y(datum=1, axis=percents))
    )
    online = quarters.mark_bar(color="var(--cyan)").encode(y="share:Q")
    return alt.LayerChart(layer=[whole, online], height=180)


def _ranking(measured: str, colour: str, *, compared: bool = False) -> alt.LayerChart:
    """Draw bars from the top down, what they are above them, so that there is room on a phone."""
    length = alt.Scale(domainMin=0, nice=False)
    rows = alt.Chart(_ROWS).encode(y=alt.Y("key:O", axis=None))
    bars = rows.mark_bar(color=colour, height=8, yOffset=10, cornerRadiusEnd=4).encode(
        x=alt.X(f"{measured}:Q", axis=None, scale=length)
    )
    names = rows.mark_text(align="left", dy=-6, limit=alt.ExprRef("width - 52")).encode(
        x=alt.value(0), text="name:N"
    )
    figures = rows.mark_text(align="right", dy=-6, fontWeight=600).encode(
        x=alt.value(alt.ExprRef("width")), text="figure:N"
    )
    layers = [bars, names, figures]
    if compared:
        network = rows.mark_tick(color="var(--ink)", thickness=2, height=14, yOffset=10)
        shown = alt.condition("compared", alt.value(1), alt.value(0))
        layers.append(network.encode(x="network:Q", opacity=shown))
    chart = alt.LayerChart(layer=layers, height=alt.Step(_LABELLED_ROW))
    return chart.add_params(alt.param(name="compared", value=False)) if compared else chart


def _countries() -> alt.LayerChart:
    labels = alt.Axis(labelColor="var(--ink)", labelFontSize=13, labelLimit=170)
    rows = alt.Chart(_ROWS).encode(y=alt.Y("name:N", sort=None, axis=labels))
    bars = rows.mark_bar(color="var(--blue)", height=9, cornerRadiusEnd=3).encode(
        x=alt.X("activities:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False)),
        opacity=alt.condition(_IS_CHOSEN, alt.value(1), alt.value(0.3)),
    )
    figures = rows.mark_text(align="left", dx=6, fontSize=12).encode(
        x="activities:Q", text="figure:N"
    )
    chart = alt.LayerChart(layer=[bars, figures], height=alt.Step(_PLAIN_ROW))
    return chart.add_params(alt.param(name="chosen", value=""))


def _history() -> alt.LayerChart:
    days = alt.Axis(format="%d %b %Y", grid=False, tickCount=5, labelOverlap=True)
    line = (
        alt.Chart(_ROWS)
        .mark_line(color="var(--blue)", strokeWidth=2.5, point=alt.OverlayMarkDef(size=40))
        .encode(
            x=alt.X("day:T", axis=days, scale=alt.Scale(type="utc")),
            y=alt.Y("activities:Q", axis=_counts(), scale=alt.Scale(zero=False)),
            tooltip=_tooltip("label", "activities:Q", "sections:Q"),
        )
    )
    return alt.LayerChart(layer=[line], height=220)
