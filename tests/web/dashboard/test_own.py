"""What is somebody's own comes first."""

from esn_pulse.analysis.texts import day
from tests.web.dashboard.network import NOW
from tests.web.dashboard.reading import page, rows, words
from tests.web.servers import Site
from tests.web.visitors import Visitor


def test_the_network_s_page_begins_with_it(
    site: Site, metu: Visitor, turkiye: Visitor, operator: Visitor
) -> None:
    shown = page(metu, "/?start_date=2020-01-01")
    assert words(shown.css(".own h2")) == "Yours"
    [own] = shown.css(".own li")
    assert own.css("a::attr(href)").get() == "/sections/esn-metu?start_date=2020-01-01"
    read = f"read on {day(NOW.date())}"
    assert words(own) == f"ESN METU {read} · 87 % complete · 24 activities in the period shown"
    assert words(page(turkiye, "/").css(".own a")) == "Türkiye"
    assert not page(site, "/").css(".own")
    assert not page(operator, "/").css(".own")


def test_lists_begin_with_it_however_they_are_sorted(
    site: Site, czechia: Visitor, metu: Visitor
) -> None:
    for by in "", "?by=country", "?by=-country":
        countries, sections = page(czechia, f"/countries{by}"), page(metu, f"/sections{by}")
        assert rows(countries, "Countries")[0][0] == "The Czech Republic yours"
        assert rows(sections, "The sections")[0][0] == "ESN METU yours"
    theirs, everybodys = (
        [row[0].removesuffix(" yours") for row in rows(page(who, "/countries"), "Countries")]
        for who in (czechia, site)
    )
    assert sorted(theirs) == sorted(everybodys)
    assert [one for one in everybodys if one != theirs[0]] == theirs[1:]
