import gc
import weakref

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse, JsonResponse, Response, TextResponse, XmlResponse

from esn_pulse.exceptions import PageError
from esn_pulse.items import SectionItem
from esn_pulse.pages.markup import (
    PageLoader,
    absolute,
    as_page,
    classes,
    distinct,
    find,
    find_xpath,
    first,
    has_class,
    images,
    lines,
    links,
    non_empty,
    texts,
)
from tests.pages import ACTIVITIES, answer

PAGE = answer(f"{ACTIVITIES}/organisation/esn-metu/activities?page=2", "")


@pytest.mark.parametrize("kind", [TextResponse, HtmlResponse, XmlResponse, JsonResponse])
@pytest.mark.parametrize("body", ["<p>Yıldız</p>", "[]", "null", "{}", ""])
def test_whatever_is_text_is_read_as_a_page(kind: type[TextResponse], body: str) -> None:
    page = as_page(kind(f"{ACTIVITIES}/x", 203, body=body.encode(), encoding="utf-8"))
    assert (page.url, page.status, page.text) == (f"{ACTIVITIES}/x", 203, body)
    assert page.css("p::text").get() == ("Yıldız" if "Yıldız" in body else None)


@pytest.mark.parametrize(
    ("headers", "told"),
    [({"Content-Type": "image/png"}, "image/png"), ({}, "no content type")],
)
def test_anything_else_is_no_page(headers: dict[str, str], told: str) -> None:
    with pytest.raises(PageError, match=told):
        as_page(Response(ACTIVITIES, headers=headers, body=b"\x89PNG"))


@pytest.mark.parametrize("base", ["http://[broken", "http://\u2100.example"])
def test_a_page_that_cannot_be_parsed_is_no_page(base: str) -> None:
    with pytest.raises(PageError, match="can't be parsed"):
        as_page(answer(ACTIVITIES, f'<base href="{base}"><p>x</p>'))


def test_control_characters_do_not_keep_a_page_from_being_read() -> None:
    page = as_page(answer(ACTIVITIES, '<a \x1f="" href="/x\x00">Yıl\x07dız</a>'))
    assert page.css("a")[0].attrib["href"] == "/x"
    assert page.css("a::text").get() == "Yıldız"


def test_markup_goes_with_its_page_and_does_not_wait_for_the_garbage_collector() -> None:
    response = answer(ACTIVITIES, "<p>Yıldız</p>")
    page = as_page(response)
    markup = weakref.ref(page.selector)
    gc.disable()
    try:
        del page
        assert markup() is None
    finally:
        gc.enable()


def test_a_class_is_matched_whole_among_others() -> None:
    markup = Selector(
        '<i class="city">1</i><i class="big  city\n old">2</i><i class="city-name">3</i><i>4</i>'
    )
    assert markup.xpath(f"//*[{has_class('city')}]/text()").getall() == ["1", "2"]


def test_elements_are_found_from_each_of_several_in_page_order() -> None:
    page = Selector(
        '<ul class="a"><li class="b">1</li><li>2</li></ul><ul class="b a"><li class="b">3</li></ul>'
    ).root
    lists = find([page], ".a")
    assert texts(find(lists, ".b")) == ["1", "3", "3"]  # the second list itself is one, too
    assert texts(find_xpath(lists, "li[not(@class)]")) == ["2"]
    assert find(lists, "p") == find([], "li") == []
    assert [classes(element) for element in lists] == [["a"], ["b", "a"]]
    assert classes(find(lists, "li:not([class])")[0]) == []


def test_of_values_the_first_is_taken_or_each_once() -> None:
    values = ["", "Trip", "Game", "Trip"]
    assert first(["", " \u00a0 ", " Boat\u00a0trip ", "Game"]) == "Boat trip"
    assert first(["", " "]) is first([]) is None
    assert distinct(values) == ["Trip", "Game"]


