"""ESN's sign-in, by OAuth 2: where it has what, and what can go wrong with it.

It is no OpenID provider that one could ask for that.
"""

import logging
from http import HTTPStatus
from io import BytesIO
from time import monotonic
from typing import Any

import requests
import urllib3
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from fastapi.concurrency import run_in_threadpool

from esn_pulse.web import texts
from esn_pulse.web.settings import EsnClient
from esn_pulse.web.sign_in.userinfo import Account, AccountError, read
from esn_pulse.web.turns import Turns

logger = logging.getLogger(__name__)

CALLBACK = "/sign-in/esn/callback"

_AUTHORIZE = "/oauth/authorize"
_TOKEN = "/oauth/token"  # noqa: S105
_USERINFO = "/oauth/v1/userinfo"
_SCOPE = "oauth2_access_to_profile_information"
_PATIENCE = (5, 10)  # seconds to connect, and between two parts of an answer
_LONGEST = 1_000_000  # bytes of an answer
_LONGEST_WAIT = 20  # seconds, for an answer as a whole
# So many sign-ins ask at a time: where ESN does not answer, others need the threads.
_AT_ONCE = 4
_CODE_IS_NONE = "invalid_grant"  # by RFC 6749: used already, too old, or never given
_KNOWN = ("invalid_client", "invalid_request", "invalid_scope", "unauthorized_client")
# Of these the names are logged alone: what they say may have what was sent, or came.
_AWAY = (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError)
# What comes of answers that are no JSON, or not what belongs there: the library takes much for it.
_ODD = (
    *(requests.RequestException, AuthlibBaseError),
    *(ArithmeticError, AttributeError, RecursionError, TypeError, ValueError),
)


class EsnError(Exception):
    """ESN does not say who somebody is.

    :param sentence: what happened, and what to do next.
    """

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Esn:
    """ESN's sign-in.

    :param client: by what it knows us.
    """

    def __init__(self, client: EsnClient) -> None:
        self._client = client
        self._turns = Turns(_AT_ONCE)

    def address(self, state: str, verifier: str) -> str:
        """Return where somebody signs in there."""
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._client.accounts_url + _AUTHORIZE, state=state, code_verifier=verifier
            )
        return str(address)

    async def account(self, code: str, verifier: str) -> Account:
        """Return the account of whoever brought a code.

        The token that it takes is used for this, and forgotten.

        :raises EsnError: when ESN does not say whose it is.
        :raises TooBusy: when too many ask at a time.
        """
        async with self._turns.one():
            said = await run_in_threadpool(self._userinfo, code, verifier)
        try:
            return read(said)
        except AccountError as error:
            raise EsnError(HTTPStatus.BAD_GATEWAY, str(error)) from None

    def _userinfo(self, code: str, verifier: str) -> object:
        url = self._client.accounts_url
        try:
            with self._session() as session:
                token = session.fetch_token(
                    url + _TOKEN, code=code, code_verifier=verifier, **_of_each()
                )
                if not isinstance(token.get("access_token"), str):
                    raise _odd("no token")
                answer = session.get(url + _USERINFO, **_of_each())
                answer.raise_for_status()
                return answer.json()
        except OAuthError as error:
            raise _refused(error) from None
        except _AWAY as error:
            raise _away(type(error).__name__) from None
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            is_away = status >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise (_away if is_away else _odd)(str(status)) from None
        except _ODD as error:
            raise _odd(type(error).__name__) from None

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._client.client_id,
            self._client.secret,
            scope=_SCOPE,
            redirect_uri=f"{self._client.url}{CALLBACK}",
            code_challenge_method="S256",
        )


def _of_each() -> dict[str, Any]:
    """Return how each request is made; where it leads elsewhere, no secret is sent along."""
    return {
        "timeout": _PATIENCE,
        "allow_redirects": False,
        "stream": True,
        "hooks": {"response": _read_some},
    }


def _read_some(answer: requests.Response, **_: object) -> None:
    """Read an answer up to a length: one that is longer is no JSON any more."""
    body = b""
    until = monotonic() + _LONGEST_WAIT
    while len(body) < _LONGEST and (part := answer.raw.read1(_LONGEST, decode_content=True)):
        body += part
        if monotonic() > until:
            raise requests.ReadTimeout
    answer.close()
    answer.raw = BytesIO(body)


def _refused(error: OAuthError) -> EsnError:
    if error.error == _CODE_IS_NONE:
        return EsnError(HTTPStatus.BAD_REQUEST, texts.SIGN_IN_OVER)
    return _odd(error.error if error.error in _KNOWN else "an unknown error")


def _away(why: str) -> EsnError:
    logger.error("ESN's sign-in can't be reached (%s)", why)
    return EsnError(HTTPStatus.BAD_GATEWAY, texts.ESN_AWAY)


def _odd(what: str) -> EsnError:
    logger.error(
        "ESN's sign-in does not say who somebody is (%s). Check ESN_CLIENT_ID, ESN_CLIENT_SECRET,"
        " and that ESN knows the address of WEB_URL with %s",
        what,
        CALLBACK,
    )
    return EsnError(HTTPStatus.BAD_GATEWAY, texts.ESN_ODD)
