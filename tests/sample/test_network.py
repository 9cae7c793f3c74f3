from collections.abc import Callable
from datetime import date, timedelta

import pytest

from sample.network.charters import CHARTERS
from sample.network.generation import generate
from sample.network.model import CARDS_A_PAGE, Activity, Network, Section
from sample.network.vocabulary import FOREIGN_PLACES
from tests.sample.days import moved_to

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="module", params=[2026, 1, 7])
def any_network(request: pytest.FixtureRequest) -> Network:
    return generate(request.param, TODAY)


def test_same_seed_and_day_give_the_same_network(network: Network) -> None:
    assert generate(2026, TODAY) == network


@pytest.mark.parametrize("day", ["2027-12-31", "2028-02-29", "2028-03-26"])
def test_on_another_day_only_the_dates_are_others(any_network: Network, day: str) -> None:
    later = date.fromisoformat(day)
    assert generate(any_network.seed, later) == moved_to(later, any_network)


def test_another_seed_gives_another_network(network: Network) -> None:
    assert generate(2027, TODAY) != network


def test_by_default_it_is_today() -> None:
    assert abs(generate().today - date.today()) <= timedelta(days=1)  # noqa: DTZ011 (any zone's)


def test_size(network: Network) -> None:
    assert len(network.countries) == 13
    assert len(network.sections) == 50
    assert 300 <= len(network.activities) <= 450


def test_more_sections_leave_the_first_ones_as_they_are(network: Network) -> None:
    grown = generate(2026, TODAY, sections=120)
    addresses = [section.address for section in network.sections]
    assert [section.address for section in grown.sections[:50]] == addresses


@pytest.mark.parametrize("count", [len(CHARTERS) - 1, 100_000])
def test_refuses_an_impossible_number_of_sections(count: int) -> None:
    with pytest.raises(ValueError, match="cannot found"):
        generate(sections=count)


def test_keys_are_unique(any_network: Network) -> None:
    sections, activities = any_network.sections, any_network.activities
    aliases = [section.alias for section in sections if section.alias]
    aliases += [section.moved_from for section in sections if section.moved_from]
    aliases += [one.alias for one in any_network.others]
    aliases += [one.moved_from for one in any_network.others if one.moved_from]
    assert len(set(aliases)) == len(aliases)
    assert len({section.slug for section in sections}) == len(sections)
    assert len({activity.event_slug for activity in activities}) == len(activities)


def test_nothing_happens_around_midnight(any_network: Network) -> None:
    for activity in any_network.activities:
        for day in (activity.start, activity.end):
            assert day < TODAY - timedelta(days=1) or (day - TODAY).days % 7 in (2, 3, 4, 5)


def test_countries_are_those_of_the_sections(network: Network) -> None:
    grown = generate(2026, TODAY, sections=250, activities_per_section=1)
    assert {*network.countries} <= {*grown.countries}
    codes = {one.code for one in grown.countries}
    assert codes == {one.country_code for one in grown.sections}
    assert len(codes) == len(grown.countries) > 40


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("ESN METU", "esn-metu"),
        ("ESN Tromsø", "esn-tromso"),
        ("ESN L'Aquila", "esn-laquila"),
        ("ESN Bonn e.V.", "esn-bonn-ev"),
        ("ESN Witten/Herdecke", "esn-wittenherdecke"),
        ("ESN University of Galway", "esn-university-galway"),
        ("ESN The Hague", "esn-hague"),
        ("ESN CTU in Prague", "esn-ctu-prague"),
        ("ESN UP OLOMOUC", "esn-olomouc"),
        ("ESN Leiden", "esn-leiden-0"),
        ("ESN Siena", "esn-siena-1"),
        ("ESN Ostravská", "esn-vsb-tu-ostrava"),
        ("ESN VSB - TU Ostrava", None),
        ("ESN VUT Brno", "esn-isc-brno"),
        ("ESN Lublin", "esn-lublin-0"),
        ("ESN Malta", "esn-malta"),
        ("ESN Kozani", None),
    ],
)
def test_alias_rules(network: Network, name: str, alias: str | None) -> None:
    assert {section.name: section.alias for section in network.sections}[name] == alias


