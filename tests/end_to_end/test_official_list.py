"""The official list of sections: read instead of their pages where it can be relied on."""

import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from sample.network.model import Network
from sample.network.register import with_official_list
from sample.network.week import a_week_later
from sample.process import SampleSite
from sample.sites.faults import Fault
from sample.truth import Truth
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.tables import Row, dump, rows, table
from tests.end_to_end.test_second_run import without_counters
from tests.end_to_end.village import Village, serve_here, small_network
from tests.forked import ForkServer

STATE = "SELECT accounts_platform_slug FROM sections WHERE {} ORDER BY 1"
UNWELL = {
    "401": Fault(kind="status", path="^/api/", status=401),
    "403": Fault(kind="status", path="^/api/", status=403),
    "404": Fault(kind="status", path="^/api/v2/sections", status=404),
    "500": Fault(kind="status", path="^/api/", status=500),
    "a bot wall": Fault(kind="impostor", path="^/api/", page="bot_wall"),
    "another page": Fault(kind="swapped", path="^/api/", other="/"),
    "an object": Fault(kind="list", path="^/api/v2/sections", unwell="object"),
    "texts": Fault(kind="list", path="^/api/v2/countries", unwell="texts"),
    "empty": Fault(kind="list", path="^/api/v2/sections", unwell="empty"),
    "half of it": Fault(kind="list", path="^/api/v2/sections", unwell="part", part=0.5),
}


@pytest.fixture(scope="module")
def network() -> Network:
    return with_official_list(small_network())


@pytest.fixture(scope="module")
def listed_site(network: Network) -> Iterator[SampleSite]:
    with serve_here(network) as site:
        yield site


@pytest.fixture
def other_database(server: str, database: str) -> Iterator[str]:
    conninfo = create_database(server, database_name(database))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def town(listed_site: SampleSite, crawl: Crawl, fork_server: ForkServer) -> Iterator[Village]:
    """The small network with the official list, without faults, and crawls of it."""
    listed_site.forget_requests()
    with Village(listed_site, crawl, fork_server) as town:
        yield town
    listed_site.clear_faults()


@pytest.fixture(scope="module")
def truth(network: Network, listed_site: SampleSite) -> Truth:
    return Truth(network, listed_site.accounts_url, listed_site.activities_url)


def read(town: Village, database: str, *words: str) -> subprocess.CompletedProcess[str]:
    finished = town.crawl(database, "accounts", *words)
    assert finished.returncode == 0, finished.stderr
    return finished


def sections(database: str) -> dict[str, Row]:
    return {row["accounts_platform_slug"]: row for row in table(database, "sections")}


def shown(row: Row, expected: Row) -> Row:
    return {name: row[name] for name in expected}


def is_right(database: str, expected: list[Row]) -> None:
    found = sections(database)
    for row in expected:
        assert shown(found[row["accounts_platform_slug"]], row) == row


def facts(row: Row) -> Row:
    """Return what a row says, whichever way it was read."""
    logo, address = row["logo_url"] or "", row["address"] or ""
    without = {"id", "state", "joined", "said_by_page", "first_seen", "last_seen"}
    return {name: value for name, value in row.items() if name not in without} | {
        "logo_url": logo.rpartition("/")[2].partition("?")[0],
        "address": sorted(address.split(", ")),
        "last_validated_activities_slug": None,
        "alias_since": None,
    }


def test_the_list_fills_countries_and_sections(town: Village, database: str, truth: Truth) -> None:
    read(town, database)

    is_right(database, truth.listed_sections())
    found = {row["country_code"]: row for row in table(database, "countries")}
    assert found.keys() == {row["country_code"] for row in truth.countries()}
    for row in truth.countries():
        assert shown(found[row["country_code"]], row) == row
    asked = [path for site, _, path in town.site.requests() if site == "accounts"]
    assert asked[:3] == ["/robots.txt", "/api/v2/countries", "/api/v2/sections"]
    assert all(path.startswith("/country/") for path in asked[3:])


def test_both_ways_leave_the_same_rows(
    town: Village, database: str, other_database: str, network: Network
) -> None:
    read(town, database)
    read(town, other_database, "-a", "source=pages")

    by_list, by_pages = sections(database), sections(other_database)
    had = {one.slug for one in network.present if one.page_status == 200}
    assert by_pages.keys() <= by_list.keys()
    assert {slug: facts(by_list[slug]) for slug in had} == {
        slug: facts(by_pages[slug]) for slug in had
    }
    moments = {"page_read_at", "last_validated_activities_slug", "alias_since"}
    without = moments | {"said_by_page"}
    countries = [
        [{k: v for k, v in row.items() if k not in without} for row in table(one, "countries")]
        for one in (database, other_database)
    ]
    assert sorted(countries[0], key=repr) == sorted(countries[1], key=repr)


