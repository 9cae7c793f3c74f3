"""The report as one HTML file: figures, charts, styles and scripts, and nothing from elsewhere."""

import base64
import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import jinja2
import vl_convert
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from esn_pulse.report.charts import charts
from esn_pulse.report.data import Table

_SCRIPTS = ("figures", "sentences", "report")  # in the order in which they need one another


def render(tables: dict[str, Table]) -> str:
    """Return the page that shows these tables, see ``data.read``."""
    scripts = [
        _vega(),
        "".join(_text(f"assets/{name}.js") for name in _SCRIPTS),
    ]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text("templates/report.html.j2")).render(
        data=_json(tables),
        charts=_json(charts()),
        style=Markup(_text("assets/report.css")),  # noqa: S704
        scripts=[Markup(script) for script in scripts],  # noqa: S704
        hashes=[_hash(script) for script in scripts],
        runs=[
            dict(zip(tables["runs"]["columns"], run, strict=True)) for run in tables["runs"]["rows"]
        ],
        made=tables["made"]["rows"][0][0],
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _vega() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script; it takes seconds to put together."""
    version = alt.SCHEMA_VERSION.rpartition(".")[0]  # of Vega-Lite, for which the charts are valid
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _json(value: object) -> Markup:
    """Return JSON that no name or text in it can break out of."""
    return htmlsafe_json_dumps(value, _dumps, separators=(",", ":"), ensure_ascii=False)


def _dumps(value: object, **options: Any) -> str:
    return json.dumps(value, default=_plain, **options)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case datetime() | date():
            return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the report")
