"""What is stored may be hostile, too: it is shown as it is, and does nothing."""

from urllib.parse import quote

import psycopg
import pytest
from parsel import Selector

from tests.web.api.harmless import assert_harmless
from tests.web.api.network import CLICKED, NAMES, OTHER, SCRIPT
from tests.web.servers import Site

ADDRESSES = """
    SELECT '/sections/', section_slug FROM bi.sections
    UNION ALL SELECT '/countries/', country_code FROM bi.countries
    UNION ALL SELECT '/organisations/', organisation_slug FROM bi.organisations
    UNION ALL SELECT '/activities/', event_slug FROM bi.activities WHERE url = %s
    UNION ALL SELECT '/search?q=', word FROM unnest(ARRAY['script', 'img', 'drop']) AS word
    UNION ALL SELECT '/activities?page=', n::text FROM generate_series(1, 9) AS n
    UNION ALL SELECT '/countries/XS?page=', n::text FROM generate_series(2, 3) AS n
"""


def test_no_page_does_what_is_stored(rich: Site, tables: psycopg.Connection) -> None:
    for path in ("/", "/countries"):
        assert_harmless(rich.get(path))
    found = tables.execute(ADDRESSES, [CLICKED]).fetchall()
    assert len(found) > 50
    for before, name in found:
        answer = rich.get(before + quote(name, safe=""))
        assert_harmless(answer)
        assert answer.status_code in {200, 301, 303}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_are(rich: Site, name: str) -> None:
    page = Selector(rich.get(f"/sections/{quote(name.replace('/', '|'), safe='')}").text)

    assert page.css("h1::text").get() == name
    assert name in page.css("#activities-list ~ .scrolling th ::text").getall()
    assert CLICKED in " ".join(page.css(".links ::text").getall())


def test_an_organisation_and_a_country_are_shown_as_they_are(rich: Site) -> None:
    organisation = rich.get(f"/organisations/{quote(OTHER, safe='')}").text
    assert Selector(organisation).css("h1::text").get() == OTHER
    assert Selector(rich.get("/countries/XS").text).css("h1::text").get() == SCRIPT
