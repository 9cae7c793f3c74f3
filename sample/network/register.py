"""What the official list of the accounts site knows beside the pages: states, days of joining."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sample.network.model import Contact, Network, Section

_FOUNDED = date(1990, 1, 1)


def with_official_list(network: Network) -> Network:
    """Return a network whose accounts site has the official list, too.

    One section has been warned, one has merged and one withdrew: no page shows these two any more.
    """
    rng = Random(f"{network.seed}/register")
    states = dict(zip(_ordinary(network, rng), ("warned", "merged", "withdrew"), strict=False))
    sections = tuple(
        replace(
            section,
            state=states.get(section.slug, "active"),
            joined=_FOUNDED + timedelta(days=rng.randrange(12_000)) if rng.random() < 0.8 else None,
        )
        for section in network.sections
    )
    return replace(network, has_list=True, sections=sections)


def a_week_later(network: Network) -> tuple[Network, dict[str, str]]:
    """Let a section withdraw, one leave, one get another e-mail address, and one lose its website.

    :returns: also their slugs, by what happened to them.
    """
    if not network.has_list:
        return network, {}
    rng = Random(f"{network.seed}/{network.today}/register")
    kinds = ("withdrew", "left", "email", "website")
    happened = dict(zip(kinds, _ordinary(network, rng), strict=False))
    kind_of = {slug: kind for kind, slug in happened.items()}
    sections = (_changed(one, kind_of.get(one.slug, "")) for one in network.sections)
    return replace(network, sections=tuple(one for one in sections if one)), happened


def _ordinary(network: Network, rng: Random) -> list[str]:
    """Return the sections without oddities, in an order of chance."""
    found = [
        one.slug
        for one in network.sections
        if one.alias
        and one.alias_is_guessable
        and one.contact.website
        and one.state != "merged"
        and not (one.moved_from or one.flaws)
        and one.page_status == 200
        and one.alias not in network.head_refusals
    ]
    return rng.sample(found, len(found))


def _changed(section: Section, kind: str) -> Section | None:
    contact: Contact = section.contact
    match kind:
        case "left":
            return None
        case "withdrew":
            return replace(section, state="withdrew")
        case "email":
            email = f"new.board@{section.slug}.example"
            return replace(section, contact=replace(contact, email=email))
        case "website":
            return replace(section, contact=replace(contact, website=None))
    return section
