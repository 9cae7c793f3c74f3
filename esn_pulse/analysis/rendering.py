"""Pages with figures: templates, styles and scripts."""

from importlib.resources import files

import jinja2

from esn_pulse.analysis import texts

_STYLES = ("tokens.css", "figures.css", "page.css")


def asset(name: str) -> str:
    """Return the text of a file of ``assets``."""
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def style() -> str:
    """Return what all pages look like: colour, space and type, figures, head and foot."""
    return "".join(map(asset, _STYLES))


def environment(package: str) -> jinja2.Environment:
    """Return what renders the templates of a package; they may import ``figures.html.j2``."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package), jinja2.PackageLoader(__package__)]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["texts"] = texts
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return made
