"""Whether two names are the same organisation's (docs/decisions.md, "Whose an alias is")."""

import re
from collections import Counter

from text_unidecode import unidecode

_ESN = re.compile(r"^\s*esn\b(?:\s+the\b)?")
_DROPPED = re.compile(r"[^a-z0-9]")


def most_shown(names: Counter[str]) -> tuple[str, int] | None:
    """Return the name that was shown most often, and how often; of several the first by alphabet.

    :param names: how often each was; '' where none was shown, which is no name.
    """
    counted = [(-count, name) for name, count in names.items() if name]
    times, name = min(counted, default=(0, ""))
    return (name, -times) if counted else None


def comparable(name: str) -> str:
    """Return a name without what is written now this way, now that.

    Case, accents, punctuation and spaces are dropped, and so is a leading "ESN" or "ESN the":
    ``ESN Işık-İstanbul`` gives ``isikistanbul``. A name that consists of nothing else is kept.
    """
    plain = unidecode(name).lower().replace(".", "")
    return _DROPPED.sub("", _ESN.sub("", plain)) or name.strip().casefold()