def test_a_second_run_asks_for_two_pages_and_changes_nothing(town: Village, database: str) -> None:
    read(town, database)
    town.crawl(database, "activities")
    before = without_counters(dump(database))
    town.site.forget_requests()

    read(town, database)

    assert without_counters(dump(database)) == before
    asked = town.site.requests()
    assert [path for site, _, path in asked if site == "accounts"] == [
        "/robots.txt",
        "/api/v2/countries",
        "/api/v2/sections",
    ]
    looked_for = {path.split("/")[2] for site, _, path in asked if "/organisation/" in path}
    settled = {
        alias for (alias,) in rows(database, "SELECT activities_platform_slug FROM sections")
    }
    assert not looked_for & settled  # only those that are not known to have one


@pytest.mark.parametrize("kind", UNWELL)
def test_an_unwell_list_is_told_of_once_and_the_pages_are_read(
    town: Village, database: str, truth: Truth, kind: str
) -> None:
    if kind == "half of it":
        read(town, database)
        town.site.forget_requests()
    town.site.add_fault(UNWELL[kind])

    finished = read(town, database)

    assert finished.stderr.count("The official list can't be used: ") == 1
    assert town.asked("^/section/")
    expected = truth.sections()
    if kind == "half of it":
        known = {row["accounts_platform_slug"]: row for row in truth.listed_sections()}
        logos = {slug: row["logo_url"] for slug, row in known.items()}
        expected = [
            row | {"logo_url": logos[row["accounts_platform_slug"]]}
            for row in expected
            if row["city"]
        ]
    is_right(database, expected)
    assert rows(database, "SELECT url FROM failed_scrapes WHERE url LIKE '%/api/%'") == []


def test_either_way_can_be_forced(town: Village, database: str) -> None:
    read(town, database, "-a", "source=pages")
    assert not town.asked("^/api/")

    town.site.add_fault(UNWELL["404"])
    refused = town.crawl(database, "accounts", "-a", "source=api")

    assert refused.returncode == 1
    assert "the official list can't be used: the site answered 404" in refused.stderr
    assert "-a source=pages" in refused.stderr


def test_odd_records_are_on_record_and_hold_up_nothing(
    town: Village, database: str, truth: Truth
) -> None:
    town.site.add_fault(Fault(kind="list", path="sections", unwell="odd"))
    read(town, database)

    is_right(database, truth.listed_sections())
    site = town.site.accounts_url
    query = "SELECT url, field_name, value FROM validation_errors WHERE resolved_at IS NULL"
    found = set(rows(database, query))
    assert (f"{site}/api/v2/sections", "accounts_platform_slug", None) in {
        (url, field, None) for url, field, _ in found
    }
    assert (f"{site}/section/tr-name-less", "name", None) in found
    assert (f"{site}/section/xa-atla-uni", "country_code", "'XA'") in found
    [(stats,)] = rows(database, "SELECT stats FROM scraper_status ORDER BY id DESC LIMIT 1")
    assert stats["pulse/accounts/ignored/state"] == 1
    assert stats["pulse/accounts/ignored/key"] == 2  # one of which PostgreSQL could not store
    seven = sections(database)["tr-seve-uni"]
    assert (seven["name"], seven["latitude"], seven["city"]) == ("7", None, None)

    town.site.clear_faults()
    read(town, database)
    open_now = {url for url, _, _ in rows(database, query)}
    assert f"{site}/api/v2/sections" not in open_now


def test_pages_say_what_the_list_has_no_key_for(town: Village, database: str, truth: Truth) -> None:
    fault = Fault(kind="list", path="sections", unwell="keyless", key="university_name")
    town.site.add_fault(fault)
    read(town, database)

    assert town.asked("^/section/")
    expected = {row["accounts_platform_slug"]: row["university_name"] for row in truth.sections()}
    found = {slug: sections(database)[slug]["university_name"] for slug in expected}
    assert found == expected


def test_what_a_page_has_said_is_not_erased(town: Village, database: str) -> None:
    read(town, database, "-a", "source=pages")
    before = sections(database)
    town.site.add_fault(Fault(kind="list", path="sections", unwell="nulls"))
    read(town, database)

    after = sections(database)
    assert {slug: facts(after[slug]) for slug in before} == {
        slug: facts(row) for slug, row in before.items()
    }


