"""An activity's fields, each there or not: every one is its own value, whatever else is there."""

from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esn_pulse.items import ActivityItem
from esn_pulse.pages.activity import activity
from esn_pulse.rules.verdicts import judge
from tests.pages import ACTIVITIES, FOOTER, HEADER, answer

URL = f"{ACTIVITIES}/activity/boat-party-20885"
KINDS = {
    "physical": ("ct-physical-activity", "ct-physical-activity ct-physical-activity--full"),
    "online": ("ct-online-activity", "ct-online-activity ct-online-activity--full"),
    "old": ("activity", "ct-physical-activity ct-physical-activity--full"),
    "very old": ("activity", "ct-activity"),
}

# What looks like a field and is none, in a wrapper of its own, or at the end of another's.
BAIT = """
  <h1>Bait</h1><h3 class="field__label">Bait</h3><span class="activity-label">Bait</span>
  <div class="highlight-data-number"><b class="highlight-data-text-big">99</b> partners</div>
  <picture><img class="img-fluid" src="/bait.jpg" alt=""></picture>
  <div class="field-top-wrapper"><img src="/icon_calendar_color.png" alt="Bait">
    <div class="highlight-data-text"><span>01/01/2001</span><span>02/01/2001</span></div></div>
  <div class="field-top-wrapper"><img src="/icon_location_color.png" alt="Bait">
    <div class="highlight-data-text"><span>Bait</span><span>Bait</span></div></div>
  <p>Bait <a href="/organisation/bait">Bait</a></p>"""
TEASER = f"""
<article class="node ct-physical-activity activities-mini-preview">
  <h1>Teaser</h1><div class="activity-causes"><i class="activity-cause"><a>Teaser</a></i></div>
  <div class="activity-types"><i class="activity-type"><a>Teaser</a></i></div>
  <div class="pseudo__organisers"><i class="pseudo__organiser"><a href="/organisation/teaser">
    Teaser</a></i><i class="pseudo__organiser">Teaser</i></div>
  <div class="activity__objectives"><i class="activity__objective"><span>Teaser</span></i></div>
  <div class="field-sdgs-wrapper"><img alt="SDG 17"></div>
  <div class="activity__field-ct-act-description">Teaser</div>
  <div class="activity__field-ct-act-link-registrat"><a href="/teaser">Teaser</a></div>{BAIT}
</article>"""
OTHER_FIELDS = "".join(
    f'<div class="activity__field-ct-act-{name}"><div class="field__item">{BAIT}</div></div>'
    for name in ("programme", "deadline", "partners")
)
BLOCK = '<div class="block block-newsletter"><h1>Subscribe</h1></div>'
SITE = '<header><h1>ESN</h1><h1><a href="/">ESN Activities</a></h1></header>'

# What each field shows and what comes of it, in every form that it may have.
Forms = list[tuple[str, Any]]


def tags(outer: str, inner: str, element: str, *names: str) -> str:
    entries = "".join(f'<i class="{inner}"><{element}>{name}</{element}></i>' for name in names)
    return f'<div class="{outer}"><h3><b>About</b></h3>{entries}{BAIT}</div>'


def long_text(name: str, marker: str) -> Forms:
    field, lines = f"PREFIX__field-ct-act-{name}", f"{marker} one\n{marker} two"
    return [
        (f'<div class="{field}"><h3 class="field__label">x</h3><div class="field__item">'
         f"<p>{marker} one</p><p>{marker} two</p>NESTED</div>{BAIT}</div>", lines),
        (f'<div class="{field}"><h3 class="field__label">x</h3><p>{marker} one<br>{marker} two</p>'
         "NESTED</div>", lines),
        (f'<div class="{field} field__item">{marker} one<br>{marker} two NESTED</div>', lines),
    ]  # fmt: skip


