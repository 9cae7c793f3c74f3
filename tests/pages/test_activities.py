"""When and where an activity takes place, online or not."""

import pytest

from esn_pulse.exceptions import DriftError
from esn_pulse.items import ActivityItem
from esn_pulse.pages.activity import activity
from tests.pages import ACTIVITIES, drupal_page

TEASER = """
<article class="node ct-physical-activity activities-mini-preview">
  <h3 class="eg-c-card-title"><a href="/activity/other-1">Other</a></h3>
  <div class="act-date"><time>01/01/2001</time></div>
  <span class="act-location-city">Oslo</span><span class="act-location-rest"> , NO</span>
</article>"""


def read(body: str, kind: str = "ct-physical-activity", rest: str = "") -> ActivityItem:
    """Read the page of an activity, behind which teasers of others follow."""
    article = f'<article class="node {kind} {kind}--full clearfix">{body}</article>'
    teasers = f"<h2>You may also like</h2>{TEASER}{top('dates', '01/01/2001')}"
    page = f"<h1>Boat Party</h1>{rest}{article}{teasers}"
    return activity(drupal_page(f"{ACTIVITIES}/activity/boat-party-20885?x=1", page), [7])


ICONS = {"dates": "calendar", "location": "location", "platform": "portal"}


def top(field: str, *values: str, prefix: str | None = "ct-physical-activity") -> str:
    """Write the top of a field: an icon and highlighted texts; without prefix, no field's class."""
    spans = "".join(
        f'<div class="highlight-data-text"><span>{value}</span></div>' for value in values
    )
    outer = f"field {prefix}__field-ct-act-{field} field--type-x" if prefix else "field"
    return f"""
    <div class="{outer}"><div class="field-top-wrapper">
      <img src="/themes/icons/icon_{ICONS[field]}_color.png" alt="">{spans}
    </div><div class="more"><span>03/03/2003</span></div></div>"""


def test_what_the_address_and_the_caller_know_is_kept() -> None:
    item = read("")
    assert (item.section_id, item.event_slug) == (7, "boat-party-20885")
    assert item.url == f"{ACTIVITIES}/activity/boat-party-20885?x=1"


