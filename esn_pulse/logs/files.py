"""The log: it begins with what the run does, no secret gets into it, and it is kept in files, too.

(docs/decisions.md, "Logs")
"""

import errno
import logging
import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from pythonjsonlogger.json import JsonFormatter
from scrapy.crawler import Crawler

from esn_pulse.database.server import whereabouts
from esn_pulse.logs.redaction import keep_secrets_out_of_logs
from esn_pulse.sources import SOURCES

logger = logging.getLogger(__name__)

_OURS = re.compile(r"(?:scrape|errors)_(\d{4}-\d\d-\d\d)\.log")


class Logs:
    """Redacts the log of a run, writes it to ``LOGS_DIR``, and begins it.

    The files are written until the process ends, as how the run ended is logged last.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Begin, before anything can be logged that has to do with this run's settings."""
        keep_secrets_out_of_logs(crawler.settings)
        for handler in logging.root.handlers[:]:
            if isinstance(handler, DailyFiles):  # of an earlier run in this process
                logging.root.removeHandler(handler)
                handler.close()
        if crawler.settings["LOGS_DIR"]:
            logging.root.addHandler(_handler(crawler))
        _begin(crawler)
        return cls()


def _begin(crawler: Crawler) -> None:
    """Log what the run is about to do, and where all that is said of it is kept."""
    settings = crawler.settings
    given: dict[str, str] | None = getattr(crawler.spider, "given", None)
    if given is None:
        return  # not a run of ours: scrapy shell
    logger.info(
        "Running %s (%s): from %s to %s",
        crawler.spidercls.name,
        ", ".join(f"{name}={value}" for name, value in given.items()) or "no arguments",
        " and ".join(str(settings[source.url_setting]) for source in SOURCES),
        whereabouts(settings),
    )
    if settings["LOGS_DIR"]:
        logger.info("This log is also kept in %s", Path(settings["LOGS_DIR"]).absolute())


def _handler(crawler: Crawler) -> logging.Handler:
    folder = Path(crawler.settings["LOGS_DIR"]).absolute()
    handler = DailyFiles(folder, crawler.settings.getint("LOGS_RETENTION_DAYS"))
    handler.setLevel(crawler.settings["LOG_LEVEL"])
    run: dict[str, str | int] = {"spider": crawler.spidercls.name, "process": os.getpid()}
    if job := getattr(crawler.spider, "job", None):
        run["job"] = job
    handler.setFormatter(JsonLines(run))
    return handler


class DailyFiles(logging.Handler):
    """Appends each record to the file of its day in UTC, and errors to a second one as well.

    A file is opened for each record and gets it in one write. So processes can share it, it may be
    removed at any time, there is nothing to close, and a disk that was full can be written to as
    soon as it has room again. Until then records are lost without further ado but a warning.

    :param folder: where ``scrape_YYYY-MM-DD.log`` and ``errors_YYYY-MM-DD.log`` go.
    :param retention: for how many days they are kept; 0: for ever.
    """

    def __init__(self, folder: Path, retention: int) -> None:
        super().__init__()
        self._folder = folder
        self._retention = retention
        self._day: date | None = None
        self._warned = False

    def emit(self, record: logging.LogRecord) -> None:
        """Append a record."""
        try:
            line = f"{self.format(record)}\n".encode(errors="backslashreplace")
        except Exception:  # noqa: BLE001 - whatever an object in the message does when it is shown
            self.handleError(record)
            return
        try:
            self._write(record, line)
        except OSError as error:
            self._warn(error)

    def _write(self, record: logging.LogRecord, line: bytes) -> None:
        day = datetime.fromtimestamp(record.created, UTC).date()
        for kind in ("scrape", "errors") if record.levelno >= logging.ERROR else ("scrape",):
            _append(self._folder / f"{kind}_{day}.log", line)
        if day != self._day:
            self._day = day
            self._remove_old(day)

    def _remove_old(self, today: date) -> None:
        try:
            for path in self._folder.iterdir():
                day = _day_of(path)
                if day and 0 < self._retention < (today - day).days:
                    path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("Old log files in %s stay: %s", self._folder, error.strerror)

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "The log files in %s can't be written (%s); this run goes on without them",
                self._folder,
                error.strerror or error,
            )


def _append(path: Path, line: bytes) -> None:
    try:
        file = path.open("ab", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab", buffering=0)
    with file:
        if file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _day_of(path: Path) -> date | None:
    named = _OURS.fullmatch(path.name)
    try:
        return date.fromisoformat(named[1]) if named and path.is_file() else None
    except ValueError:
        return None


class JsonLines(JsonFormatter):
    """Formats a record as one JSON object.

    :param run: fields that tell one run's records from another's.
    """

    def __init__(self, run: Mapping[str, str | int]) -> None:
        super().__init__(json_ensure_ascii=False)
        self._run = run

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Choose the fields: what else a record carries are objects of the program."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(
            timespec="milliseconds"
        )
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = record.getMessage()
        log_data.update(self._run)
        if "exc_info" in message_dict:
            record.exc_text = message_dict["exc_info"]  # which redacts it
            log_data["exception"] = record.exc_text
