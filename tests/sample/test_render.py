import json
from dataclasses import replace

import pytest
from parsel import Selector

from sample.network.model import CARDS_A_PAGE, Activity, Network, Section
from sample.sites import render


def section(network: Network, slug: str) -> Section:
    return next(one for one in network.sections if one.slug == slug)


def activity(network: Network, event_slug: str) -> Activity:
    return next(one for one in network.activities if one.event_slug == event_slug)


def activity_page(network: Network, event_slug: str) -> Selector:
    return Selector(render.activity_page(network, activity(network, event_slug)))


def test_accounts_home(network: Network) -> None:
    page = Selector(render.accounts_home(network))
    links = page.css('.country-list-row .views-field-label a[href^="/country/"]')
    assert links.xpath("string()").getall()[:3] == [
        "ESN Türkiye",
        "ESN Poland",
        "ESN the Netherlands",
    ]
    places = page.css("div.geolocation-location[data-lat][data-lng]")
    on_map = [one for one in network.sections if one.map_point]
    assert len(places.css("h2.location-title a[href^='/section/']")) == len(places) == len(on_map)


def test_country_page_may_state_a_wrong_number(network: Network) -> None:
    britain = next(one for one in network.countries if one.code == "GB")
    page = Selector(render.country_page(network, britain))
    stated = page.css(".view-header .num_sections_country::text").get()
    links = page.css('.views-view-grid a[href^="/section/"]')
    assert stated == "Number of sections: 9"
    assert len(links) == 2 * len(network.sections_of("GB")) != 18


def test_every_section_page(network: Network) -> None:
    for one in network.sections:
        page = Selector(render.section_page(one))
        assert page.css("h1.page-header").xpath("string()").getall() == [one.name]
        assert page.css(".field--name-field-city .field--item::text").get() == one.city
        parts = page.css(".field--name-field-address .address span::text").getall()
        assert parts == [text for _, text in one.address]
        assert bool(page.css(".geolocation-location[data-lat]")) == bool(one.page_point)
        profiles = page.css('a[title$="profile"]::attr(href)').getall()
        assert profiles == [url for _, url in one.contact.social_media]
        assert len(page.css("nav")) > 2


def test_broken_section_page(network: Network) -> None:
    page = Selector(render.section_page(section(network, "gb-bath-uni")))
    email = page.css(".field--name-field-email .field--item").xpath("normalize-space()").get()
    assert email == "committee(at)bath.example"


def test_every_activity_page(network: Network) -> None:
    for one in network.activities:
        page = Selector(render.activity_page(network, one))
        kind = "online" if one.online else "physical"
        article = page.css(f"article.node.ct-{kind}-activity--full")
        prefix = "activity" if one.markup.very_old else f"ct-{kind}-activity"
        assert len(article) == len(page.css("h1")) == 1
        assert len(article.css(f".{prefix}__field-ct-act-dates .field-top-wrapper")) == 1
        assert article.css(".pseudo__organisers .pseudo__organiser a::attr(href)").getall() == [
            f"/organisation/{organiser.linked_alias}" if organiser.alias else organiser.website
            for organiser in one.organisers
            if organiser.alias or organiser.website
        ]
        assert article.css(".activity-causes .activity-cause a::text").getall() == [*one.causes]


def test_an_organiser_without_a_page_is_text(network: Network) -> None:
    shown = activity_page(network, "lake-eymir-clean-598").css(".pseudo__organiser")
    assert shown.xpath("string()").getall()[1:4] == [
        "Friends of\xa0the Lake",
        "Friends of the Lake",
        "\xa0",
    ]
    assert [len(one.css("a")) for one in shown] == [1, 0, 0, 0, 1, 1]


def test_cards_and_pages_may_link_to_a_former_alias(network: Network) -> None:
    card = Selector(render.listing_page(network, "esn-italia", 0)).css("article")
    hrefs = card.css('p.act-organiser a[href^="/organisation/"]::attr(href)').getall()
    assert {"/organisation/esn-italy", "/organisation/esn-italia"} <= {*hrefs}
    page = activity_page(network, "greyhound-derby-591")
    linked = page.css(".pseudo__organiser a::attr(href)").getall()
    assert linked == ["/organisation/esn-maynooth", "/organisation/esn-university-galway"]