def test_texts_are_clean_and_keep_their_positions() -> None:
    markup = Selector(
        "<p> ESN&nbsp;<b>Arts</b> &amp; <i><u>Crafts</u></i> 🎉 </p>"
        "<p>&nbsp;</p>"
        "<p>Ya<!-- a comment <b>with</b> markup -->şar\n  &lt;3</p>"
        "<p></p>"
    )
    assert texts(markup.css("p")) == ["ESN Arts & Crafts 🎉", "", "Yaşar <3", ""]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>One.</p>\n\n  <p>&nbsp;</p><p></p><p> Two. </p>", "One.\nTwo."),
        ("One,<br>two,<br/><br>three", "One,\ntwo,\nthree"),
        (
            "<ul>\n<li>One</li><li>Two <ul><li>Two and a half</li></ul></li></ul>Three",
            "One\nTwo\nTwo and a half\nThree",
        ),
        ("<ol><li><p>One</p></li><li><p>Two</p></li></ol>", "One\nTwo"),
        ("<h3>Plan</h3>Walk<div>Eat</div>Sleep", "Plan\nWalk\nEat\nSleep"),
        ("<table><tr><th>Day</th><td>1</td></tr><tr><td>2</td></tr></table>", "Day\n1\n2"),
        ("<blockquote>One</blockquote><pre>Two\n  more</pre>", "One\nTwo more"),
        (
            "<p>Come\n   to  the <b>bo<i>at</i></b>,&nbsp;<a href='/x'>now</a>!</p>",
            "Come to the boat, now!",
        ),
        ("<p>Be<!-- not shown -->fore</p><!-- nor this -->after", "Before\nafter"),
        ("<p>Seen<script>var a = 'unseen';</script><style>p {}</style> twice</p>", "Seen twice"),
        ("<p>Fish &amp; chips &lt;3 🎉</p>", "Fish & chips <3 🎉"),
        ("  \n ", ""),
        ("", ""),
    ],
)
def test_a_text_has_a_line_for_each_paragraph_entry_and_break(markup: str, expected: str) -> None:
    page = Selector(f"<body><div class='x'>{markup}</div> and what follows</body>")
    assert lines(page.css(".x")) == expected


def test_several_elements_make_one_text_and_nested_ones_are_not_repeated() -> None:
    page = Selector("<div class='x'>One<div class='x'>Two</div></div><p>Not</p><p class='x'>3</p>")
    assert lines(page.css(".x")) == "One\nTwo\n3"
    assert lines(page.css(".absent")) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/activity/boat-1", f"{ACTIVITIES}/activity/boat-1"),
        ("?page=3", f"{ACTIVITIES}/organisation/esn-metu/activities?page=3"),
        ("https://example.org/x", "https://example.org/x"),
        ("//cdn.example.org/x.png", "https://cdn.example.org/x.png"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_an_address_is_joined_to_that_of_its_page(address: str, expected: str) -> None:
    assert absolute(address, PAGE) == expected


def test_links_of_the_site_are_made_absolute_and_others_kept_as_written() -> None:
    found = Selector(
        '<a href=" /go ">1</a><a href="www.example.org">2</a><a href="https://example.org/Ä?a=b c">'
        '3</a><a href="  ">4</a><a>5</a><a href="http://[broken">6</a>'
    ).css("a")
    assert links(found, PAGE) == [
        f"{ACTIVITIES}/go",
        "www.example.org",
        "https://example.org/Ä?a=b c",
        "http://[broken",
    ]


def test_pictures_have_absolute_addresses() -> None:
    found = Selector(
        '<img src="/files/a.png?itok=x&amp;y=1"><img alt="no source"><img src=" ">'
        '<img src="https://cdn.example.org/b.png">'
    ).css("img")
    assert images(found, PAGE) == [
        f"{ACTIVITIES}/files/a.png?itok=x&y=1",
        "https://cdn.example.org/b.png",
    ]


@pytest.mark.parametrize(("value", "kept"), [("x", "x"), ("0", "0"), ("", None)])
def test_a_value_that_turned_out_empty_is_none(value: str, kept: str | None) -> None:
    assert non_empty(value) == kept


def test_a_loader_takes_the_first_value_that_is_not_empty() -> None:
    loader = PageLoader(SectionItem("https://accounts.esn.org/section/x", "TR", "x"))
    loader.add_value("city", ["", " \u00a0", "\u200b"])
    loader.add_value("city", [" İz\u00a0mir ", "Ankara"])
    loader.add_value("address", [""])
    item = loader.load_item()
    assert (item.city, item.address) == ("İz mir", None)
