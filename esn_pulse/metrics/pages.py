"""The pages that runs asked for, and what became of them: from what Scrapy counted."""

from collections.abc import Iterator

from psycopg import Connection, sql
from scrapy.settings import BaseSettings

from esn_pulse.health.runs import latest_figures
from esn_pulse.metrics.metric import Sample, counter, gauge
from esn_pulse.run import stats
from esn_pulse.sources import SOURCES

PAGES = counter(
    "pages_total",
    "Pages that ended runs have asked for: read, gone (404 or 410), or failed for good.",
    "spider",
    "result",
)
WRONG = counter(
    "wrong_pages_total",
    "Pages that were answered with 200 but lacked what must be on them (drifted), or were others"
    " (impostor).",
    "spider",
    "kind",
)
ASKED = counter("pages_asked_total", "Pages that ended runs asked for, by why.", "spider", "reason")
SKIPPED = counter(
    "pages_skipped_total",
    "Known pages that ended runs did not ask for, by why not.",
    "spider",
    "reason",
)
LAST_PAGES = gauge(
    "last_run_pages",
    "Pages that the last run that ended has asked for, repairs aside: read, gone, or failed.",
    "spider",
    "result",
)
LAST_WRONG = gauge(
    "last_run_wrong_pages",
    "Pages of the last run that ended, repairs aside, that were drifted, or impostors.",
    "spider",
    "kind",
)
LAST_SUCCESS = gauge(
    "last_run_success_ratio",
    "Pages read in all that were read or failed, 0 to 1, of the last run that ended, repairs"
    " aside.",
    "spider",
)

_RESULTS = {
    stats.PAGES_READ: "read",
    stats.PAGES_GONE: "gone",
    stats.PAGES_FAILED: "failed",
}
_KINDS = {stats.PAGES_DRIFTED: "drifted", stats.PAGES_IMPOSTORS: "impostor"}
# The figures of a run are unpacked once, not once for each.
_SUMS = sql.SQL(
    "SELECT {sums} FROM scraper_status CROSS JOIN LATERAL jsonb_to_record(stats) AS figures"
    " ({columns}) WHERE scraper_module = %s"
)
_REASONS = """
    SELECT decision, reason, sum(number::bigint)
    FROM scraper_status CROSS JOIN LATERAL jsonb_each(pages) AS decided (decision, reasons)
    CROSS JOIN LATERAL jsonb_each_text(reasons) AS counted (reason, number)
    WHERE scraper_module = %s GROUP BY 1, 2
"""


def pages(connection: Connection, settings: BaseSettings) -> Iterator[Sample]:  # noqa: ARG001
    """Tell of the pages of all runs on record, and of those of each spider's last run."""
    names = [*_RESULTS, *_KINDS]
    for source in SOURCES:
        sums = connection.execute(_sums(names), [source.module]).fetchone() or ()
        total = dict(zip(names, sums, strict=True))
        for name, result in _RESULTS.items():
            yield PAGES(total[name], source.name, result)
        for name, kind in _KINDS.items():
            yield WRONG(total[name], source.name, kind)
        for decision, reason, number in connection.execute(_REASONS, [source.module]):
            yield {"asked": ASKED, "skipped": SKIPPED}[decision](number, source.name, reason)

        if figures := latest_figures(connection, source):
            for name, result in _RESULTS.items():
                yield LAST_PAGES(figures.get(name, 0), source.name, result)
            for name, kind in _KINDS.items():
                yield LAST_WRONG(figures.get(name, 0), source.name, kind)
            if (rate := stats.success_rate(figures)) is not None:
                yield LAST_SUCCESS(rate, source.name)


def _sums(names: list[str]) -> sql.Composed:
    return _SUMS.format(
        sums=sql.SQL(", ").join(
            sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(name)) for name in names
        ),
        columns=sql.SQL(", ").join(
            sql.SQL("{} bigint").format(sql.Identifier(name)) for name in names
        ),
    )
