"""The report as one HTML file: figures, charts, styles and scripts, and nothing from elsewhere."""

import base64
import hashlib
from importlib.resources import files

from markupsafe import Markup

from esn_pulse.analysis.charts import charts, vega
from esn_pulse.analysis.rendering import asset, environment, style
from esn_pulse.report.packing import pack
from esn_pulse.report.reading import Content


def render(content: Content) -> str:
    """Return the page that shows this."""
    scripts = [vega(), asset("charts.js") + _own("report.js")]
    network, *countries = content.overviews
    return (
        environment(__package__)
        .get_template("report.html.j2")
        .render(
            network=network,
            countries=[overview.scope for overview in countries],
            packed=pack(content.overviews),
            charts=charts(),
            style=Markup(style() + _own("report.css")),  # noqa: S704
            scripts=[Markup(script) for script in scripts],  # noqa: S704
            hashes=[_hash(script) for script in scripts],
            runs=content.runs,
            made=content.made_at,
        )
    )


def _own(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
