"""Keeps secrets out of the logs: passwords, tokens, and the addresses that hold them."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import quote, unquote

from scrapy.settings import BaseSettings

from esn_pulse.database.address import PASSWORDS, AddressError, parsed

MASK = "***"

_SECRET_NAME = re.compile(
    r"PASSWORD|PASSPHRASE|SECRET|TOKEN|_(?:KEY|PASS|PWD)$|^ALERT_TARGETS$", re.IGNORECASE
)
_SHORTEST = 4
_NO_SECRETS = frozenset(["true", "false", "none", "null"])
# Shorter ones are masked as whole words only: a password "pulse" must not blot out "esn_pulse".
_UNMISTAKABLE = 8

_IN_ADDRESS = re.compile(r"://([^\s/:@]*):([^\s/]+)@")
_MISREAD_PASSWORD = re.compile(r"://[^:]*:(.+)@", re.DOTALL)
_IN_CONNINFO = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'\"&]+)", re.IGNORECASE)
_PARTS = re.compile(r"[^\s/?&=@:#,]+")
_HOST_OR_NUMBER = re.compile(r"[\d.]+|(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
# What can stand in place of white space once pprint has broken a long text into lines.
_GAP = r"""(?:\s|\\[nrt]|['"])+"""


class Redactor:
    """Masks secrets in a text: known ones, and what looks like the password in an address.

    :param secrets: the known ones; they are found percent-encoded and in ``repr`` as well.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret) if _is_secret(form)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(_pattern, longest_first)) or "(?!)")

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        text = self._known.sub(MASK, text)
        text = _IN_ADDRESS.sub(rf"://\1:{MASK}@", text)
        return _IN_CONNINFO.sub(rf"\1{MASK}", text)


class RedactedRecord(logging.LogRecord):
    """A log record that gives its message and its traceback only without secrets."""

    def __init__(self, redact: Callable[[str], str], *args: Any, **kwargs: Any) -> None:
        self._redact = redact
        super().__init__(*args, **kwargs)

    def getMessage(self) -> str:  # noqa: N802
        """Return the message with its arguments in it."""
        return self._redact(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback, once a formatter has put it here, as they all do."""
        return self._exc_text

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._exc_text = self._redact(text) if text else text


def keep_secrets_out_of_logs(settings: BaseSettings) -> None:
    """Redact all that this process logs from now on, wherever it goes.

    It is done by the records themselves, not by a filter on the handlers, as Scrapy replaces its
    handler in the midst of starting, and others may add theirs.

    :param settings: where the secrets are, apart from the environment.
    """
    redactor = Redactor(known_secrets(settings, os.environ))
    logging.setLogRecordFactory(partial(RedactedRecord, redactor))


def known_secrets(settings: BaseSettings, environment: Mapping[str, str]) -> set[str]:
    """Return the secrets in settings that somebody set, and in environment variables.

    They are the values with a telling name such as ``FTP_PASSWORD``, the addresses in
    ``ALERT_TARGETS`` and what in them may be a token, the password in any other address, and
    ``DATABASE_URL`` as a whole if there is a password in it.
    """
    chosen = ((name, settings[name]) for name in settings if settings.getpriority(name))
    named = chain(chosen, environment.items())
    return {secret for name, value in named for text in _texts(value) for secret in _in(name, text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple | set):
        yield from (text for part in value for text in _texts(part))


def _in(name: str, text: str) -> Iterator[str]:
    yield from (match[2] for match in _IN_ADDRESS.finditer(text))
    if name == "DATABASE_URL":
        yield from _of_database(text)
    if _SECRET_NAME.search(name):
        yield text
    if name == "ALERT_TARGETS":
        yield from text.split()
        yield from filter(_may_be_token, _PARTS.findall(text))


def _of_database(address: str) -> Iterator[str]:
    """Yield the passwords in an address, and all of it if it has one."""
    try:
        parts = parsed(address)
    except AddressError:  # and any part of it may be of a password
        yield address
        yield from _MISREAD_PASSWORD.findall(address)
        return
    if passwords := [parts[name] for name in PASSWORDS if name in parts]:
        yield from (address, *passwords)


def _may_be_token(part: str) -> bool:
    if len(part) < _UNMISTAKABLE or _HOST_OR_NUMBER.fullmatch(part):
        return False
    return len(part) >= 20 or any(letter.isdigit() or letter.isupper() for letter in part)


def _forms(secret: str) -> set[str]:
    plain = unquote(secret)
    return {form.strip() for form in (secret, plain, quote(plain, safe=""), repr(secret)[1:-1])}


def _is_secret(text: str) -> bool:
    return len(text) >= _SHORTEST and text.lower() not in _NO_SECRETS


def _pattern(secret: str) -> str:
    pattern = _GAP.join(map(re.escape, secret.split()))
    return pattern if len(secret) >= _UNMISTAKABLE else rf"(?<!\w){pattern}(?!\w)"
