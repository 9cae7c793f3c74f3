"""``docs/metrics.md`` lists what is told, all of it and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg.types.json import Jsonb

from tests.health.factories import add_run, insert, make_healthy
from tests.metrics.readings import (
    DOCUMENT,
    Reading,
    complaints,
    documented,
    promtool_on,
    refresh,
)
from tests.receiver import receiving
from tests.web.servers import served


@pytest.fixture
def everything(database: str, connection: psycopg.Connection, tmp_path: Path) -> Iterator[Reading]:
    """What is told where nothing is missing."""
    make_healthy(connection)
    reasons = {"asked": {"new": 1}, "skipped": {"settled": 1}}
    add_run(connection, pages=Jsonb(reasons), quality_score=99)
    for job, leased_until in ("waits", None), ("runs", "tomorrow"):
        insert(
            connection,
            "scrapyd_jobs",
            project="p",
            job=job,
            spider="s",
            priority=0,
            node="alpha",
            arguments=Jsonb({}),
            settings=Jsonb({}),
            leased_until=leased_until,
        )
    refresh(database)
    (tmp_path / "esn_pulse_2026-01-15T020000Z.dump").touch()
    with (
        receiving() as node,
        served(
            database, WEB_METRICS_OPEN="1", SCRAPYD_URL=node.url, BACKUPS_DIR=str(tmp_path)
        ) as site,
    ):
        site.get("/healthz")
        yield Reading(site.get("/metrics").text)


def test_the_document_lists_what_is_told(everything: Reading) -> None:
    assert everything.of("collector_success").keys() == {
        (name,)
        for name in (
            *("database", "runs", "pages", "problems", "freshness", "queue", "calendar"),
            *("disk", "backups", "nodes"),
        )
    }
    assert {*everything.of("collector_success").values()} == {1}
    told = {
        name: (family.type, labels(name, everything), family.documentation)
        for name, family in everything.families.items()
    }
    assert told == {
        name: (kind, {*filter(None, listed.split(", "))}, text)
        for name, kind, listed, text in documented()
    }


def labels(name: str, told: Reading) -> set[str]:
    return {label for sample in told.families[name].samples for label in sample.labels} - {"le"}


def test_prometheus_has_nothing_to_complain_of(everything: Reading) -> None:
    assert complaints(everything.text) == ""


def test_the_alerts_are_what_prometheus_understands_and_of_what_is_told(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.search(r"^## What to alert on$(.+?)^## ", text, re.M | re.S)
    assert section
    expressions = [
        one.replace("\\|", "|") for one in re.findall(r"^\| .+ \| `(.+)` \|$", section[1], re.M)
    ]
    known = {name for name, *_ in documented()}

    assert len(expressions) > 10
    assert {*re.findall(r"esn_pulse_\w+", section[1])} <= known
    rules = [
        {"alert": f"Alert{number}", "expr": one} for number, one in enumerate(expressions, start=1)
    ]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "esn-pulse", "rules": rules}]}))
    assert promtool_on(file) == ""
