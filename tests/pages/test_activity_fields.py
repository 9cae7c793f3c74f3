"""What an activity's page tells besides when and where."""

import pytest

from esn_pulse.items import ActivityItem
from esn_pulse.pages.activity import activity
from esn_pulse.rules.verdicts import judge
from tests.pages import ACTIVITIES, answer, drupal_page

PREFIXES = ["ct-physical-activity", "ct-online-activity", "activity"]

TEASER = """
<article class="node ct-physical-activity activities-mini-preview">
  <picture><img class="img-fluid" src="/files/teaser.jpg"></picture>
  <div class="eg-c-card-title"><a href="/activity/teaser-1">Teaser</a></div>
  <div class="pseudo__organisers"><p class="pseudo__organiser">
    <a href="/organisation/esn-teaser">ESN Teaser</a></p><p class="pseudo__organiser">NGO</p></div>
  <div class="highlight-data-text-big">999</div>
  <div class="activity-causes"><span class="activity-cause"><a>Teaser cause</a></span></div>
  <div class="activity-types"><span class="activity-type"><a>Teaser type</a></span></div>
  <div class="activity__objectives"><p class="activity__objective"><span>Teaser aim</span></p></div>
  <div class="field-sdgs-wrapper"><img alt="SDG 9"></div>
  <div class="activity__field-ct-act-description"><div class="field__item">Teaser</div></div>
</article>"""


def read(body: str, above: str = "<h1>Boat Party</h1>") -> ActivityItem:
    """Read the page of an activity, behind which teasers of others follow."""
    article = f'<article class="node ct-physical-activity ct-physical-activity--full">{body}'
    main = f"{above}{article}</article><h2>You may also like</h2>{TEASER}"
    return activity(drupal_page(f"{ACTIVITIES}/activity/boat-party-20885", main), [7])


def test_what_is_not_on_the_page_is_not_taken_from_a_teaser() -> None:
    assert read("<p>Nothing</p>") == ActivityItem(
        url=f"{ACTIVITIES}/activity/boat-party-20885",
        section_id=7,
        listed_by=[7],
        types=[],
        partners=[],
        event_slug="boat-party-20885",
        title="Boat Party",
    )


def test_of_two_articles_the_first_is_the_activity() -> None:
    second = TEASER.replace("activities-mini-preview", "ct-physical-activity--full")
    assert read(f"<p>Nothing</p></article>{second}<article>") == read("<p>Nothing</p>")


def tags(outer: str, inner: str, *names: str, element: str = "a") -> str:
    entries = "".join(f'<div class="{inner}"><{element}>{name}</{element}></div>' for name in names)
    return f'<div class="{outer}"><h3><i>About</i></h3>{entries}</div>'


BLOCK = '<div class="block block--eg-activities-theme-page-title">{}</div>'


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (BLOCK.format("<h1 class='page-header'>Boat <em>Party</em></h1>"), "Boat Party"),
        ("<h1>ESN Activities</h1>" + BLOCK.format("<h1>\n Boat&nbsp;Party </h1>"), "Boat Party"),
        (BLOCK.format("<h1>Fish &amp; <!-- c -->Chips 🎉</h1>"), "Fish & Chips 🎉"),
        ("<h1><span> Boat Party</span></h1>", "Boat Party"),
        ("<h1></h1><h1>Boat Party</h1>", "Boat Party"),
        ("<h2>Boat Party</h2>", None),
        ('<div><a href="/"><h1>ESN Activities</h1></a></div>', None),
        ("<nav><h1>Menu</h1></nav><aside><h1>News</h1></aside><h1>Boat Party</h1>", "Boat Party"),
        ('<div class="block"><h1>News</h1></div><h1>Boat Party</h1>', "Boat Party"),
        ("<h1>ESN Activities</h1><h1>Boat Party</h1>", None),
        (BLOCK.format("") + "<h1>ESN Activities</h1>", None),
        (BLOCK.format("<h1>&nbsp;</h1>"), None),
    ],
)
def test_the_title_stands_above_the_article(above: str, title: str | None) -> None:
    text = '<div class="activity__field-ct-act-description">On the sea.</div>'
    assert read(text, above=above).title == title


