"""Pages of a database that nothing was crawled into yet."""

from collections.abc import Iterator

import pytest

from tests.web.dashboard.reading import page, tiles, words
from tests.web.servers import Site, served


@pytest.fixture(scope="module")
def shared_site(migrated_template: str) -> Iterator[Site]:
    with served(migrated_template) as site:
        yield site


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "No section is stored yet."),
        ("/countries", "Nothing is known here yet."),
        ("/sections", "Nothing is known here yet."),
        ("/activities", "No activity is known here yet."),
        ("/search?q=esn", "Nothing was found for “esn”."),
        ("/search", "Type a part of a name"),
    ],
)
def test_they_say_that_there_is_nothing_yet(site: Site, path: str, said: str) -> None:
    shown = page(site, path)
    assert said in words(shown.css("main"))
    assert not shown.css(".wide")
    assert not shown.css("figure script")
    for broken in "NaN", "undefined", "None", "Infinity":
        assert broken not in words(shown.css("main"))


def test_their_figures_are_nothing(site: Site) -> None:
    assert {*tiles(page(site, "/")).values()} == {"0"}


@pytest.mark.parametrize("path", ["/countries/TR", "/sections/1", "/activities/a"])
def test_what_one_looks_for_is_not_there(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "There is no " in answer.text
