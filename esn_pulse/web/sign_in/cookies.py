"""The cookies of those who sign in: no script sees them, no other site sends them along."""

from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response


class Cookie:
    """A cookie of ours.

    :param name: it has a prefix that lets browsers take it from nobody else, where there is https.
    :param is_secure: whether the public reaches us by https only.
    """

    def __init__(self, name: str, *, is_secure: bool) -> None:
        self._name = f"__Host-{name}" if is_secure else name
        self._is_secure = is_secure

    def get(self, request: HTTPConnection) -> str:
        """Return what a browser has; '' for nothing."""
        return request.cookies.get(self._name, "")

    def set(self, response: Response, value: str) -> None:
        """Let a browser keep something until it is closed."""
        same_site: Literal["lax"] = "lax"  # also who comes back from ESN's sign-in has it
        response.set_cookie(
            self._name,
            value,
            secure=self._is_secure,
            httponly=True,
            samesite=same_site,
        )

    def remove(self, response: Response) -> None:
        """Let a browser forget it."""
        response.delete_cookie(self._name, secure=self._is_secure, httponly=True, samesite="lax")