def test_what_the_list_itself_has_said_is_erased(town: Village, database: str) -> None:
    read(town, database)
    [(slug,)] = rows(database, STATE.format("website IS NOT NULL") + " LIMIT 1")
    town.site.add_fault(
        Fault(kind="list", path="sections", unwell="blank", key=f"{slug.upper()}.website")
    )
    read(town, database)
    assert sections(database)[slug]["website"] is None


def test_who_is_missed_twice_has_left_until_it_is_shown_again(town: Village, database: str) -> None:
    read(town, database)
    gone = "tr-anka-met"
    town.site.add_fault(Fault(kind="list", path="sections", unwell="lacking", key=gone.upper()))
    left = STATE.format("left_at IS NOT NULL")
    read(town, database)
    assert rows(database, left) == []
    read(town, database, "-a", "country=tr")  # no whole run
    assert rows(database, left) == []
    read(town, database)
    assert rows(database, left) == [(gone,)]

    town.site.forget_requests()
    assert town.crawl(database, "activities", "-a", "country=tr").returncode == 0
    assert not town.asked("esn-metu")

    town.site.clear_faults()
    read(town, database)
    assert rows(database, left) == []


def test_pages_take_a_section_away_as_the_list_does(town: Village, database: str) -> None:
    read(town, database)
    withdrawn = rows(database, STATE.format("state IN ('merged', 'withdrew')"))
    assert withdrawn
    left = STATE.format("left_at IS NOT NULL")
    town.site.add_fault(Fault(kind="status", path="^/country/gr", status=500))
    read(town, database, "-a", "source=pages")
    town.site.clear_faults()
    read(town, database, "-a", "source=pages")
    assert rows(database, left) == []  # one of these did not show all
    read(town, database, "-a", "source=pages")
    assert rows(database, left) == withdrawn


def test_a_week_in_which_the_list_turns_bad_and_well_again(
    network: Network, database: str, crawl: Crawl, fork_server: ForkServer
) -> None:
    week = a_week_later(network)
    gone, withdrawn = week.changes["left"][0], week.changes["withdrew"][0]
    with serve_here(network) as site, Village(site, crawl, fork_server) as town:
        read(town, database)
        site.pass_week()
        truth = Truth(week.network, site.accounts_url, site.activities_url)
        logos = {row["accounts_platform_slug"]: row["logo_url"] for row in truth.listed_sections()}

        site.add_fault(UNWELL["500"])
        read(town, database)
        had = [one.slug for one in week.network.present if one.page_status == 200]
        by_pages = {row["accounts_platform_slug"]: row for row in truth.sections()}
        is_right(database, [by_pages[slug] | {"logo_url": logos[slug]} for slug in had])
        assert sections(database)[withdrawn]["state"] != "withdrew"  # pages do not say so

        site.clear_faults()
        read(town, database)
        is_right(database, truth.listed_sections())
        assert sections(database)[withdrawn]["state"] == "withdrew"
        left = {slug for slug, row in sections(database).items() if row["left_at"]}
        assert left == {gone}


def test_runs_that_are_not_well_take_nobody_away(town: Village, database: str) -> None:
    read(town, database)
    town.site.add_fault(Fault(kind="list", path="sections", unwell="lacking", key="TR-ANKA-MET"))
    town.site.add_fault(Fault(kind="status", site="activities", path="^/robots", status=500))
    for _ in range(3):
        town.crawl(database, "accounts", "-s", "RETRY_TIMES=0", "-s", "ESN_ALIAS_DAYS=0")
    assert rows(database, STATE.format("missed_in IS NOT NULL OR left_at IS NOT NULL")) == []


def test_who_has_left_leaves_nothing_to_repair(town: Village, database: str) -> None:
    read(town, database)
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO failed_scrapes (url, section_id, scraper_module, will_retry)"
            " SELECT 'x', id, 'ActivitiesAndStatisticsScraper', TRUE FROM sections"
            " WHERE accounts_platform_slug = 'tr-anka-met'"
        )
    town.site.add_fault(Fault(kind="list", path="sections", unwell="lacking", key="TR-ANKA-MET"))
    for _ in range(2):
        read(town, database)
    assert rows(database, "SELECT will_retry FROM failed_scrapes WHERE url = 'x'") == [(False,)]
