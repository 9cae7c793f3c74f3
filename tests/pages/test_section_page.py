"""The pages of sections."""

from typing import Any

import pytest
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import SectionItem
from esn_pulse.pages.accounts import SectionLink, section
from tests.pages import ACCOUNTS, drupal_page

URL = f"{ACCOUNTS}/section/tr-anka-met"
LINK = SectionLink("tr-anka-met", "ESN METU", URL)
NAME = '<h1 class="page-header">ESN METU</h1>'


def page_of(main: str) -> TextResponse:
    return drupal_page(URL, main)


def read(main: str) -> SectionItem:
    return section(LINK, "TR", None, page_of(NAME + main))


def field(name: str, value: str) -> str:
    return (
        f'<div class="field field--name-field-{name} field--type-string">'
        f'<div class="field--label">Label</div><div class="field--item">{value}</div></div>'
    )


def item(**fields: Any) -> SectionItem:
    return SectionItem(url=URL, country_code="TR", accounts_platform_slug="tr-anka-met", **fields)


def test_a_section_is_made_of_its_link_and_its_page() -> None:
    page = page_of(
        '<h1 class="page-header"><span>ESN ODTÜ</span></h1>'
        '<div class="group__field-pseudo-group-logo"><a href="/"><img alt="ESN METU Logo"'
        ' src="/files/styles/x/logos/TR/TR-ANKA-MET.png?itok=Zx"></a></div>'
        + field("city", "Ankara")
        + field(
            "address",
            '<p class="address" translate="no"><span class="given-name">Ada</span>'
            '<span class="address-line1">Üniversiteler Mah. 1</span><br>'
            '<span class="address-line2">Kat&nbsp;2</span><br>'
            '<span class="postal-code">06800</span> <span class="locality">Ankara</span><br>'
            '<span class="country">Türkiye</span></p>',
        )
        + field("email", '<a href="mailto:info@esnmetu.example">Write to us</a>')
        + field("university-name", "Orta Doğu Teknik Üniversitesi")
        + field("university-website", '<a href="https://metu.example/">METU</a>')
        + '<a href="https://esnmetu.example" title="Website of the organisation"> Website </a>'
        '<a href="https://fb.example/esn" title="Facebook profile"><i></i></a>'
        '<div class="geolocation-location" data-lat="39.8917491" data-lng="32.7864270"></div>'
        '<div class="geolocation-location" data-lat="1" data-lng="2">Neighbour</div>'
    )
    assert section(LINK, "TR", ("5", "6"), page) == item(
        complete=True,
        name="ESN ODTÜ",
        city="Ankara",
        address="Üniversiteler Mah. 1, Kat 2, 06800, Ankara, Türkiye",
        email="info@esnmetu.example",
        website="https://esnmetu.example",
        university_name="Orta Doğu Teknik Üniversitesi",
        university_website="https://metu.example/",
        longitude="32.7864270",
        latitude="39.8917491",
        logo_url=f"{ACCOUNTS}/files/styles/x/logos/TR/TR-ANKA-MET.png?itok=Zx",
        social_media={"facebook": "https://fb.example/esn"},
    )


def test_anything_but_the_name_may_be_missing() -> None:
    assert read("") == item(complete=True, name="ESN METU")


def test_without_its_page_a_section_is_what_the_link_and_the_map_know() -> None:
    assert section(LINK, "TR", ("39.89", "32.78")) == item(
        complete=False, name="ESN METU", latitude="39.89", longitude="32.78"
    )
    unnamed = SectionLink("tr-anka-met", None, URL)
    assert section(unnamed, "TR", None) == item(complete=False)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ('<h1>Accounts</h1><h1 class="title page-header"> ESN\u00a0ODTÜ </h1>', "ESN ODTÜ"),
        ('<h1 class="page-header">Arts &amp; <em>Crafts</em><!-- c --></h1>', "Arts & Crafts"),
        ("<h1>ESN ODTÜ</h1>", "ESN ODTÜ"),
        ("<article><h1>ESN ODTÜ</h1></article>", "ESN ODTÜ"),
        ('<aside><h1 class="page-header">News</h1></aside><h1>ESN ODTÜ</h1>', "ESN ODTÜ"),
        ('<div class="block"><h1 class="page-header">News</h1></div><h1>ESN</h1>', "ESN"),
    ],
)
def test_the_name_is_the_page_s_heading(heading: str, name: str) -> None:
    assert section(LINK, "TR", None, page_of(heading)).name == name


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "<h2>ESN</h2>",
        '<h1 class="page-header">&nbsp;</h1>',
        '<h1 class="page-header"></h1><h1>Accounts</h1>',
        '<footer><h1 class="page-header">Imprint</h1></footer>',
        '<article><h3><a href="/section/tr-x">X</a></h3><h1>ESN X</h1></article>',
    ],
)
def test_a_page_without_a_name_has_drifted(heading: str) -> None:
    with pytest.raises(DriftError, match="no name of a section"):
        section(LINK, "TR", None, page_of(heading + field("city", "Ankara")))