def test_of_several_headings_the_one_that_names_the_page_is_the_title() -> None:
    page = answer(
        f"{ACTIVITIES}/activity/boat-party-20885",
        "<head><title>Boat Party | Activities</title></head><header><h1>Boat Party</h1></header>"
        "<h1>ESN</h1><h1>Europe</h1><article class='node ct-physical-activity--full'></article>",
    )
    assert activity(page, [7]).title == "Boat Party"


@pytest.mark.parametrize(
    "labels",
    [
        tags("activity-causes", "activity-label", "Culture"),
        tags("activity-types", "activity-label", "Trip", element="span"),
        '<p class="activity-label"><a href="/activities?cause=1">Culture</a></p>',
        '<p class="activity-label">Culture</p>',
        '<div class="activity__field-ct-act-new"><p class="activity-label">New</p></div>',
        '<div class="activity__field-ct-act-description"><h1>Programme</h1></div>',
    ],
)
def test_the_label_of_something_else_is_no_title(labels: str) -> None:
    text = '<div class="activity__field-ct-act-description">On the sea.</div>'
    item = read(text + labels, above="")
    assert item.title is None
    assert judge(item).errors["title"] == "is missing"


def test_without_a_heading_the_article_s_label_is_the_title() -> None:
    assert read('<p class="activity-label">Boat Party</p>', above="").title == "Boat Party"


@pytest.mark.parametrize("text", ["42", "1,250", "-3", "many"])
def test_participants_are_read_but_not_yet_judged(text: str) -> None:
    item = read(
        '<div class="field-top-wrapper"><div class="highlight-data-text"><span>Ankara</span></div>'
        f'</div><div class="highlight-data-text-big">&nbsp;<b>{text}</b> </div>'
    )
    assert item.participants == text


BIG = '<b class="highlight-data-text-big">{}</b>'


@pytest.mark.parametrize(
    ("body", "participants"),
    [
        (f"<p>{BIG.format(42)} <i>total</i> <i>participants</i></p>", "42"),
        (f"<p>{BIG.format(42)} <i>total</i></p>", "42"),
        (f"<p>Participants: {BIG.format(42)}</p>", "42"),
        (f"<p>{BIG.format(7)} cities {BIG.format(42)} participants</p>", "42"),
        (f"<p>{BIG.format(7)} cities</p><p>{BIG.format(42)} participants</p>", "42"),
        (f"<p>{BIG.format(7)} cities</p>", None),
        (f'<p class="highlight-data-number"><i>{BIG.format(7)}</i> cities</p>', None),
        (BIG.format(7) + BIG.format(42), None),
        (f'<p class="activity__field-ct-act-budget">{BIG.format(7)}</p>', None),
        (f'<p class="activity__field-ct-act-goal-activity">{BIG.format(7)} participants</p>', None),
    ],
)
def test_another_number_is_not_that_of_participants(body: str, participants: str | None) -> None:
    assert read(body).participants == participants


@pytest.mark.parametrize("body", ["", '<div class="highlight-data-text-big"> </div>'])
def test_a_future_activity_often_has_no_participants(body: str) -> None:
    assert read(body).participants is None


def test_organisers_are_known_by_the_slug_in_their_address() -> None:
    item = read(
        '<p class="pseudo__organiser"><a href="/organisation/esn-elsewhere">a partner</a></p>'
        '<div class="pseudo__organisers"><h3>Organisers</h3>'
        '<div class="pseudo__organiser"><a href="/organisation/esn-metu">ESN Ankara</a></div>'
        '<div class="pseudo__organiser"><a href="/organisation/esn-isik-0/activities"></a></div>'
        '<div class="pseudo__organiser"><a href="/organisation/esn-metu">ESN METU</a></div>'
        '<div class="pseudo__organiser"><a href="/organisation/esn-turkiye">ESN Türkiye</a></div>'
        '<div class="pseudo__organiser"><a>no address</a><a href="/user/3">A person</a></div>'
        "</div>"
    )
    assert item.organisers == ["esn-metu", "esn-isik-0", "esn-turkiye"]


def test_causes_each_once_in_page_order() -> None:
    names = ["Health &amp; Well-Being", "<b>Social</b> Inclusion", "Culture&nbsp;", "Culture", " "]
    item = read(tags("activity-causes", "activity-cause", *names))
    assert item.causes == ["Health & Well-Being", "Social Inclusion", "Culture"]


