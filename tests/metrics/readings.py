"""What is told, as Prometheus understands it."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from psycopg import AsyncConnection
from scrapy.settings import Settings

from esn_pulse.database.schema.views import refresh_views
from esn_pulse.metrics import Families, Pipeline

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"


@dataclass
class Reading:
    """All that was told.

    :ivar families: by the names that Prometheus gives them.
    """

    text: str

    @property
    def families(self) -> dict[str, Metric]:
        return {_full(family): family for family in text_string_to_metric_families(self.text)}

    def __call__(self, name: str, **labels: str) -> float | None:
        """Return a value of ``esn_pulse_…``; None when it is missing."""
        return self.of(name).get(tuple(value for _, value in sorted(labels.items())))

    def of(self, name: str) -> dict[tuple[str, ...], float]:
        """Return all values of ``esn_pulse_…``, by their labels in the order of their names."""
        family = self.families.get(f"esn_pulse_{name}")
        return {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value
            for sample in (family.samples if family else ())
        }


def _full(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def project_settings(**given: object) -> Settings:
    """Return the project's settings, of a machine without Scrapyd and backups by default."""
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    settings.setdict({"SCRAPYD_URL": None, "BACKUPS_DIR": "/nowhere/at/all", **given})
    return settings


def read(conninfo: str, **given: object) -> Reading:
    """Read what there is to tell."""
    return written(Pipeline(project_settings(**given)), conninfo)


def written(pipeline: Pipeline, conninfo: str) -> Reading:
    """Read it once more."""
    told = pipeline.read(lambda: conninfo)
    return Reading(generate_latest(Families(told.samples)).decode())


def refresh(database: str) -> None:
    """Bring the views up to date with what was put into a database, as runs do."""

    async def refreshed() -> None:
        async with await AsyncConnection.connect(database) as connection:
            await refresh_views(connection)

    asyncio.run(refreshed())


def complaints(text: str) -> str:
    """Return what Prometheus' own tool has to say of metrics, '' for nothing."""
    return promtool("check", "metrics", given=text)


def promtool(*words: str, given: str = "") -> str:
    """Let Prometheus' own tool check something; returns its complaints, '' for none."""
    program = shutil.which("promtool")
    if not program:
        pytest.skip("there is no promtool (apt-get install --no-install-recommends prometheus)")
    ended = subprocess.run(
        [program, *words], input=given, capture_output=True, text=True, check=False
    )
    return ended.stderr if ended.returncode == 0 else f"{ended.stdout}{ended.stderr}"


def documented() -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows of the document's tables of metrics: name, kind, labels, what it tells."""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith(("| `esn_pulse_", "| `process_")):
            name, kind, labels, told = (cell.strip() for cell in line.strip("|").split(" | "))
            yield name.strip("`"), kind, labels, told