FIELDS: dict[str, Forms] = {
    "participants": [
        ('<div class="highlight-data-number"><b class="highlight-data-text-big">1,250</b>'
         "<i>total</i> <i>participants</i></div>", "1,250"),
        ('<div class="PREFIX__field-ct-act-participants highlight-data-number">'
         '<span class="highlight-data-text-big">1,250</span></div>', "1,250"),
        ('<div class="PREFIX__field-ct-act-numbers"><b class="highlight-data-text-big">7</b>'
         '<i>cities</i> <b class="highlight-data-text-big">1,250</b> <i>participants</i></div>',
         "1,250"),
    ],
    "organisers": [
        ('<div class="pseudo__organisers"><h3>By</h3><p class="pseudo__organiser">'
         f'<a href="/organisation/esn-metu">METU</a></p>{BAIT}NESTED</div>', ["esn-metu"]),
    ],
    "partners": [
        ('<div class="pseudo__organisers"><h3>By</h3><p class="pseudo__organiser">An NGO</p>'
         '<p class="pseudo__organiser"><a href="https://ngo.example/organisation/x">Zoo</a></p>'
         f"{BAIT}NESTED</div>", ["An NGO", "Zoo"]),
    ],
    "causes": [
        (tags("activity-causes", "activity-cause", "a", "Culture"), ["Culture"]),
        (tags("activity-causes", "activity-label", "a", "Culture"), ["Culture"]),
        ('<div class="activity-causes"><div class="activity-cause"><span class="activity-label">'
         '<a href="/activities?cause=1">Culture</a></span>NESTED</div></div>', ["Culture"]),
    ],
    "types": [
        (tags("activity-types", "activity-type", "a", "Trip", "Game"), ["Trip", "Game"]),
        (tags("activity-types", "activity-type activity-label", "a", "Trip"), ["Trip"]),
        (tags("PREFIX__field-ct-act-types", "field__item", "a", "Trip", "Game"), ["Trip", "Game"]),
    ],
    "activity_goal": long_text("goal-activity", "Goal"),
    "description": long_text("description", "Description"),
    "outcomes": long_text("res-pos-aspect", "Outcome"),
    "registration_url": [
        ('<div class="PREFIX__field-ct-act-link-registrat"><a href="https://r.example/">here</a>'
         f"{BAIT}</div>", "https://r.example/"),
    ],
    "image_url": [
        ('<picture><img class="img-fluid" src="/files/boat.jpg"></picture>',
         f"{ACTIVITIES}/files/boat.jpg"),
        ('<div class="PREFIX__field-ct-act-main-picture"><picture><source srcset="/x.webp">'
         '<img class="img-fluid" src="/files/boat.jpg"></picture></div>',
         f"{ACTIVITIES}/files/boat.jpg"),
    ],
    "sdgs": [
        ('<div class="field-sdgs-wrapper"><h3>Goals</h3><img alt="Logo of the SDG Goal 3">'
         '<img title="SDG 4">NESTED</div>', ["Logo of the SDG Goal 3", "SDG 4"]),
    ],
    "objectives": [
        (tags("activity__objectives", "activity__objective", "span", "Sports"), ["Sports"]),
        (tags("activity__objectives", "field__item", "span", "Sports"), ["Sports"]),
    ],
}  # fmt: skip
TITLES = [
    '<div class="block block--eg-activities-theme-page-title"><h1>Boat Party</h1></div>',
    '<div class="block block-page-title"><h1>Boat Party</h1></div>',
    "<header><h1><span>Boat Party</span></h1></header>",
    "<h1>Boat Party</h1>",
]
TITLES_IN_ARTICLE = [
    "<h1>Boat Party</h1>",
    '<p class="activity-label">Boat Party</p>',
    '<div class="PREFIX__field-ct-act-title"><p class="field__item"><h1>Boat Party</h1></div>',
]
SPANS = {"start_date": "08/11/2023", "end_date": "10/11/2023", "city": "Ankara", "country": "Malta"}
ALL = ["title", *SPANS, "online_platform", *FIELDS]


def top(field: str, icon: str, *texts: str | None, chance: Random) -> str:
    """Write the top of a field, in which a text that is missing leaves an empty element.

    Sometimes there is only the top, so that its icon alone tells what it is.
    """
    spans = "".join(f"<span>{text or ''}</span>" for text in texts)
    found = f"""<div class="field-top-wrapper"><img src="/icon_{icon}_color.png" alt="x">
      <div class="highlight-data-text">{spans}</div></div>"""
    named = f'<div class="PREFIX__field-ct-act-{field}">{found}{BAIT}</div>'
    return chance.choice([named, named, found])