def test_causes_may_be_marked_as_labels() -> None:
    assert read(tags("activity-causes", "activity-label", "Culture")).causes == ["Culture"]


def test_an_organiser_may_be_a_link_itself() -> None:
    item = read(
        '<div class="pseudo__organisers">'
        '<a class="pseudo__organiser" href="/organisation/esn-metu">ESN METU</a>'
        '<a class="pseudo__organiser" href="https://ngo.example/">An NGO</a></div>'
    )
    assert (item.organisers, item.partners) == (["esn-metu"], ["An NGO"])


@pytest.mark.parametrize(
    ("shown", "partners"),
    [
        ("An NGO", ["An NGO"]),
        (" Red&nbsp;&amp;<br>\n<b>Cross</b> 🚑<!-- c --> ", ["Red & Cross 🚑"]),
        ('<a href="https://ngo.example/organisation/x">An NGO</a>', ["An NGO"]),
        ('<a href="//ngo.example"><img src="/logo.png" alt="Logo"> An NGO</a>', ["An NGO"]),
        ('<a href="mailto:board@ngo.example">An NGO</a>', ["An NGO"]),
        ("<a>An NGO</a>", ["An NGO"]),
        ('<a href="">An NGO</a> (<a href="http://[broken">site</a>)', ["An NGO (site)"]),
        ("", []),
        ("&nbsp;\u200b", []),
        ('<img src="/logo.png" alt="Logo">', []),
        ('<a href="/organisation/esn-metu">ESN METU</a> with friends', []),
        ('<a href="/organisation/esn-metu"><img src="/logo.png" alt=""></a>', []),
        (f'<a href="{ACTIVITIES}/organisation/esn-metu">ESN METU</a>', []),
        ('<a href="/user/3">A person</a>', []),
        ("<h1>An NGO</h1>", ["An NGO"]),
    ],
)
def test_who_organises_without_a_page_is_a_partner(shown: str, partners: list[str]) -> None:
    item = read(
        f'<div class="pseudo__organisers"><h3>By</h3><div class="pseudo__organiser">{shown}</div>'
        '<p>and others</p></div><p class="pseudo__organiser">Elsewhere</p>'
    )
    assert item.partners == partners


def test_partners_each_once_in_page_order() -> None:
    names = ["Zoo", "Łódka", "Zoo&nbsp;", "", "zoo"]
    entries = [f'<p class="pseudo__organiser">{name}</p>' for name in names]
    link = '<p class="pseudo__organiser"><a href="/organisation/esn-metu">Łódka</a></p>'
    item = read(f'<div class="pseudo__organisers">{link.join(entries)}</div>')
    assert (item.partners, item.organisers) == (["Zoo", "Łódka", "zoo"], ["esn-metu"])


