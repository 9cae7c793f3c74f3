"""Organisations of activities.esn.org, as links to them show them."""

from collections.abc import Iterable

from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.pages.markup import Element, texts


def names_by_alias(anchors: Iterable[Element]) -> dict[str, str]:
    """Return the names that links show of organisations, by alias in page order.

    Other links are left out. The name is ``''`` where a link shows none, such as a logo's.
    """
    names: dict[str, str] = {}
    for anchor in anchors:
        if alias := organisation_slug(anchor.get("href", "")):
            names[alias] = names.get(alias) or "".join(texts([anchor])[:1])
    return names