@pytest.mark.parametrize(
    ("column", "name"), [("city", "city"), ("university_name", "university-name")]
)
def test_a_text_is_its_field_s_item(column: str, name: str) -> None:
    assert getattr(read(field(name, " <b>Nový</b>&nbsp;Jičín<!-- c --> ")), column) == "Nový Jičín"
    itself = f'<div class="field--name-field-{name} field--item">Jičín</div>'
    assert getattr(read(itself), column) == "Jičín"
    assert getattr(read(field(name, " ") + field(name, "Jičín")), column) == "Jičín"
    assert getattr(read(field(name, "&nbsp;")), column) is None


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        (field("address", '<p class="address"><span class="locality">Brno</span></p>'), "Brno"),
        (
            '<p class="field--name-field-address address"><span class="postal-code">602 00</span>'
            '<span class="locality">Brno</span></p>',
            "602 00, Brno",
        ),
        (
            field(
                "address",
                '<p class="address"><span class="locality">Brno</span>'
                '<span class="address-line1"> </span><span class="address-line2">Kounicova 1</span>'
                '</p><p class="address"><span class="locality">Praha</span></p>',
            ),
            "Brno, Kounicova 1",
        ),
        (field("address", '<p class="address">Brno</p>'), None),
        ('<p class="address"><span class="locality">Brno</span></p>', None),
    ],
    ids=["one part", "field is the address", "page order", "no parts", "not the field"],
)
def test_an_address_is_its_parts_in_page_order(markup: str, address: str | None) -> None:
    assert read(markup).address == address


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("info@esn.example", "info@esn.example"),
        ('<a href="mailto:info@esn.example">info@esn.example</a>', "info@esn.example"),
        ('<a href="mailto:info@esn.example?subject=Hi%20you">Write</a>', "info@esn.example"),
        ('<a href="mailto:info%2Bx@esn.example">Write</a>', "info+x@esn.example"),
        ('<a href="MAILTO:info@esn.example">Write</a>', "info@esn.example"),
        ('<a href="mailto:">info@esn.example</a>', "info@esn.example"),
        ('<a href="/contact">info@esn.example</a>', "info@esn.example"),
        ("info [at] esn.example", "info [at] esn.example"),
        ("", None),
    ],
)
def test_the_email_is_the_target_of_its_link_or_else_its_text(
    value: str, email: str | None
) -> None:
    footer = '<a href="mailto:webmaster@esn.example">Webmaster</a>'
    assert read(footer + field("email", value)).email == email


@pytest.mark.parametrize(
    ("markup", "website"),
    [
        (
            '<a href="https://a.example" title="Website of the organisation">us</a>',
            "https://a.example",
        ),
        ('<a href="https://a.example"><i></i> Website\n</a>', "https://a.example"),
        (
            '<a href="https://b.example">Website</a>'
            '<a href="https://a.example" title="Website of the organisation">us</a>',
            "https://a.example",
        ),
        ('<a href="www.a.example">Website</a>', "www.a.example"),
        ('<a href="https://a.example">Our Website</a>', None),
        ("<a>Website</a>", None),
    ],
)
def test_the_website_is_known_by_its_title_or_else_its_text(
    markup: str, website: str | None
) -> None:
    assert read(markup).website == website


@pytest.mark.parametrize(
    ("markup", "logo"),
    [
        (
            '<img alt="Logo" src="/logos/TR/B.png"><div class="group__field-pseudo-group-logo">'
            '<img alt="" src="/files/A.png"></div>',
            f"{ACCOUNTS}/files/A.png",
        ),
        (
            '<img alt="ESN METU Logo" src="/files/logos/TR/A.png">',
            f"{ACCOUNTS}/files/logos/TR/A.png",
        ),
        ('<img alt="Logo" src="/themes/esn.svg"><img src="/logos/TR/A.png">', None),
        ('<div class="group__field-pseudo-group-logo"><img alt="Logo"></div>', None),
    ],
)
def test_the_logo_is_the_section_s_and_not_the_site_s(markup: str, logo: str | None) -> None:
    assert read(markup).logo_url == logo


def test_profiles_are_kept_by_network() -> None:
    page = read(
        '<a href="https://fb.example/1" title="Facebook profile">f</a>'
        '<a href="https://fb.example/2" title="Facebook profile">second</a>'
        '<a href=" https://in.example/esn " title=" INSTAGRAM Profile">i</a>'
        '<a href="https://x.example/esn" title="X profile">x</a>'
        '<a href="" title="YouTube profile">none</a><a title="TikTok profile">none</a>'
        '<a href="/user/3" title="Profile of a user">no</a><a href="/me" title="profile">no</a>'
    )
    assert page.social_media == {
        "facebook": "https://fb.example/1",
        "instagram": "https://in.example/esn",
        "twitter": "https://x.example/esn",
    }


@pytest.mark.parametrize("title", ["X profile", "Twitter profile", "twitter profile"])
def test_both_names_of_twitter_mean_twitter(title: str) -> None:
    page = read(f'<a href="https://x.example/esn" title="{title}">x</a>')
    assert page.social_media == {"twitter": "https://x.example/esn"}


def test_coordinates_of_the_map_stand_in_for_missing_ones() -> None:
    page = page_of(NAME + '<div class="geolocation-location" data-lat="39.9">no longitude</div>')
    found = section(LINK, "TR", ("5", "6"), page)
    assert (found.latitude, found.longitude) == ("5", "6")
