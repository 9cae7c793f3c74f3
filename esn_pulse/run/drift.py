"""Pages that answer 200, but are not what they should be: drifted, or other pages altogether.

A drifted page lacks what must be on it, as after a change of the markup. An impostor is another
page, or one of which nothing proves that it is the one that was asked for.
"""

import gzip
import logging
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.http import TextResponse
from scrapy.settings import BaseSettings
from slugify import slugify

from esn_pulse.exceptions import RunFailed
from esn_pulse.items import MARKUP_CHANGED
from esn_pulse.pages.kinds import PageKind

logger = logging.getLogger(__name__)

OTHER_PAGES = "the site answers with other pages"  # how the reason begins that such a run gives


class DriftWatch:
    """Counts what was read of each kind of page, and keeps pages that are not what they should be.

    :param settings: ``DRIFT_SHARE`` and ``DRIFT_LEAST_PAGES``: above which share of how many pages
        of a kind such pages end the run; ``DRIFT_PAGES_KEPT`` and ``DRIFT_PAGE_BYTES``: how many
        pages are kept in ``PULSE_DIR/drift``, the newest, and how much of each.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._share = settings.getfloat("DRIFT_SHARE")
        self._least = settings.getint("DRIFT_LEAST_PAGES")
        self._pages_kept = settings.getint("DRIFT_PAGES_KEPT")
        self._page_bytes = settings.getint("DRIFT_PAGE_BYTES")
        self._folder = Path(settings["PULSE_DIR"]) / "drift"
        self._read: Counter[PageKind] = Counter()
        self._drifted: Counter[PageKind] = Counter()
        self._impostors: Counter[PageKind] = Counter()

    def read(self, kind: PageKind) -> None:
        """Count a page on which everything was in its place."""
        self._read[kind] += 1

    def drifted(self, kind: PageKind) -> None:
        """Count a page that lacks what must be on it.

        :raises RunFailed: when too many pages of its kind are not what they should be.
        """
        self._drifted[kind] += 1
        self._judge(kind)

    def impostor(self, kind: PageKind, looks_like: str) -> None:
        """Count a page that is another one.

        :param looks_like: what it is, such as ``a maintenance notice``.
        :raises RunFailed: when too many pages of its kind are not what they should be.
        """
        self._impostors[kind] += 1
        self._judge(kind, looks_like)

    def _judge(self, kind: PageKind, looks_like: str = "another page") -> None:
        drifted, impostors = self._drifted[kind], self._impostors[kind]
        wrong = drifted + impostors
        pages = wrong + self._read[kind]
        if pages < self._least or wrong <= self._share * pages:
            return
        if impostors > drifted:
            raise RunFailed(
                f"{OTHER_PAGES} ({kind}): {wrong} of {pages} are not what was asked for, the last"
                f" one looks like {looks_like}. Nothing stored was overwritten. Look at the copies"
                f" in {self._folder}; when the site is well again, run the same command"
            )
        raise RunFailed(
            f"{MARKUP_CHANGED} ({kind}): {wrong} of {pages} lack what must be on them."
            f" Nothing stored was overwritten. Compare the pages in {self._folder} with the"
            " selectors in esn_pulse/pages/"
        )

    def keep(self, kind: PageKind, page: TextResponse) -> None:
        """Keep a copy of a page that is not what it should be."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        name = f"{moment}-{slugify(kind)}-{slugify(urlsplit(page.url).path, max_length=100)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = gzip.compress(page.body[: self._page_bytes])
            (self._folder / f"{name}.html.gz").write_bytes(kept)
            newest_first = sorted(self._folder.glob("*.html.gz"), reverse=True)
            for old in newest_first[self._pages_kept :]:
                old.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("The page %s could not be kept: %s", page.url, error)
