"""What ESN says of an account: who it is, and to what it belongs.

Only what is as it is described counts. What can't be read gives no right, and nothing is made to
fit: no letter is folded into another, no white space is cut off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from esn_pulse.web import texts
from esn_pulse.web.sign_in.people import Belongings

# 'TR-ANKA-MET': in small letters it is the section's slug of accounts.esn.org.
_SECTION = re.compile(r"[A-Z]{2}-[A-Z0-9-]{1,60}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_GROUP = re.compile(r"[A-Z][A-Z_]{0,49}:[A-Za-z0-9_-]{1,50}", re.ASCII)
_SUBJECT = re.compile(r"[!-~]{1,255}", re.ASCII)
_LONGEST_NAME = 60


class AccountError(Exception):
    """An account that nobody can sign in with; the message says why, and what to do."""


@dataclass(frozen=True)
class Account:
    """An account of ESN's.

    :ivar subject: ESN's own name of it, which never changes.
    :ivar user_name: by which people know it.
    """

    subject: str
    user_name: str
    belongings: Belongings


def read(userinfo: object) -> Account:
    """Return what an answer of the userinfo says.

    :param userinfo: the JSON that came, whatever it is.
    :raises AccountError: when it does not say who it is.
    """
    if not isinstance(userinfo, dict):
        raise AccountError(texts.NO_SUBJECT)
    subject, user_name = userinfo.get("sub"), userinfo.get("preferred_username")
    if not _is(subject, _SUBJECT):
        raise AccountError(texts.NO_SUBJECT)
    if not _is_user_name(user_name):
        raise AccountError(texts.NO_USER_NAME)
    entries = [one for one in _listed(userinfo.get("detailed_groups")) if isinstance(one, dict)]
    belongings = Belongings(
        sections=[scope.lower() for scope in _scopes(entries, "section", _SECTION)],
        countries=_scopes(entries, "country", _COUNTRY),
        groups=_once(one for one in _groups(userinfo, entries) if _is(one, _GROUP)),
    )
    return Account(subject, user_name, belongings)


def _is(value: object, pattern: re.Pattern[str]) -> TypeGuard[str]:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_user_name(value: object) -> TypeGuard[str]:
    """Tell whether it can be shown and named; with a colon it would look like a group."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_NAME
        and value.isprintable()
        and value == value.strip()
        and ":" not in value
    )


def _scopes(entries: list[dict[Any, Any]], kind: str, pattern: re.Pattern[str]) -> list[str]:
    return _once(
        one["scope"]
        for one in entries
        if one.get("type") == kind and _is(one.get("scope"), pattern)
    )


def _groups(userinfo: dict[Any, Any], entries: list[dict[Any, Any]]) -> Iterator[object]:
    """Yield what may be the name of a group, in both forms."""
    given = userinfo.get("groups")
    yield from given.values() if isinstance(given, dict) else _listed(given)
    for entry in entries:
        if entry.get("type") == "committee":
            for role in _listed(entry.get("roles")):
                yield role.get("role") if isinstance(role, dict) else None


def _listed(value: object) -> list[Any]:
    """Return what is listed; ESN leaves the list out where there is one thing in it."""
    return value if isinstance(value, list) else [value]


def _once(values: Iterator[Any]) -> list[str]:
    return list(dict.fromkeys(values))
