"""Prometheus' rules: each alert comes when it should, and none when all is well."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from esn_pulse.health import NAMES
from esn_pulse.sources import SOURCES
from tests.deploy.files import COMPOSE
from tests.deploy.watchers import PROMETHEUS, RULES, RULES_FILE
from tests.metrics.readings import DOCUMENT, promtool

Series = dict[str, str | None]

MINUTES = 8 * 60


def always(value: float) -> str:
    """Return the values of a series, each minute, in promtool's notation."""
    return f"{value}+0x{MINUTES}"


# time() is 0 at the first minute.
HEALTHY: Series = {
    'up{job="esn-pulse", instance="web"}': always(1),
    'esn_pulse_database_up{instance="web"}': always(1),
    'esn_pulse_collector_success{collector="queue", instance="web"}': always(1),
    'esn_pulse_collector_success{collector="backups", instance="web"}': always(0),
    'esn_pulse_last_run_success_ratio{spider="activities"}': always(0.8),
    'esn_pulse_last_run_outcome{spider="activities", outcome="failed"}': always(0),
    'esn_pulse_last_run_outcome{spider="activities", outcome="finished"}': always(1),
    'esn_pulse_last_run_wrong_pages{spider="activities", kind="drifted"}': always(0),
    'esn_pulse_last_run_wrong_pages{spider="activities", kind="impostor"}': always(0),
    'esn_pulse_runs_at_work{spider="activities"}': always(0),
    'esn_pulse_runs_dead{spider="activities"}': always(0),
    'esn_pulse_organisations{kind="section", freshness="this week"}': always(500),
    'esn_pulse_organisations{kind="section", freshness="older"}': always(0),
    "esn_pulse_missing_activities": always(100),
    'esn_pulse_jobs{state="pending"}': always(100),
    'esn_pulse_jobs{state="running"}': always(1),
    'esn_pulse_jobs{state="lost"}': always(0),
    "esn_pulse_node_deaths_total": always(3),
    'esn_pulse_node_up{node="alpha"}': always(1),
    'esn_pulse_calendar_entry_state{entry="backup", state="not due"}': always(1),
    'esn_pulse_calendar_entry_state{entry="backup", state="due"}': always(0),
    'esn_pulse_calendar_entry_state{entry="backup", state="waiting"}': always(0),
    'esn_pulse_calendar_entry_failed{entry="backup"}': always(0),
    "esn_pulse_last_backup_timestamp_seconds": always(-100_000),
    "esn_pulse_backups": always(14),
    "esn_pulse_database_server_connections": always(89),
    "esn_pulse_database_server_connections_max": always(100),
    'esn_pulse_disk_used_bytes{instance="web"}': always(89e9),
    'esn_pulse_disk_free_bytes{instance="web"}': always(11e9),
    'esn_pulse_http_requests_total{status="200"}': f"0+96x{MINUTES}",
    'esn_pulse_http_requests_total{status="503"}': f"0+4x{MINUTES}",
}
OLDER = 'esn_pulse_organisations{kind="section", freshness="older"}'
AT_WORK = 'esn_pulse_runs_at_work{spider="activities"}'
DUE, WAITS = (
    f'esn_pulse_calendar_entry_state{{entry="backup", state="{state}"}}'
    for state in ("due", "waiting")
)
OF_ACTIVITIES = 'spider="activities"'

# What makes an alert come, and the labels that it has then.
ILL: dict[str, list[tuple[Series, str]]] = {
    "PagesUnread": [
        ({'esn_pulse_last_run_success_ratio{spider="activities"}': always(0.79)}, OF_ACTIVITIES)
    ],
    "RunFailed": [
        (
            {'esn_pulse_last_run_outcome{spider="activities", outcome="failed"}': always(1)},
            OF_ACTIVITIES,
        )
    ],
    "RunKilled": [({'esn_pulse_runs_dead{spider="activities"}': always(1)}, OF_ACTIVITIES)],
    "SiteDrifted": [
        (
            {'esn_pulse_last_run_wrong_pages{spider="activities", kind="drifted"}': always(1)},
            OF_ACTIVITIES,
        )
    ],
    "SiteImpostors": [
        (
            {'esn_pulse_last_run_wrong_pages{spider="activities", kind="impostor"}': always(1)},
            OF_ACTIVITIES,
        )
    ],
    "OrganisationsOutdated": [({OLDER: always(1)}, "")],
    "ActivitiesMissing": [({"esn_pulse_missing_activities": always(101)}, "")],
    "JobsPileUp": [({'esn_pulse_jobs{state="pending"}': always(101)}, "")],
    "JobsNotTaken": [({'esn_pulse_jobs{state="running"}': always(0)}, "")],
    "NodeDied": [
        ({'esn_pulse_jobs{state="lost"}': always(1)}, ""),
        ({"esn_pulse_node_deaths_total": f"3+0x{MINUTES - 30} 4+0x30"}, ""),
    ],
    "NodeSilent": [({'esn_pulse_node_up{node="alpha"}': always(0)}, 'node="alpha"')],
    "RunMissed": [
        ({DUE: always(1)}, 'entry="backup"'),
        ({DUE: f"1+0x240 0+0x{MINUTES}", WAITS: f"0+0x240 1+0x{MINUTES}"}, 'entry="backup"'),
    ],
    "CalendarEntryFailed": [
        ({'esn_pulse_calendar_entry_failed{entry="backup"}': always(1)}, 'entry="backup"')
    ],
    "BackupOutdated": [
        ({"esn_pulse_last_backup_timestamp_seconds": always(-172_800)}, ""),
        ({"esn_pulse_last_backup_timestamp_seconds": None, "esn_pulse_backups": always(0)}, ""),
    ],
    "DatabaseAway": [({'esn_pulse_database_up{instance="web"}': always(0)}, 'instance="web"')],
    "ConnectionsUsedUp": [({"esn_pulse_database_server_connections": always(91)}, "")],
    "DiskNearlyFull": [
        ({'esn_pulse_disk_used_bytes{instance="web"}': always(100e9)}, 'instance="web"')
    ],
    "WebAway": [
        ({'up{job="esn-pulse", instance="web"}': always(0)}, 'instance="web", job="esn-pulse"')
    ],
    "WebFails": [({'esn_pulse_http_requests_total{status="503"}': f"0+6x{MINUTES}"}, "")],
    "MetricsMissing": [
        (
            {'esn_pulse_collector_success{collector="queue", instance="web"}': always(0)},
            'collector="queue"',
        )
    ],
}

