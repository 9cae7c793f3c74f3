"""What we use of libraries though they don't promise it: a newer version may be without it.

Their versions are bounded in ``pyproject.toml`` for that reason. Who raises a bound learns here
what went, and which module of ours to look at.
"""

import inspect
from types import CodeType
from typing import Any, NamedTuple

import psycopg
import pytest
import scrapy_playwright.handler as playwright_handler  # type: ignore[import-untyped]
import scrapy_playwright.provider as playwright_provider  # type: ignore[import-untyped]
import scrapyd
import scrapyd.app
import scrapyd.eggstorage
import scrapyd.environ
import scrapyd.launcher
import scrapyd.poller
import scrapyd.webservice
from psycopg import errors
from scrapy.core.downloader import Slot
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.core.engine import ExecutionEngine
from scrapy.core.engine import _Slot as EngineSlot
from scrapy.crawler import Crawler
from scrapyd_client import pyclient
from twisted.internet.defer import DeferredQueue
from yoyo.backends import DatabaseBackend

from esn_pulse.database import embedded


class Part(NamedTuple):
    """Names that a library's class or module has, or its function uses, for a module of ours."""

    ours: str
    owner: Any
    names: tuple[str, ...]


LAUNCHER, PROCESS = scrapyd.launcher.Launcher, scrapyd.launcher.ScrapyProcessProtocol
PLAYWRIGHT, PROVIDER = (
    playwright_handler.ScrapyPlaywrightDownloadHandler,
    playwright_provider.PlaywrightBrowserProvider,
)
PARTS = [
    Part("node/app.py", scrapyd.Config.__init__, ("cp",)),
    Part("node/eggs.py", scrapyd.eggstorage.FilesystemEggStorage.__init__, ("basedir",)),
    Part("node/eggs.py", scrapyd.eggstorage.FilesystemEggStorage._get_path, ("basedir",)),
    Part("node/jobstorage.py", PROCESS.__init__, ("start_time", "end_time")),
    Part("node/launcher.py", PROCESS.__init__, ("deferred", "job")),
    Part("node/launcher.py", LAUNCHER.__init__, ("processes", "runner")),
    Part("node/launcher.py", LAUNCHER.startService, ("_get_message",)),
    Part("node/launcher.py", LAUNCHER._get_message, ("_spawn_process",)),
    Part("node/launcher.py", LAUNCHER._spawn_process, ("_process_finished", "processes")),
    Part("node/poller.py", scrapyd.poller.QueuePoller.__init__, ("dq",)),
    Part("node/poller.py", scrapyd.poller.QueuePoller.update_projects, ("queues",)),
    Part("node/poller.py", DeferredQueue.__init__, ("waiting",)),
    Part(
        "node/runner.py",
        scrapyd.environ.Environment.get_environment,
        ("SCRAPY_PROJECT", "SCRAPYD_EGG_VERSION"),
    ),
    Part(
        "node/webservice.py",
        inspect.unwrap(scrapyd.webservice.Cancel.render_POST),
        ("root", "launcher", "processes"),
    ),
    Part(
        "node/webservice.py",
        inspect.unwrap(scrapyd.webservice.AddVersion.render_POST),
        ("root", "eggstorage", "update_projects", "spider_list"),
    ),
    Part("node/webservice.py", scrapyd.webservice.spider_list, ("delete",)),
    Part("scheduling/client.py", pyclient, ("HEADERS", "_process_response")),
    Part("scheduling/client.py", pyclient.ScrapydClient.__init__, ("url", "auth")),
    Part("scheduling/client.py", pyclient.ScrapydClient.schedule, ("_post",)),
    Part(
        "fetching/chromium.py",
        playwright_handler.Config,
        ("target_closed_max_retries", "launch_options"),
    ),
    Part("fetching/chromium.py", PLAYWRIGHT.__init__, ("config",)),
    Part("fetching/chromium.py", PLAYWRIGHT._launch, ("browser_provider", "start")),
    Part("fetching/chromium.py", PLAYWRIGHT._maybe_launch_browser, ("launch_browser",)),
    Part("fetching/chromium.py", PROVIDER.start, ("browser_type",)),
    Part("fetching/chromium.py", PROVIDER.launch_browser, ("config", "launch_options")),
    Part("fetching/chromium.py", PROVIDER, ("close",)),
    Part("fetching/downloads.py", HTTP11DownloadHandler.__init__, ("_contextFactory",)),
    Part("fetching/shared_delay.py", Slot, ("delay",)),
    Part("run/stopping.py", Crawler.__init__, ("_engine",)),
    Part("run/stopping.py", ExecutionEngine.__init__, ("_slot", "start_time")),
    Part("run/stopping.py", EngineSlot.__init__, ("closing",)),
    Part("database/sessions.py", errors, ("_WaitTimeout",)),
    Part("database/sessions.py", psycopg.Connection.wait, ("interval", "timeout")),
    Part("database/sessions.py", psycopg.Cursor.execute, ("wait",)),
    Part("database/sessions.py", psycopg.AsyncConnection.wait, ("interval", "timeout")),
    Part("database/sessions.py", psycopg.AsyncCursor.execute, ("wait",)),
    Part("database/embedded.py", embedded._package(), ("get_server", "pg_ctl")),
    Part(
        "database/embedded.py",
        embedded._package().PostgresServer,
        ("ensure_postgres_running", "get_uri", "get_postmaster_info"),
    ),
    Part("database/embedded.py", embedded._package().PostgresServer.__init__, ("system_user",)),
    Part("database/schema/migrations.py", DatabaseBackend, ("migration_table",)),
]


def used_by(code: CodeType) -> set[str]:
    """Return the names, variables and texts in a function, and in those inside it."""
    found = {*code.co_names, *code.co_varnames}
    for constant in code.co_consts:
        found |= used_by(constant) if isinstance(constant, CodeType) else {str(constant)}
    return found


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.ours}-{part.names[0]}")
def test_a_private_part_is_still_there(part: Part) -> None:
    known = used_by(part.owner.__code__) if inspect.isfunction(part.owner) else {*dir(part.owner)}
    known |= {*getattr(part.owner, "__dataclass_fields__", ())}
    gone = [name for name in part.names if name not in known]

    assert not gone, (
        f"{part.owner} has no {', '.join(gone)} any more, which esn_pulse/{part.ours} needs: adapt"
        " that, or put the library's earlier version into pyproject.toml"
    )