PREFIXES = ["ct-physical-activity", "ct-online-activity", "activity"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_days_are_those_of_the_dates_field(prefix: str) -> None:
    item = read(
        top("location", "02/02/2002", "Türkiye", prefix=prefix)
        + top("dates", " 08/11/2023\n", "10/11/2023&nbsp;", prefix=prefix)
    )
    assert (item.start_date, item.end_date) == ("08/11/2023", "10/11/2023")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_one_day_activity_shows_one_day(prefix: str) -> None:
    item = read(
        f'<div class="{prefix}__field-ct-act-dates"><div class="field-top-wrapper">'
        '<div class="highlight-dates-single"><span>08/11/2023</span></div></div></div>'
    )
    assert (item.start_date, item.end_date) == ("08/11/2023", None)


@pytest.mark.parametrize(
    "shown",
    [
        "08/11/2023 - 10/11/2023",
        "08/11/2023<!-- to --> – <b>10/11/2023</b>",
        "<span>08/11/2023</span> <span>10/11/2023</span>",
        "From 08/11/2023 until 10/11/2023",
    ],
)
def test_two_days_may_share_an_element(shown: str) -> None:
    item = read(top("dates", shown))
    assert (item.start_date, item.end_date) == ("08/11/2023", "10/11/2023")


def test_the_days_are_known_by_their_icon_when_the_field_has_no_name() -> None:
    item = read(top("location", "Ankara", "TR") + top("dates", "08/11/2023", prefix=None))
    assert (item.start_date, item.city) == ("08/11/2023", "Ankara")


def test_another_calendar_does_not_matter_when_the_field_has_its_name() -> None:
    deadline = top("dates", "01/11/2023", prefix=None)
    assert read(deadline + top("dates", "08/11/2023")).start_date == "08/11/2023"


def test_the_days_are_found_without_the_wrapper() -> None:
    item = read(
        '<div class="activity__field-ct-act-dates"><div class="highlight-data-text">'
        "<span>08/11/2023</span></div></div>" + top("location", "Ankara", "TR")
    )
    assert (item.start_date, item.end_date) == ("08/11/2023", None)


@pytest.mark.parametrize(
    ("shown", "days"),
    [
        (["next spring"], ("next spring", None)),
        (["next spring", "10/11/2023"], ("next spring", "10/11/2023")),
        (["08/11/2023", "soon"], ("08/11/2023", "soon")),
        (["soon - 10/11/2023"], ("soon -", "10/11/2023")),
        (["31.10.2023 until 10/11/2023"], ("31.10.2023 until", "10/11/2023")),
        (["08/11/2023 – soon"], ("08/11/2023", "– soon")),
        (["until 10/11/2023"], ("until", "10/11/2023")),
        (["Wed, 08/11/2023 (18:00 - 20:00)"], ("08/11/2023", None)),
        (["", "10/11/2023"], (None, "10/11/2023")),
        (["08/11/2023", ""], ("08/11/2023", None)),
    ],
)
def test_a_day_that_is_unreadable_or_missing_is_not_the_other_one(
    shown: list[str], days: tuple[str | None, str | None]
) -> None:
    item = read(top("dates", *shown))
    assert (item.start_date, item.end_date) == days


def test_a_single_day_is_the_first_whatever_decorates_it() -> None:
    item = read(
        '<div class="activity__field-ct-act-dates"><div class="highlight-dates-single">'
        "<span></span><span>08/11/2023</span></div></div>"
    )
    assert (item.start_date, item.end_date) == ("08/11/2023", None)


def test_of_several_calendars_none_is_taken_when_the_field_has_no_name() -> None:
    item = read(top("dates", "01/11/2023", prefix=None) + top("dates", "08/11/2023", prefix=None))
    assert item.start_date is None


def test_an_activity_without_dates_has_none_and_not_those_of_a_teaser() -> None:
    item = read(top("location", "Ankara", "Türkiye"))
    assert (item.start_date, item.end_date) == (None, None)


@pytest.mark.parametrize("prefix", ["ct-physical-activity", "activity"])
@pytest.mark.parametrize(
    ("city", "country", "expected"),
    [
        ("İzmir", "Türkiye", ("İzmir", "Türkiye")),
        (" Den&nbsp;Haag ", "the Netherlands", ("Den Haag", "the Netherlands")),
        ("<b>Brno</b>", "<span><i>Czech</i> Republic</span>", ("Brno", "Czech Republic")),
        ("Tromsø<!-- c -->", " , NO", ("Tromsø", "NO")),
        ("Ankara,", "TR", ("Ankara", "TR")),
        ("<span>Brno</span>", "CZ", ("Brno", "CZ")),
        ("", "Türkiye", (None, "Türkiye")),
        ("İzmir", "&nbsp;", ("İzmir", None)),
    ],
)
def test_the_place_is_a_city_and_a_country(
    prefix: str, city: str, country: str, expected: tuple[str | None, str | None]
) -> None:
    item = read(
        top("dates", "08/11/2023", "10/11/2023", prefix=prefix)
        + top("location", city, country, prefix=prefix)
    )
    assert (item.city, item.country) == expected
    assert (item.is_online, item.online_platform) == (False, None)


@pytest.mark.parametrize(
    ("markup", "city"),
    [
        ('<span>Brno<span class="visually-hidden"></span></span>', "Brno"),
        ("<span><span>Brno</span></span>", "Brno"),
        ("<span></span>", None),
    ],
)
def test_nested_and_empty_elements_do_not_move_the_country(markup: str, city: str | None) -> None:
    item = read(
        '<div class="ct-physical-activity__field-ct-act-location"><div class="field-top-wrapper">'
        f'<div class="highlight-data-text">{markup}</div>'
        '<div class="highlight-data-text"><span>Türkiye</span></div></div></div>'
    )
    assert (item.city, item.country) == (city, "Türkiye")


def test_a_lone_city_has_no_country() -> None:
    item = read(top("dates", "08/11/2023", "10/11/2023") + top("location", "İzmir"))
    assert (item.city, item.country) == ("İzmir", None)


@pytest.mark.parametrize("country", ["Türkiye", "the Netherlands", "UK", "Czechia", "TR", " , TR"])
def test_a_lone_country_is_no_city(country: str) -> None:
    item = read(top("location", country))
    assert (item.city, item.country) == (None, country.strip(" ,"))


def test_a_platform_is_no_city() -> None:
    portal = top("location", "Zoom", "Teams").replace("icon_location", "icon_portal")
    item = read(portal)
    assert (item.is_online, item.online_platform) == (False, None)
    assert (item.city, item.country) == (None, None)


def test_an_activity_without_a_place_has_none_and_not_that_of_a_teaser() -> None:
    item = read(top("dates", "08/11/2023", "10/11/2023"), rest=top("location", "Oslo", "Norway"))
    assert (item.city, item.country) == (None, None)


def test_the_place_is_known_by_its_icon_when_the_field_has_no_name() -> None:
    item = read(top("dates", "08/11/2023") + top("location", "İzmir", "TR", prefix=None))
    assert (item.city, item.country) == ("İzmir", "TR")


ONLINE = "ct-online-activity"


@pytest.mark.parametrize(
    "where",
    [
        top("platform", "Facebook / Zoom", prefix=ONLINE),
        top("platform", "Facebook / Zoom", prefix=None),
        top("location", "Facebook / Zoom", prefix=ONLINE),
        top("location", "Facebook / Zoom", prefix=None),
    ],
)
def test_an_online_activity_has_a_platform_and_no_place(where: str) -> None:
    item = read(top("dates", "08/11/2023", prefix=ONLINE) + where, kind=ONLINE)
    assert (item.is_online, item.online_platform) == (True, "Facebook / Zoom")
    assert (item.city, item.country) == (None, None)
    assert item.start_date == "08/11/2023"


LINK = '<a href="https://zoom.example/1">Link</a>'


@pytest.mark.parametrize(
    ("shown", "platform"),
    [
        (["MS teams / WhatsApp Groups", LINK], "MS teams / WhatsApp Groups"),
        ([f"MS teams {LINK}"], "MS teams"),
        ([LINK], None),
        (["", LINK], None),
        (['<a href="https://zoom.example/1">Zoom</a>'], "Zoom"),
    ],
)
def test_a_link_to_the_platform_is_not_its_name(shown: list[str], platform: str | None) -> None:
    item = read(top("platform", *shown, prefix=ONLINE), kind=ONLINE)
    assert item.online_platform == platform


def test_a_place_is_no_platform() -> None:
    assert read(top("location", "Ankara", "TR"), kind=ONLINE).online_platform is None


def test_an_online_activity_may_name_no_platform() -> None:
    item = read(top("dates", "08/11/2023", prefix=ONLINE), kind=ONLINE)
    assert (item.is_online, item.online_platform) == (True, None)


def test_a_very_old_activity_is_online_when_it_shows_the_portal() -> None:
    old = read(top("platform", "Zoom", prefix="activity"), kind="ct-activity")
    assert (old.is_online, old.online_platform) == (True, "Zoom")
    assert not read(top("location", "Ankara", prefix="activity"), kind="ct-activity").is_online


ARTICLE = '<article class="node ct-physical-activity--full">{}</article>'
DAY = top("dates", "08/11/2023")
TEXT = '<div class="activity__field-ct-act-description">On the sea.</div>'


@pytest.mark.parametrize(
    ("main", "missing"),
    [
        (f"<h1>Log in</h1>{TEASER}", "no article"),
        (ARTICLE.format(top("location", "Ankara")), "neither title, date nor description"),
    ],
)
def test_a_page_without_an_activity_has_drifted(main: str, missing: str) -> None:
    with pytest.raises(DriftError, match=missing):
        activity(drupal_page(f"{ACTIVITIES}/activity/boat-1", main), [7])


@pytest.mark.parametrize(
    ("main", "shown"),
    [
        ("<h1>Boat Party</h1>" + ARTICLE.format(""), ("Boat Party", None, None)),
        (ARTICLE.format(DAY), (None, "08/11/2023", None)),
        (ARTICLE.format(TEXT), (None, None, "On the sea.")),
    ],
)
def test_a_page_with_any_of_them_is_left_to_be_judged(
    main: str, shown: tuple[str | None, ...]
) -> None:
    item = activity(drupal_page(f"{ACTIVITIES}/activity/boat-1", main), [7])
    assert (item.title, item.start_date, item.description) == shown
