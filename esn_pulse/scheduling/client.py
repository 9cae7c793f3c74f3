"""The way to the Scrapyd nodes, by way of scrapyd-client. All that is known of it is here."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from scrapy.settings import BaseSettings
from scrapyd_client import pyclient
from scrapyd_client.exceptions import ErrorResponse, MalformedResponse

from esn_pulse.exceptions import ConfigurationError, SchedulingError
from esn_pulse.rules.text import clean_text
from esn_pulse.scheduling.nodes import login, node_urls

_DEFAULT = "http://localhost:6800"
# Seconds to connect, and to answer: before its first job Scrapyd starts Scrapy to list the spiders.
_PATIENCE = (5, 30)


class Posted(NamedTuple):
    """A job that a node has put into the queue."""

    node: str
    job: str


class Nodes:
    """The Scrapyd nodes, which share one queue.

    :param settings: ``SCRAPYD_URL``, the address of a node or several, parted by white space. Name
        and password come from the environment, as for Scrapyd: ``SCRAPYD_USERNAME``,
        ``SCRAPYD_PASSWORD``.
    :raises ConfigurationError: when one is no address.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._nodes = [_Node(url) for url in node_urls(settings) or [_DEFAULT]]
        self._project = settings["BOT_NAME"]

    def __len__(self) -> int:
        return len(self._nodes)

    def post(
        self,
        spider: str,
        arguments: Mapping[str, str],
        settings: Mapping[str, str],
        first: int = 0,
    ) -> Posted:
        """Post a job to a node; when that does not answer, to the next one that does.

        :param arguments: what ``-a`` gives.
        :param settings: what ``-s`` gives.
        :param first: which node to begin with.
        :raises SchedulingError: when none answers, or one refuses the job.
        """
        job = token_hex(6)  # short enough to be copied by hand
        words = [("jobid", job), *arguments.items()]
        words += [("setting", f"{name}={value}") for name, value in settings.items()]
        silent: list[str] = []
        for node in (*self._nodes[first:], *self._nodes[:first]):
            try:
                node.post(self._project, spider, words)
            except _NoAnswerError as error:
                silent.append(str(error))
            except SchedulingError as error:
                # A node that was too slow to say so may have put it into the queue all the same.
                if not (silent and job in str(error)):
                    raise
                return Posted(node.name, job)
            else:
                return Posted(node.name, job)
        raise SchedulingError(
            f"{'; '.join(silent)}. Check SCRAPYD_URL, and that Scrapyd runs there (to start it:"
            " scrapyd --pidfile=)"
        )


class _NoAnswerError(SchedulingError):
    """A node is not there, or something else is in its place."""


class _Node(pyclient.ScrapydClient):
    """scrapyd-client's, which by itself would wait for ever.

    :ivar name: its address, without name and password.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            _ = parts.port  # refuses what is none
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            # What it is may be a password.
            raise ConfigurationError(
                "SCRAPYD_URL holds something that is not the address of a Scrapyd node; expected"
                f" something like {_DEFAULT}, or several of that kind, parted by white space"
            )
        place = parts.netloc.rpartition("@")[2]
        self.name = f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
        super().__init__(url.rstrip("/"), *login())

    def post(self, project: str, spider: str, words: list[tuple[str, str]]) -> None:
        """Post a job; raises ``SchedulingError``: a ``_NoAnswerError`` if this node is away."""
        try:
            self.schedule(project, spider, words)
        except requests.Timeout:
            raise _NoAnswerError(f"{self.name} does not answer in time") from None
        except requests.ConnectionError:
            raise _NoAnswerError(f"{self.name} does not answer") from None
        except ErrorResponse as error:
            raise SchedulingError(
                f"{self.name} refused the job: {clean_text(str(error))[-500:]}. Its log has more."
                " If it lacks the project, start scrapyd in the project's folder, or deploy it"
                " with scrapyd-deploy"
            ) from None
        except (
            requests.RequestException, MalformedResponse, RuntimeError, KeyError, TypeError
        ):  # fmt: skip
            raise _NoAnswerError(f"{self.name} answers what Scrapyd would not") from None

    def _post(self, basename: str, data: Any) -> Any:
        answer = requests.post(
            f"{self.url}/{basename}.json",
            data=data,
            headers=pyclient.HEADERS,
            auth=self.auth,
            timeout=_PATIENCE,
        )
        if answer.status_code == requests.codes.unauthorized:
            raise SchedulingError(
                f"{self.name} refused the name and password. Set SCRAPYD_USERNAME and"
                " SCRAPYD_PASSWORD in the environment to what they are on the node"
            )
        return pyclient._process_response(answer)
