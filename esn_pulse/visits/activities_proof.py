"""What proves that a page of activities.esn.org is the one that was asked for.

Where a page itself shows no sign of whose it is, a second source decides: what the database knows,
what its statistics count, what a card showed.
"""

from scrapy.http import TextResponse

from esn_pulse.exceptions import ImpostorError
from esn_pulse.items import ActivityItem
from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.pages.listing import Card
from esn_pulse.pages.proof import identity
from esn_pulse.pages.proof.identity import Tie
from esn_pulse.pages.proof.impostors import is_recognised
from esn_pulse.pages.statistics import shows_figures
from esn_pulse.visits.visit import Visit
from esn_pulse.visits.wanted import WantedPage


def of_statistics(page: TextResponse, visit: Visit) -> None:
    """Make sure that a page shows the organisation's statistics, or that it may have none.

    :raises ImpostorError: when it is another organisation's, or when it shows none and is no page
        of the organisation for certain, or when no listing is read that could confirm that.
    """
    _stay_with(page, visit)
    tie = _tie(page, visit)
    if shows_figures(page):
        return
    if not visit.is_whole or (tie is not Tie.OURS and is_recognised(page)):
        raise ImpostorError("it shows no statistics")


def of_listing(page: TextResponse, visit: Visit, cards: list[Card], number: int, last: int) -> None:
    """Make sure that a page is part of its listing.

    :param number: of the page, from 0.
    :param last: the number of the listing's last page.
    :raises ImpostorError: when it is another organisation's, or when it shows no activity, or only
        those of others, and no second source confirms that.
    """
    _stay_with(page, visit)
    aliases = {*visit.aliases, organisation_slug(page.url)}
    ours = [card for card in cards if aliases.intersection(card.organisers)]
    if 2 * len(ours) > len(cards):  # whatever the page is called
        return
    tie = _tie(page, visit)
    if not cards:
        _prove_empty(page, visit, number, tie)
        return
    named = {alias for card in cards for alias in card.organisers}
    known = visit.listing.known.activities
    if (
        tie is Tie.OURS
        or ours
        or not named
        or any(card.event_slug in known for card in cards)
        or _adds_up(visit, cards, number, last)
    ):
        return
    raise ImpostorError(f"it shows the activities of others: {', '.join(sorted(named)[:3])}")


def of_activity(page: TextResponse, item: ActivityItem, wanted: WantedPage) -> None:
    """Make sure that a page is that of the activity.

    :raises ImpostorError: when it is that of another one.
    """
    slugs = wanted.slugs | {item.event_slug or ""}
    titles: list[str | None] = [shown.partition(" | ")[0] for shown in wanted.shown]
    ties = {identity.of_activity(page, slugs, title, wanted.aliases) for title in titles or [None]}
    if ties == {Tie.OTHERS} and not any(_is_shown(item, shown) for shown in wanted.shown):
        raise ImpostorError("it is the page of another activity")


def _stay_with(page: TextResponse, visit: Visit) -> None:
    """Refuse a page to which a redirect has led, if it is known to be another organisation's."""
    alias = organisation_slug(page.url)
    if alias != visit.organisation.slug and alias in visit.others:
        raise ImpostorError(f"it leads to another organisation, {alias}")


def _tie(page: TextResponse, visit: Visit) -> Tie:
    tie = identity.of_organisation(page, visit.organisation.slug, visit.organisation.name)
    if tie is Tie.OTHERS:
        raise ImpostorError("it is the page of another organisation")
    return tie


def _prove_empty(page: TextResponse, visit: Visit, number: int, tie: Tie) -> None:
    total = visit.listing.total
    if number:
        doubt = f"page {number + 1} of the listing is empty, although the pager leads to it"
    elif total:
        doubt = f"the listing is empty, although the statistics count {total} activities"
    elif total is None and visit.knows_some:
        doubt = "the listing is empty, although activities are known"
    elif tie is not Tie.OURS and visit.figures.held and is_recognised(page):
        doubt = "the listing is empty"
    else:
        return
    raise ImpostorError(doubt)


def _adds_up(visit: Visit, cards: list[Card], number: int, last: int) -> bool:
    """Tell whether a page has as many cards as the statistics let expect."""
    total, first = visit.listing.total, visit.listing.page(0) or cards
    if total is None:
        return False
    return len(cards) == (len(first) if number < last else total - last * len(first))


def _is_shown(item: ActivityItem, shown: str) -> bool:
    """Tell whether a card shows the activity's day and place."""
    own = [item.start_date, *([item.city] if item.city else [])]
    return all(part and part in shown for part in own)