def test_metu_has_several_listing_pages(any_network: Network) -> None:
    assert len(any_network.listing("esn-metu")) > 4 * CARDS_A_PAGE


def test_a_listing_may_fill_one_page_or_none(any_network: Network) -> None:
    assert len(any_network.listing("esn-eur-rotterdam")) == CARDS_A_PAGE
    assert any_network.listing("esn-mannheim") == []


def test_listings_are_newest_first(network: Network) -> None:
    starts = [activity.start for activity in network.listing("esn-metu")]
    assert starts == sorted(starts, reverse=True)


SECTION_VARIANTS: dict[str, Callable[[Section], object]] = {
    "no coordinates": lambda one: one.page_point is None and one.map_point is None,
    "coordinates on the map only": lambda one: one.page_point is None and one.map_point,
    "coordinates on the page only": lambda one: one.map_point is None and one.page_point,
    "no logo": lambda one: one.logo is None,
    "logo outside its group": lambda one: one.logo and not one.logo_is_grouped,
    "no university": lambda one: one.university_name is None,
    "no university website": lambda one: one.university_website is None,
    "no e-mail": lambda one: one.contact.email is None,
    "e-mail without link": lambda one: one.contact.email and not one.contact.email_is_link,
    "no website": lambda one: one.contact.website is None,
    "website by text": lambda one: one.contact.website and not one.contact.website_has_title,
    "no social media": lambda one: not one.contact.social_media,
    "X": lambda one: "X" in dict(one.contact.social_media),
    "Twitter": lambda one: "Twitter" in dict(one.contact.social_media),
    "no city": lambda one: one.city is None,
    "no address": lambda one: not one.address,
    "two address lines": lambda one: "address-line2" in dict(one.address),
    "non-breaking space": lambda one: "\xa0" in str(one.address) or "\\xa0" in str(one.address),
    "ampersand": lambda one: "&" in one.name,
    "renamed": lambda one: one.moved_from,
    "page fails": lambda one: one.page_status == 500,
    "bad e-mail": lambda one: "email" in one.broken_fields,
    "bad website": lambda one: "website" in one.broken_fields,
    "bad coordinates": lambda one: {"latitude", "longitude"} <= set(one.broken_fields),
    "reordered statistics": lambda one: one.statistics and one.statistics.reordered,
    "counts as text": lambda one: one.statistics and one.statistics.counts_as_text,
    "statistics as JSON": lambda one: one.statistics and one.statistics.answered_as_json,
    "no statistics": lambda one: one.alias and one.statistics is None,
    "name in one list only": lambda one: (
        one.statistics and any(0 in counts for _, counts in one.statistics.types)
    ),
}

ACTIVITY_VARIANTS: dict[str, Callable[[Activity], object]] = {
    "online": lambda one: one.online and one.platform and not one.city,
    "very old": lambda one: one.markup.very_old,
    "one day": lambda one: one.start == one.end,
    "several days": lambda one: one.start < one.end,
    "country by name": lambda one: one.country_code and not one.markup.country_by_code,
    "country by code": lambda one: one.country_code and one.markup.country_by_code,
    "abroad by name": lambda one: one.country_code == "MA" and not one.markup.country_by_code,
    "abroad by code": lambda one: one.country_code == "AD" and one.markup.country_by_code,
    "future": lambda one: one.start > TODAY and one.participants is None,
    "nobody came": lambda one: one.participants == 0,
    "thousands": lambda one: (one.participants or 0) >= 1000 and one.markup.thousands_separator,
    "several types": lambda one: len(one.types) > 1,
    "one partner": lambda one: len(one.partners) == 1,
    "several partners": lambda one: len({*one.partners}) > 1,
    "partner twice": lambda one: (
        len({" ".join(name.split()) for name in one.partners}) < len(one.partners)
    ),
    "partner without a name": lambda one: "\xa0" in one.partners,
    "partner's own site": lambda one: any(by.website for by in one.organisers),
    "type as field": lambda one: one.markup.types_as_field,
    "type as link": lambda one: not one.markup.types_as_field,
    "title in page": lambda one: not one.markup.title_in_block,
    "SDG in alt": lambda one: one.sdgs and one.markup.sdgs_in == "alt",
    "SDG in alt with name": lambda one: one.sdgs and one.markup.sdgs_in == "alt with name",
    "SDG in title": lambda one: one.sdgs and one.markup.sdgs_in == "title",
    "objectives as field": lambda one: one.objectives and one.markup.objectives_as_field,
    "objectives": lambda one: one.objectives and not one.markup.objectives_as_field,
    "goal as list": lambda one: len(one.goal) > 1 and one.markup.goal_as_list,
    "goal as paragraphs": lambda one: len(one.goal) > 1 and not one.markup.goal_as_list,
    "paragraphs": lambda one: len(one.description) > 1,
    "emoji": lambda one: "🏔️" in one.title,
    "no picture": lambda one: one.image is None,
    "registration": lambda one: one.registration_url,
    "organisers omit a section": lambda one: one.also_listed_by,
    "page fails": lambda one: one.page_status == 500,
    "page is gone": lambda one: one.page_status == 404,
}


