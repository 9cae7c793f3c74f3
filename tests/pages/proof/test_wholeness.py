"""Pages that are cut short, wherever and whatever else is there."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from esn_pulse.exceptions import PageError
from esn_pulse.pages.markup import as_page
from esn_pulse.pages.proof.wholeness import is_cut_short
from sample.network.generation import generate
from sample.sites import render
from tests.pages import ACTIVITIES, answer

NETWORK = generate(today=date(2026, 5, 4))
ORGANISATION = next(iter(NETWORK.organisations))
PAGES = {
    "start": render.accounts_home(NETWORK),
    "country": render.country_page(NETWORK, NETWORK.countries[0]),
    "section": render.section_page(NETWORK.sections[0]),
    "listing": render.listing_page(NETWORK, ORGANISATION, 0),
    "activity": render.activity_page(NETWORK, NETWORK.activities[0]),
    "statistics": render.statistics_page(NETWORK.sections[0]),
}


def cut(body: bytes | str) -> bool:
    text = body if isinstance(body, bytes) else body.encode()
    return is_cut_short(HtmlResponse(ACTIVITIES, body=text, encoding="utf-8"))


@pytest.mark.parametrize("kind", PAGES)
def test_a_whole_page_is_not_cut_short(kind: str) -> None:
    assert not cut(PAGES[kind])
    assert not cut(f"{PAGES[kind]}<!-- served by a cache -->\n")


@given(st.sampled_from(sorted(PAGES)), st.floats(0, 1, exclude_max=True))
def test_a_page_cut_at_any_byte_is_cut_short(kind: str, share: float) -> None:
    body = PAGES[kind].rstrip().encode()
    begun = len("<!DOCTYPE html>\n")
    assert cut(body[: begun + 1 + int(share * (len(body) - begun - 1))])


@pytest.mark.parametrize("block", ["html", "body", "main", "article"])
def test_a_block_without_its_end_is_cut_whatever_follows(block: str) -> None:
    page = PAGES["activity"]
    assert cut(page.replace(f"</{block}>", "", 1))
    assert cut(page.replace(f"</{block}>", f"<!-- </{block}> -->", 1))
    assert cut(page.replace(f"</{block}>", f"<script>'</{block}>'</script>", 1))
    assert not cut(page.replace(f"</{block}>", f"</{block.upper()}>", 1))
    assert not cut(page.replace("</main>", f"<!-- <{block}> --><i title='<{block}>'></i></main>"))


@pytest.mark.parametrize(
    "end",
    ["<", "</", "<a", "</a", '<a href="x', "<a title='>", "<!-- x", "<!--", "<script>x", "<!x"],
)
def test_a_page_that_ends_within_something_is_cut(end: str) -> None:
    assert cut(f"<h1>x</h1>{end}")
    assert cut(PAGES["section"] + end)


SLOPPY = """
<p>One<p>Two
<li>One<td>Two<div>
3 < 4 & 5 </ 6
<br/><img src=x>
<a href="x"">y</a>
<a title=>x</a>
<!-->x<!--->y
<?php x ?>
<!DOCTYPE html>
<p class='a' class="b>">x
<SCRIPT>if (a < b) '<main>'</Script >
<a href = 'x'>y
<textarea><main></textarea>
<mainly>
<article-card>
<main></main >
"""


@pytest.mark.parametrize("sloppy", SLOPPY.splitlines())
def test_sloppy_markup_is_whole(sloppy: str) -> None:
    assert not cut(sloppy)
    assert not cut(PAGES["section"].replace("</main>", f"{sloppy}</main>", 1))


def test_a_cut_page_is_no_page_and_json_tells_by_itself() -> None:
    with pytest.raises(PageError, match="cut short"):
        as_page(answer(ACTIVITIES, "<html><body><h1>ESN METU</h1></body>"))
    assert as_page(answer(ACTIVITIES, ' {"html": "<main"}')).text == ' {"html": "<main"}'
