"""Whose the aliases of the activities site are, and what the cards and pages there tell of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sample.network.model import Activity, Network, Section
from sample.network.organisations import Organiser


def found_sections(network: Network, overrides: Mapping[str, str]) -> dict[str, Section]:
    """Return the sections whose alias is found, by alias.

    It is what an override says, or else found by a rule, or once a listing or an activity's page
    that is read names the section beside it. What is pinned for one is no other's.
    """
    pinned = {overrides[one.slug]: one for one in network.sections if one.slug in overrides}
    free = [one for one in network.sections if one.slug not in overrides]
    found = {one.alias: one for one in free if one.alias and one.alias_is_guessable} | pinned
    while True:
        listed = listed_activities(network, found)
        shown = [by for one in listed for by in shown_organisers(one)] + fed_organisers(network)
        named = {by[:2] for by in shown}
        more = {
            one.alias: one
            for one in free
            if one.alias and one.alias not in found and (one.alias, one.name) in named
        }
        if not more:
            return found
        found |= more


def listed_activities(network: Network, sections: Iterable[str]) -> list[Activity]:
    """Return what the listings of some sections, by alias, and of all countries show, each once."""
    aliases = (*sections, *(one.alias for one in network.national.values()))
    return list({one.event_slug: one for by in aliases for one in network.listing(by)}.values())


def shown_organisers(activity: Activity) -> tuple[Organiser, ...]:
    """Return to whom a card, or a page that can be had, links."""
    organisers = activity.linked_organisers
    return organisers if activity.page_status == 200 else organisers[:1]


def fed_organisers(network: Network) -> list[Organiser]:
    """Return to whom the cards on the first page of everybody's activities link."""
    return [by for one in network.feed[: network.cards_a_page] for by in one.linked_organisers[:1]]


def shown_names(network: Network, activities: Iterable[Activity]) -> dict[str, str]:
    """Return the name that most of the links to an organisation bear, by alias."""
    labels = defaultdict[str, Counter[str]](Counter)
    shown = [by for one in activities for by in shown_organisers(one)]
    for organiser in (*shown, *fed_organisers(network)):
        labels[organiser.alias][organiser.label] += 1
    return {alias: found.most_common(1)[0][0] for alias, found in labels.items()}