@pytest.mark.parametrize("variant", SECTION_VARIANTS)
def test_has_section(any_network: Network, variant: str) -> None:
    assert any(SECTION_VARIANTS[variant](section) for section in any_network.sections)


@pytest.mark.parametrize("variant", ACTIVITY_VARIANTS)
def test_has_activity(any_network: Network, variant: str) -> None:
    assert any(ACTIVITY_VARIANTS[variant](activity) for activity in any_network.activities)


def test_organisers_come_from_several_countries_or_none(any_network: Network) -> None:
    country_of = {section.alias: section.country_code for section in any_network.sections}
    combinations = [
        {country_of.get(organiser.alias) for organiser in activity.organisers}
        for activity in any_network.activities
    ]
    assert any(len(combination - {None}) > 1 for combination in combinations)
    assert any(None in combination for combination in combinations)


def test_national_organisations_are_active_or_not_and_some_countries_have_none(
    any_network: Network,
) -> None:
    national = any_network.national
    counts = {code: len(any_network.listing(one.alias)) for code, one in national.items()}
    assert counts["NO"] == 0
    assert counts["PL"] > CARDS_A_PAGE
    assert all(count for code, count in counts.items() if code != "NO")
    assert any_network.country_names.keys() - national.keys() == {"GB", "DE", "GR", "IE", "LU"}


def test_some_activities_are_a_countrys_alone_and_one_of_them_is_large(
    any_network: Network,
) -> None:
    aliases = {one.alias for one in any_network.national.values()}
    alone = [one for one in any_network.activities if aliases.issuperset(one.listed_by)]
    together = [one for one in any_network.activities if aliases & {*one.listed_by}]
    assert len(together) > len(alone) > 10
    assert max(one.participants or 0 for one in alone) > 2000


@pytest.mark.parametrize("name", ["ESN Malta", "ESN Liechtenstein"])
def test_a_section_and_its_country_may_bear_one_name(any_network: Network, name: str) -> None:
    alias = next(one.alias for one in any_network.sections if one.name == name)
    national = next(one for one in any_network.national.values() if one.name == name)
    assert national.alias == f"{alias}-0"
    assert any_network.listing(national.alias)
    assert bool(any_network.listing(alias or "")) == (name == "ESN Malta")


def test_links_may_name_a_former_alias_that_leads_to_the_present_one(
    any_network: Network,
) -> None:
    former = {one.moved_from: alias for alias, one in any_network.organisations.items()}
    linked = {
        organiser.former_alias: organiser.alias
        for activity in any_network.activities
        for organiser in activity.organisers
        if organiser.former_alias
    }
    assert linked.keys() == {"esn-maynooth", "esn-italy"}
    assert linked.items() <= former.items()


def test_foreign_places_are_foreign(network: Network) -> None:
    assert not FOREIGN_PLACES.keys() & network.country_names.keys()