def test_types_each_once_in_page_order() -> None:
    names = ["", "Trip", "Game &amp; <b>Quiz</b>", "Trip&nbsp;", "Buddy Programme"]
    item = read(tags("activity-types", "activity-type", *names))
    assert item.types == ["Trip", "Game & Quiz", "Buddy Programme"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_types_may_stand_in_a_field_instead(prefix: str) -> None:
    item = read(tags(f"{prefix}__field-ct-act-types", "field__item", "Trip", "Training"))
    assert item.types == ["Trip", "Training"]


@pytest.mark.parametrize("entry", ["activity__objective", "field__item"])
def test_objectives_each_once_in_page_order(entry: str) -> None:
    names = ["Mental Health &amp; Well-Being", "Sports", "Sports", ""]
    item = read(tags("activity__objectives", entry, *names, element="span"))
    assert item.objectives == ["Mental Health & Well-Being", "Sports"]


def test_goals_are_told_by_the_text_of_their_icons() -> None:
    item = read(
        '<img alt="SDG 1"><div class="field-sdgs-wrapper">'
        '<img src="/sdg-3.png" alt="SDG 3"><img alt="Goal 4: Quality&nbsp;education">'
        '<img alt="SDG 3"><img alt="" title="SDG 5"><img alt="An icon" title="SDG 6">'
        '<img title="SDG 7"><img alt="An icon"><img title="A goal"><img src="/sdg-8.png"></div>'
    )
    assert item.sdgs == [
        "SDG 3",
        "Goal 4: Quality education",
        "SDG 5",
        "SDG 6",
        "SDG 7",
        "An icon",
        "A goal",
    ]


LONG_TEXTS = [
    ("description", "description"),
    ("activity_goal", "goal-activity"),
    ("outcomes", "res-pos-aspect"),
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("field", "name"), LONG_TEXTS)
def test_paragraphs_and_entries_of_a_long_text_are_lines(
    prefix: str, field: str, name: str
) -> None:
    item = read(
        f'<section class="field {prefix}__field-ct-act-{name} field--label-above">'
        '<h2 class="field__label">About</h2><div class="field__item">'
        "<p>Join&nbsp;us <strong>to<em>day</em></strong>!<br>Bring &amp; share.</p><p>&nbsp;</p>"
        "<!-- <p>draft</p> --><ul><li>Games 🎲</li><li>Food</li></ul></div></section>"
        '<div class="field__item"><p>of another field</p></div>'
    )
    assert getattr(item, field) == "Join us today!\nBring & share.\nGames 🎲\nFood"
    others = {other for other, _ in LONG_TEXTS} - {field}
    assert all(getattr(item, other) is None for other in others)


@pytest.mark.parametrize(("field", "name"), LONG_TEXTS)
def test_a_long_text_may_be_the_item_itself(field: str, name: str) -> None:
    body = f'<div class="activity__field-ct-act-{name} field__item"><p>One</p><p>Two</p></div>'
    assert getattr(read(body), field) == "One\nTwo"
    body = f'<div class="activity__field-ct-act-{name}"><p>One</p><p>Two</p></div>'
    assert getattr(read(body), field) == "One\nTwo"


@pytest.mark.parametrize(("field", "name"), LONG_TEXTS)
def test_an_empty_long_text_is_none(field: str, name: str) -> None:
    body = f'<div class="activity__field-ct-act-{name}"><p class="field__item">&nbsp;</p></div>'
    assert getattr(read(body), field) is None


def test_a_field_is_not_taken_for_another_whose_name_begins_alike() -> None:
    body = '<div class="activity__field-ct-act-description-short field__item">Short</div>'
    assert read(body).description is None


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://forms.example.org/x?a=1&amp;b=2", "https://forms.example.org/x?a=1&b=2"),
        ("/form/register", f"{ACTIVITIES}/form/register"),
        ("www.example.org", "www.example.org"),
        ("", None),
    ],
)
def test_the_registration_link(prefix: str, href: str, address: str | None) -> None:
    item = read(
        '<a href="https://example.org/map">Map</a>'
        f'<div class="{prefix}__field-ct-act-link-registrat"><a href="{href}">Register</a></div>'
    )
    assert item.registration_url == address


def test_the_picture_is_the_first_large_one_of_the_article() -> None:
    item = read(
        '<img class="img-fluid" src="/icons/icon_calendar_color.png">'
        '<picture><source srcset="/x.webp"><img class="icon" src="/icon.png"></picture>'
        '<picture><img class="img-fluid rounded" src="/files/boat.jpg?itok=x"></picture>'
        '<picture><img class="img-fluid" src="/files/second.jpg"></picture>'
    )
    assert item.image_url == f"{ACTIVITIES}/files/boat.jpg?itok=x"


@pytest.mark.parametrize(
    "picture",
    [
        '<div class="pseudo__organisers"><p class="pseudo__organiser">{}</p></div>',
        '<div class="activity__field-ct-act-description"><p class="field__item">{}</p></div>',
        '<div class="activity__field-ct-act-partners">{}</div>',
        '<a href="/organisation/esn-metu">{}</a>',
        '<a href="/activity/other-1">{}</a>',
    ],
)
def test_another_picture_is_not_that_of_the_activity(picture: str) -> None:
    image = '<picture><img class="img-fluid" src="/files/other.jpg"></picture>'
    assert read(picture.format(image)).image_url is None


@pytest.mark.parametrize(("field", "name"), LONG_TEXTS)
def test_a_label_alone_is_no_text(field: str, name: str) -> None:
    body = f'<div class="activity__field-ct-act-{name}"><h3 class="field__label">About</h3></div>'
    assert getattr(read(body), field) is None
