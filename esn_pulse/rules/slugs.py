"""How activities.esn.org makes aliases (docs/sites.md, "The alias of a section")."""

import re

from slugify import slugify
from text_unidecode import unidecode

# The words that the site's alias rules leave out.
_SMALL_WORDS = re.compile(
    r"\b(?:a|an|as|at|before|but|by|for|from|is|in|into|like|of|off|on|onto|per|since|than|the"
    r"|this|that|to|up|via|with)\b"
)
_DROPPED = re.compile(r"[^a-z0-9\s-]")
_SEPARATORS = re.compile(r"[\s-]+")

# What an alias may consist of so that its address can be stored and leads back to it.
_ALIAS = re.compile(r"(?!\.{1,2}$)[\w.~-]{1,180}")

# Appended by the site when the alias was taken.
_SUFFIXES = ("", "-0", "-1")


def alias(name: str) -> str:
    """Apply the site's alias rules to a name.

    Letters are transliterated, punctuation is dropped rather than made a hyphen, small words are
    left out, white space and hyphens become one hyphen: ``ESN L'Aquila`` gives ``esn-laquila``,
    ``ESN CTU in Prague`` gives ``esn-ctu-prague``.

    :returns: the alias, ``''`` for a name without a letter or digit.
    """
    plain = _DROPPED.sub("", unidecode(name).lower())
    without_small_words = _SMALL_WORDS.sub("", plain)
    chosen = without_small_words if _SEPARATORS.sub("", without_small_words) else plain
    return _SEPARATORS.sub("-", chosen).strip("-")


def is_alias(slug: str) -> bool:
    """Tell whether a page may have this alias; links name whatever somebody has written."""
    return _ALIAS.fullmatch(slug) is not None


def candidates(name: str) -> list[str]:
    """List the aliases that a section may have, the likeliest first, each once.

    First the rules of the site, then the same with the suffixes for a taken alias, then the
    plain transliteration, which is right for nine sections in ten.

    :param name: the section's name, as accounts.esn.org shows it.
    """
    by_rule = alias(name)
    ordered = [by_rule + suffix for suffix in _SUFFIXES if by_rule]
    return list(dict.fromkeys([*ordered, *filter(None, [slugify(name)])]))
