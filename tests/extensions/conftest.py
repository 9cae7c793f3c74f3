import logging
from collections.abc import Iterator

import pytest

from esn_pulse.logs.files import DailyFiles
from tests.end_to_end.conftest import crawl_sample, running_site, site

__all__ = ["crawl_sample", "running_site", "site"]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a crawler that was made in this process did to its logging."""
    yield
    logging.setLogRecordFactory(logging.LogRecord)
    for handler in logging.root.handlers[:]:
        if isinstance(handler, DailyFiles):
            logging.root.removeHandler(handler)