def write(there: set[str], kind: str, chance: Random) -> tuple[str, dict[str, Any]]:
    """Write a page with these fields, and tell what must be read of it."""
    prefix, classes = KINDS[kind]
    online = kind == "online" or (kind == "very old" and "online_platform" in there)
    shown = {name: value if name in there else None for name, value in SPANS.items()}
    expected: dict[str, Any] = {name: [] if name in LISTS else None for name in ALL}
    expected |= {"is_online": online, "start_date": shown["start_date"]}
    expected["end_date"] = shown["end_date"]
    parts = []
    if there & {"start_date", "end_date"}:
        parts.append(
            top("dates", "calendar", shown["start_date"], shown["end_date"], chance=chance)
        )
    if online and "online_platform" in there:
        parts.append(
            top(
                chance.choice(["location", "platform"]),
                "portal",
                "Zoom / Teams",
                LINK,
                chance=chance,
            )
        )
        expected["online_platform"] = "Zoom / Teams"
    if not online and there & {"city", "country"}:
        parts.append(top("location", "location", shown["city"], shown["country"], chance=chance))
        expected |= {"city": shown["city"], "country": shown["country"]}
    for name in there & FIELDS.keys():
        markup, expected[name] = chance.choice(FIELDS[name])
        parts.append(markup)
    title, teasers = "", "<main>"
    if "title" in there:
        expected["title"] = "Boat Party"
        title = chance.choice(TITLES)
        if chance.random() < 0.3:
            title = ""
            parts.append(chance.choice(TITLES_IN_ARTICLE))
    chance.shuffle(parts)
    article = nested([*parts, OTHER_FIELDS, TEASER], chance).replace("PREFIX", prefix)
    around = chance.choice([TEASER, BLOCK, f"<aside><h1>Aside</h1>{TEASER}</aside>", teasers])
    return (
        f"<html><head><title>ESN</title></head><body>{HEADER}{SITE}<nav><h1>Menu</h1></nav><main>"
        f'{around}{title}<article class="node {classes}">{article}</article>{TEASER}'
        f"<section><h1>You may also like</h1>{TEASER}</section>{BLOCK}</main>"
        f"<footer><h1>Imprint</h1>{BAIT}</footer>{FOOTER}</body></html>"
    ), expected


LISTS = ("organisers", "partners", "types", "causes", "sdgs", "objectives")
LINK = '<a href="https://zoom.example/1">Link</a>'


# What is known by neither a wrapper of its own nor a field's name must not stand in another's.
NAMELESS = ('<div class="highlight-data-number"', "<picture", '<div class="field-top', "<h1", "<p")


def nested(parts: list[str], chance: Random) -> str:
    """Join the parts, some of them inside of others."""
    joined = ""
    for part in sorted(parts, key=lambda part: part.startswith(NAMELESS)):
        if "NESTED" in part and chance.random() < 0.5:
            joined = part.replace("NESTED", joined)
        else:
            joined = chance.choice(["{0}{1}", "{1}{0}"]).format(joined, part.replace("NESTED", ""))
    return joined


def check(there: set[str], kind: str, seed: int) -> None:
    body, expected = write(there, kind, Random(seed))
    if not there & {"title", "start_date", "description"}:
        return  # no activity
    item = activity(answer(URL, body), [7])
    assert {name: getattr(item, name) for name in expected} == expected
    errors = judge(item).errors
    missing = {name for name in ("title", "start_date", "description") if name not in there}
    assert {name for name in errors if "is missing" in errors[name]} == missing


@pytest.mark.parametrize("kind", KINDS)
def test_each_pair_of_fields_is_read_whatever_else_is_there(kind: str) -> None:
    everything = set(ALL)
    for number, pair in enumerate(combinations(ALL, 2)):
        check(set(pair), kind, number)
        check(everything - set(pair), kind, number)
    for number, name in enumerate(ALL):
        check({name}, kind, number)
        check(everything - {name}, kind, number)


@settings(max_examples=200)
@given(st.sets(st.sampled_from(ALL)), st.sampled_from(list(KINDS)), st.integers(0, 999))
def test_any_set_of_fields_is_read_whatever_else_is_there(
    there: set[str], kind: str, seed: int
) -> None:
    check(there, kind, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_where_no_field_is_nothing_is_found(kind: str) -> None:
    body, _ = write({"title"}, kind, Random(1))
    item = activity(answer(URL, body), [7])
    expected = ActivityItem(
        url=URL,
        section_id=7,
        listed_by=[7],
        types=[],
        partners=[],
        event_slug="boat-party-20885",
        title="Boat Party",
        is_online=kind == "online",
    )
    assert item == expected