WELL: dict[str, Series] = {
    "all is well": {},
    "nothing is told": dict.fromkeys(HEALTHY),
    "a run is reading what is older": {OLDER: always(9), AT_WORK: always(1)},
    "a run was due for five hours": {DUE: f"0+0x{MINUTES - 300} 1+0x300"},
    "no job waits, and none runs": {
        f'esn_pulse_jobs{{state="{state}"}}': always(0) for state in ("pending", "running")
    },
    "nobody knows of backups": {
        "esn_pulse_backups": None,
        "esn_pulse_last_backup_timestamp_seconds": None,
    },
    "the database was away for a minute": {
        'esn_pulse_database_up{instance="web"}': f"1+0x{MINUTES - 2} 0 0"
    },
    "one does not tell, but another does": {
        'esn_pulse_collector_success{collector="queue", instance="reader"}': always(0)
    },
    "the web is not asked": {
        f'esn_pulse_http_requests_total{{status="{status}"}}': always(7) for status in (200, 503)
    },
}


def test_prometheus_understands_what_it_is_given() -> None:
    assert promtool("check", "config", str(PROMETHEUS)) == ""


@pytest.mark.parametrize(
    ("alert", "changed", "labels"),
    [(alert, changed, labels) for alert, ways in ILL.items() for changed, labels in ways],
)
def test_an_alert_comes(alert: str, changed: Series, labels: str, tmp_path: Path) -> None:
    (rule,) = (one for one in RULES if one["alert"] == alert)
    raised = f'alertname="{alert}", severity="{rule["labels"]["severity"]}", {labels}'

    assert complaints(changed, [f'{{alertstate="firing", {raised}}}'], tmp_path) == ""


def test_each_alert_was_seen() -> None:
    assert ILL.keys() == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("changed", WELL.values(), ids=WELL)
def test_no_alert_comes(changed: Series, tmp_path: Path) -> None:
    assert complaints(changed, [], tmp_path) == ""


def complaints(changed: Series, firing: list[str], folder: Path) -> str:
    """Return how the alerts that come differ from those expected."""
    series = {**HEALTHY, **changed}
    test: dict[str, Any] = {
        "interval": "1m",
        "input_series": [{"series": one, "values": of} for one, of in series.items() if of],
        "promql_expr_test": [
            {
                "expr": 'ALERTS{alertstate="firing"}',
                "eval_time": f"{MINUTES}m",
                "exp_samples": [{"labels": f"ALERTS{one}", "value": 1} for one in firing],
            }
        ],
    }
    file = folder / "test.yml"
    # As seldom as the alerts' limits allow, so that it is quick.
    given = {"rule_files": [str(RULES_FILE)], "evaluation_interval": "10m", "tests": [test]}
    file.write_text(yaml.safe_dump(given))
    return promtool("test", "rules", str(file))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_names_commands_that_there_are(rule: dict[str, Any]) -> None:
    advice = rule["annotations"]["description"]
    for command in re.findall(r"scrapy ([a-z_]+)", advice):
        assert import_module(f"esn_pulse.commands.{command}")
    for check in re.findall(r"--check (\S+(?: \S+ }})?)", advice):
        named = {check.replace("{{ $labels.spider }}", source.name) for source in SOURCES}
        assert named <= {*NAMES}


def test_the_document_lists_the_alerts() -> None:
    section = re.search(r"^## What to alert on$(.+?)^## ", DOCUMENT.read_text("utf-8"), re.M | re.S)
    assert section
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| ", section[1], re.M)

    assert listed == [(rule["alert"], rule["labels"]["severity"]) for rule in RULES]


def test_prometheus_is_given_its_files_and_asks_the_web() -> None:
    service = COMPOSE["services"]["prometheus"]
    flags = dict(flag.removeprefix("--").split("=") for flag in service["command"])
    folders = [volume.split(":")[:2] for volume in service["volumes"]]
    config = yaml.safe_load(PROMETHEUS.read_text())
    (job,) = config["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]

    mounted = {f"{into}/{PROMETHEUS.name}" for source, into in folders if source == "./prometheus"}
    assert flags["config.file"] in mounted
    assert flags["storage.tsdb.path"] in [into for source, into in folders if source[0] != "."]
    assert config["rule_files"] == [RULES_FILE.name]
    assert target.split(":")[0] in COMPOSE["services"]
    assert f"//127.0.0.1:{target.split(':')[1]}/" in str(
        COMPOSE["services"]["web"]["healthcheck"]["test"]
    )
    (away,) = (rule["expr"] for rule in RULES if rule["expr"].startswith("up{"))
    assert f'job="{job["job_name"]}"' in away
