"""What a page calls what it is about: its headings and its title, compared with known names."""

import re
from collections.abc import Collection, Iterable
from itertools import dropwhile

from scrapy.http import TextResponse

from esn_pulse.pages.markup import Element, distinct, texts
from esn_pulse.rules.slugs import alias as by_alias_rules

Sign = bool | None  # the page is ours, or another's, or this sign tells nothing

_NUMBER = re.compile(r"-\d+$", re.ASCII)
# Words beside a name in a heading, which name nobody.
_NO_NAME = {"esn", "activities", "activity", "statistics", "accounts", "organisation", "section"}
_NO_NAME |= {"platform", "site", "website", "home", "portal", "network", "international"}
_LIKENESS = 0.5  # share of the words in common, below which names are of different things
_CUT_FROM = 30  # characters, after which a title, or the slug made of it, may be cut


def in_head(page: TextResponse, *tags: str) -> list[Element]:
    """Return the elements of these kinds in the head of a page."""
    return [one for head in page.selector.root.iterchildren("head") for one in head.iter(*tags)]


def _headings(page: TextResponse, *, own: bool = False) -> list[str]:
    """Return the headings; ``own``: without such as the site puts on all of its pages."""
    found = [h1 for h1 in page.selector.root.iter("h1") if not (own and _is_of_site(h1))]
    return [text for text in texts(found) if text]


def _is_of_site(heading: Element) -> bool:
    outer = {one.tag for one in heading.iterancestors()}
    is_on_top = "header" in outer and outer.isdisjoint({"main", "article"})
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    return (
        is_on_top
        or not outer.isdisjoint({"nav", "aside", "footer"})
        or any(a.get("href") == "/" for a in links)
    )


def _title(page: TextResponse) -> list[str]:
    """Return the document's title without the site's name."""
    found = texts(in_head(page, "title"))[:1]
    return [title.rpartition("|")[0] or title for title in found]


def _words(text: str) -> list[str]:
    return [word for word in by_alias_rules(text).split("-") if word]


def by_heading(page: TextResponse, ours: set[str], name: str | None) -> Sign:
    """Look for an organisation's name, or what its alias was made of, in the headings."""
    names = [_words(_NUMBER.sub("", one)) for one in ours] + ([_words(name)] if name else [])
    shown = [_words(text) for text in (*_headings(page), *_title(page))]
    if any(_contains(words, own) for words in shown for own in names):
        return True
    others = [words for words in map(_words, _headings(page, own=True)) if _names_one(words)]
    if not name or len(others) != 1:
        return None
    return False if all(_likeness(others[0], own) < _LIKENESS for own in names) else None


def _names_one(words: list[str]) -> bool:
    """Say whether a heading is a name, such as "Activities of ESN METU" is."""
    name = list(dropwhile(lambda word: word in _NO_NAME - {"esn"}, words))
    return name[:1] == ["esn"] and not _NO_NAME.issuperset(name)


def _contains(shown: list[str], name: list[str]) -> bool:
    """Say whether a heading contains a name, of which the first word may be left out."""
    wanted = name if "esn" in shown or name[:1] != ["esn"] else name[1:]
    return bool(wanted) and f"-{'-'.join(wanted)}-" in f"-{'-'.join(shown)}-"


def _likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """Return the share of words that two names have in common."""
    first, second = set(one) - _NO_NAME, set(other) - _NO_NAME
    return len(first & second) / len(first | second) if first | second else 1


def by_name(page: TextResponse, names: Collection[str]) -> Sign:
    """Compare the headings with names: the same, or of something else."""
    known = [_without_esn(name) for name in names if _without_esn(name)]
    if any(_without_esn(shown) in known for shown in (*_headings(page), *_title(page))):
        return True
    headings = list(map(_without_esn, _headings(page, own=True)))
    differ = headings and all(
        _likeness(shown, name) < _LIKENESS for shown in headings for name in known
    )
    return False if known and differ else None


def _without_esn(name: str) -> list[str]:
    words = _words(name)
    return words[1:] if words[:1] == ["esn"] and len(words) > 1 else words


def by_title(page: TextResponse, ours: set[str], title: str | None) -> Sign:
    """Compare an activity's title with that of its card, and with what its slug was made of."""
    known = distinct([by_alias_rules(title or ""), *(_NUMBER.sub("", slug) for slug in ours)])
    if _have_same(_headings(page), known) or _have_same(_title(page), known):
        return True
    headings = distinct(map(by_alias_rules, _headings(page, own=True)))
    differ = len(headings) == 1 and all(
        _likeness(headings[0].split("-"), one.split("-")) < _LIKENESS for one in known
    )
    return False if known and differ else None


def _have_same(shown: Iterable[str], known: list[str]) -> bool:
    return any(
        _is_same(one, other) for one in filter(None, map(by_alias_rules, shown)) for other in known
    )


def _is_same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _CUT_FROM and long.startswith(short))
