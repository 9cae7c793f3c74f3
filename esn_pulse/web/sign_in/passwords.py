"""Passwords of local users: Argon2id, with the parameters that its library recommends."""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

SHORTEST = 12
LONGEST = 1000
# Each takes 64 MB and a tenth of a second of four cores.
AT_ONCE = 2

_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("")  # who asks for nobody waits as long as for somebody


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _HASHER.hash(password)


def renewed(password: str, stored: str | None) -> str | None:
    """Return what is to be stored of a password from now on; None when it is another one.

    That is the same as before, until the library recommends other parameters.

    :param stored: None: of nobody, so that it is another one.
    """
    try:
        _HASHER.verify(stored or _NOBODYS, password)
    except VerifyMismatchError:
        return None
    if stored and _HASHER.check_needs_rehash(stored):
        return _HASHER.hash(password)
    return stored
