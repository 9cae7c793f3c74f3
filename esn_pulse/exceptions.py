"""What ends a run before its work is done, and why a page is not read."""

from scrapy.exceptions import CloseSpider, DownloadFailedError, IgnoreRequest


class RunFailed(CloseSpider):
    """Ends the run as failed.

    Raised by spiders (bad arguments, nothing to do) and by pipelines (the database stays away).
    Scrapy then closes the spider; the run's ``scraper_status`` row and the last log line carry
    ``message``, and the exit status is not 0.

    :param message: what happened and what to do next, in one sentence or two.
    """

    def __init__(self, message: str) -> None:
        super().__init__(reason=f"failed: {message}")
        self.message = message

    def __str__(self) -> str:
        return self.message


class ConfigurationError(RunFailed):
    """A setting has a value that the run can't work with. Raised where the setting is read."""


class DatabaseUnavailable(RunFailed):
    """PostgreSQL can't be reached, or stayed away. Raised by ``esn_pulse.database``."""


class CommandError(Exception):
    """A command can't do what it was asked for; it prints the message, and no traceback.

    The message says what happened and what to do next.
    """


class BackupError(CommandError):
    """A backup can't be made, read or restored. Raised by ``esn_pulse.database``."""


class ReaderError(CommandError):
    """The role for the BI tools can't be made. Raised by ``esn_pulse.reader``."""


class ExportError(CommandError):
    """The views can't be exported. Raised by ``esn_pulse.export``.

    What was exported before is still there.
    """


class ReportError(CommandError):
    """A report can't be written. Raised by ``esn_pulse.report``."""


class SchedulingError(CommandError):
    """No node took a job. Raised by ``esn_pulse.scheduling.client``.

    The message says which node answered what.
    """


class PageError(Exception):
    """An answer that is not the page that was asked for. Raised by the modules in ``pages``.

    The spiders record it as a failed scrape; nothing that is stored is overwritten.
    """


class DriftError(PageError):
    """A page that lacks what must be on it: a drift, see ``esn_pulse.run.drift``."""


class ImpostorError(PageError):
    """An answer that is another page than the one asked for, or that proves nothing.

    A maintenance notice, say, or a bot wall's check: see ``esn_pulse.pages.proof.impostors``.
    """


class SiteUnwell(IgnoreRequest):
    """The circuit breaker of the request's site is open. Raised by its middleware."""


class NoTurn(IgnoreRequest):
    """A request was not sent, as the database that gives out the turns failed; the run ends.

    Raised by ``esn_pulse.fetching.shared_delay``.
    """


class BarredError(Exception):
    """No request gets to a site as things are, and asking again would not help.

    Raised by ``esn_pulse.fetching``; the circuit breaker gives the site up at once. The message
    says which host, why, and what to do next.
    """


class CertificateError(BarredError):
    """A site's certificate does not prove that it is the site."""


class ProxyRefusalError(BarredError):
    """The proxy does not want us, or does not let us through to the site."""


class ProxyError(DownloadFailedError):
    """The proxy can't be reached, can't reach the site, or brings nothing; Scrapy tries again.

    Raised by ``esn_pulse.fetching.downloads`` and ``esn_pulse.fetching.chromium``.
    """


class BrowserMissing(IgnoreRequest):
    """There is no browser that can be started; the message says how to get one.

    Raised by ``esn_pulse.fetching``. Asking again would not help, so the request is not retried.
    """


class BrowserBarred(IgnoreRequest):
    """Something bars the browser's way to a page: its certificate, or the proxy.

    Plain requests have other authorities and logins, and may get to the site, so only this page
    fails. Raised by ``esn_pulse.fetching``; the request is not retried.
    """


class RunStops(IgnoreRequest):
    """A request was not sent, as the run was asked to end. Raised by ``esn_pulse.fetching``."""


class AskedAlready(IgnoreRequest):
    """A redirect leads to a page that the run asks for anyway, so that it is not followed.

    Raised by ``esn_pulse.middlewares.redirect``, on behalf of the spider.

    :param url: the page's address.
    """

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} is asked for by itself")
        self.url = url


class NotBegun(IgnoreRequest):
    """The run's time was up before a section was begun. Raised by the time budget's middleware."""
