"""A network that has what pages have to cope with, small enough to count by hand."""

from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from tests.bi.network import Network

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>{{7*7}}'
LONG = "Donaudampfschifffahrtsgesellschaft" * 2
ACTIVITIES_OF_METU = 26  # two of them to come, one of them without participants

NOW = datetime.now(UTC)


async def fill(conninfo: str) -> None:
    """Make the network in a database."""
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        countries = {"TR": "Türkiye", "CZ": "the Czech Republic", "FR": "France", "LI": "Nowhere"}
        for code, name in countries.items():
            site = f"https://{code.lower()}.example/"
            await network.country(code, name, website=site, url=f"{site}accounts")
        await _sections(network)
        await _organisations(network)
        await _activities(network)
        await _flaws(network)
        run = {"status": "completed", "started_at": NOW, "completed_at": NOW}
        for module in "AccountsScraper", "ActivitiesAndStatisticsScraper":
            await network.insert("scraper_status", scraper_module=module, **run)
        await network.refreshed()


async def _sections(network: Network) -> None:
    async def add(name: str, country: str | None, slug: str, **columns: Any) -> None:
        await network.section(
            name,
            country,
            accounts_platform_slug=f"acc-{slug}",
            activities_platform_slug=slug,
            accounts_url=f"https://accounts.example/section/acc-{slug}",
            activities_url=f"https://activities.example/organisation/{slug}",
            last_scraped=NOW,
            **columns,
        )

    ankara = {"city": "Ankara", "latitude": 39.9, "longitude": 32.8}
    ankara |= {"can_scrape_activities": True}
    await add("ESN METU", "TR", "esn-metu", **ankara, email="metu@esn.example", website="https://m")
    await add("ESN Şişli", "TR", "esn-sisli", city="İstanbul", latitude=41.1, longitude=29.0)
    await add(HOSTILE, "TR", "esn-hostile", city=HOSTILE, latitude=38.4, longitude=27.1)
    await add("ESN Brno", "CZ", "esn-brno", city="Brno", latitude=49.2, longitude=16.6)
    await add(f"ESN {LONG}", "CZ", "esn-long", city=LONG)
    await add("ESN Merged", "CZ", "esn-merged", state="merged", left_at=NOW)
    await add("ESN Withdrew", "FR", "esn-withdrew", state="withdrew", left_at=NOW)
    await network.section("ESN Bare", "FR", accounts_platform_slug="bare")
    await network.section("ESN Lost", None, accounts_platform_slug="lost")


async def _organisations(network: Network) -> None:
    await network.organisation("esn-turkiye", "TR")
    await network.organisation("esn-alumni")
    metu = network.sections["ESN METU"]
    await network.insert("organisations", slug="esn-metu", name="ESN METU", section_id=metu)
    for former, slug in {"odtu": "esn-metu", "tr": "esn-turkiye", "alumni": "esn-alumni"}.items():
        await network.insert("organisation_former_slugs", former_slug=former, slug=slug)


async def _activities(network: Network) -> None:
    async def add(slug: str, *organisers: str, **columns: Any) -> int:
        url = f"https://activities.example/activity/{slug}"
        return await network.activity(slug, *organisers, url=url, **columns)

    for number in range(24):
        activity = await add(
            f"dinner-{number}",
            "ESN METU",
            day=-2 - 20 * number,
            title=f"Dinner {number:02}",
            participants=10 + number if number else None,
            is_online=number % 4 == 1,
            description="We ate.\nThen we talked.",
        )
        await network.tag("cause", activity, "Culture", *(["Education & Youth"] * (number < 2)))
        await network.tag("type", activity, "Trip" if number % 2 else "Game")
        await network.tag("sdg", activity, "SDG 3")
    soon = {"is_future_event": True, "partners": ["University"]}
    await add("later", "ESN METU", day=40, **soon)
    await add("soon", "ESN METU", "ESN Brno", "esn-turkiye", day=3, **soon)
    await add("hostile", "ESN Şişli", title=HOSTILE, city=HOSTILE, description=HOSTILE)
    await add("long", "ESN Brno", title=LONG, city=LONG, participants=5, description=LONG)
    await add("alone", day=-5, title="Alone", partners=None)
    await add("reunion", "esn-alumni", day=-9, participants=40)
    await add("assembly", "esn-turkiye", day=-11, participants=70)
    await add("before", "ESN Merged", day=-12, participants=7)
    await add("long-ago", "ESN Brno", day=-800, participants=3)
    for number in range(3):
        await add(f"quiz-{number}", f"ESN {LONG}", day=-500, participants=8)
    await add("hostile-too", HOSTILE, day=-3, participants=9)


async def _flaws(network: Network) -> None:
    metu = network.sections["ESN METU"]
    for field in "title", "sdgs":
        await network.insert(
            "validation_errors",
            section_id=metu,
            field_name=field,
            error_message="is missing",
            url=f"https://activities.example/activity/{field}",
        )
    await network.insert(
        "failed_scrapes",
        url="https://activities.example/activity/broken",
        section_id=metu,
        error_message="404",
        will_retry=True,
    )
    counts = {"physical_activities": 20, "online_activities": 10}
    await network.insert("section_overall_statistics", section_id=metu, **counts)
