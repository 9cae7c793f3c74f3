"""Organisations and the aliases of theirs that change, or must not get out of sight."""

from dataclasses import replace

from sample.network.charters import ACTIVITY_COUNTS
from sample.network.model import Activity, Network, Section


def may_move(section: Section, network: Network, quiet: str | None) -> bool:
    """Say whether a section can move, and does not stand on the quiet section's cards."""
    listing = network.listing(section.alias or "")
    return (
        bool(listing)
        and all(quiet not in one.listed_by for one in listing)
        and section.alias_is_guessable
        and not section.moved_from
        and section.slug not in ACTIVITY_COUNTS
        and section.alias not in network.head_refusals
    )


def with_alias(one: Activity, old: str, new: str) -> Activity:
    """Return an activity as it is once the alias of an organisation has changed."""
    if old not in one.listed_by:
        return one
    organisers = [o._replace(alias=new) if o.alias == old else o for o in one.organisers]
    also_listed_by = [new if alias == old else alias for alias in one.also_listed_by]
    return replace(one, organisers=tuple(organisers), also_listed_by=tuple(also_listed_by))


def only_known_by_cards(network: Network) -> set[str]:
    """Return the aliases that nothing leads to but the cards and pages that name them."""
    sections = {one.alias for one in network.sections if one.alias and not one.alias_is_guessable}
    return sections | {one.alias for one in network.others if not one.country_code}