def test_dates_place_and_participants(network: Network) -> None:
    page = activity_page(network, "adventure-trip-lofoten-551")
    dates = '[class$="__field-ct-act-dates field"] .highlight-data-text span::text'
    place = '[class$="__field-ct-act-location field"] .highlight-data-text span::text'
    assert page.css(dates).getall() == ["30/03/2026", "03/04/2026"]
    assert page.css(place).getall() == ["Svolvær", "Norway"]
    assert page.css(".highlight-data-text-big::text").get() == "1,250"


def test_one_day_and_no_participants(network: Network) -> None:
    one_day = replace(activity(network, "skiing-andorra-502"), participants=None)
    page = Selector(render.activity_page(network, one_day))
    assert page.css(".highlight-dates-single span::text").getall() == ["08/07/2025"]
    assert page.css(".highlight-data-text span::text").getall() == ["Andorra la Vella", "AD"]
    assert not page.css(".highlight-data-text-big")


@pytest.mark.parametrize(
    ("event_slug", "attribute", "text"),
    [
        ("adventure-trip-lofoten-551", "alt", "SDG 3"),
        ("desert-medina-week-morocco-501", "alt", "Goal 8: Decent work and economic growth"),
        ("skiing-andorra-502", "title", "SDG 13"),
    ],
)
def test_sdgs(network: Network, event_slug: str, attribute: str, text: str) -> None:
    page = activity_page(network, event_slug)
    assert page.css(f".field-sdgs-wrapper img::attr({attribute})").get() == text


@pytest.mark.parametrize(
    ("event_slug", "selector", "shown"),
    [
        ("silent-disco-601", '[class*="act-description"] .field__item p::text', "\xa0"),
        ("lost-ankara-602", ".highlight-data-text-big::text", "-5"),
        ("open-air-cinema-603", ".highlight-data-text-big::text", "a lot"),
        ("back-future-night-604", ".highlight-data-text span:last-child::text", "01/02/2003"),
        ("nineteenth-hole-golf-605", ".field-sdgs-wrapper img:last-child::attr(alt)", "SDG 18"),
        ("escape-room-606", '[class*="registrat"] a::attr(href)', "javascript:void(0)"),
        ("nameless-gathering-610", "h1 span::text", None),
        ("some-day-picnic-611", ".highlight-dates-single span::text", "To be announced"),
    ],
)
def test_broken_activity_page(
    network: Network, event_slug: str, selector: str, shown: str | None
) -> None:
    assert activity_page(network, event_slug).css("h1, article").css(selector).get() == shown


def test_listing_pages(network: Network) -> None:
    listing = network.listing("esn-metu")
    last = (len(listing) - 1) // CARDS_A_PAGE
    links = []
    for number in range(last + 1):
        page = Selector(render.listing_page(network, "esn-metu", number))
        links += page.css(".eg-c-card-title a[href^='/activity/']::attr(href)").getall()
        last_link = page.css('nav.pager a[title="Go to last page"]::attr(href)').get()
        assert last_link == (f"?page={last}" if number < last else None)
    assert links == [f"/activity/{one.event_slug}" for one in listing]


@pytest.mark.parametrize("alias", ["esn-eur-rotterdam", "esn-mannheim"])
def test_single_listing_page_has_no_pager(network: Network, alias: str) -> None:
    page = Selector(render.listing_page(network, alias, 0))
    assert not page.css("nav.pager")
    assert len(page.css("article.activities-mini-preview")) == len(network.listing(alias))


def test_online_card_has_no_country(network: Network) -> None:
    page = Selector(render.listing_page(network, "esn-metu", 0))
    cards = page.css("article.ct-online-activity")
    assert not cards.css(".act-location-rest")


def test_statistics_page(network: Network) -> None:
    page = Selector(render.statistics_page(section(network, "tr-anka-met")))
    script = 'script[type="application/json"][data-drupal-selector="drupal-settings-json"]::text'
    shown = json.loads(page.css(script).getall()[0])["activities_statistics"]
    assert int(shown["total_activities"]["total_num"]) == len(network.listing("esn-metu"))


@pytest.mark.parametrize("alias", ["esn-tromso", "esn-czech-republic"])
def test_statistics_as_json(network: Network, alias: str) -> None:
    text = render.statistics_page(network.organisations[alias])
    assert "total_causes" in json.loads(text)["activities_statistics"]


@pytest.mark.parametrize("alias", ["esn-mannheim", "esn-norway", "esn-lublin"])
def test_page_without_statistics(network: Network, alias: str) -> None:
    page = render.statistics_page(network.organisations[alias])
    assert "activities_statistics" not in page
    assert "drupal-settings-json" in page
