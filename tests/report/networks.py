"""A network of which the report is made, small enough to count by hand."""

from datetime import UTC, datetime

from psycopg import AsyncConnection, sql

from tests.bi.network import TODAY, Network

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>{{7*7}}'


def days_ago(days: int) -> sql.Composed:
    return sql.SQL(TODAY + " - {}").format(days)


async def fill(conninfo: str) -> None:
    """Three countries with sections, near, far and nowhere, and two with none.

    Türkiye's national organisation does something by itself and with sections; that of Andorra has
    no sections at all.
    """
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        for code, name in {"TR": "Türkiye", "CZ": "the Czech Republic", "FR": "France"}.items():
            await network.country(code, name)
        await network.country("LI", "Liechtenstein")
        await network.country("AD", "Andorra")
        await network.organisation("ESN Türkiye", "TR")
        await network.organisation("ESN Andorra", "AD")
        await _sections(network)
        await _activities(network)
        await _history(network)
        now = datetime.now(UTC)
        for module in "AccountsScraper", "ActivitiesAndStatisticsScraper":
            run = {"scraper_module": module, "status": "completed", "started_at": now}
            await network.insert("scraper_status", **run, completed_at=now)
        await network.refreshed()


async def _sections(network: Network) -> None:
    now = datetime.now(UTC)
    ankara = {"city": "Ankara", "latitude": 39.9, "longitude": 32.8, "last_scraped": now}
    await network.section("ESN Ankara", "TR", **ankara)
    await network.section("ESN Izmir", "TR", latitude=38.4, longitude=27.1, last_scraped=now)
    await network.section(HOSTILE, "TR", city=HOSTILE)
    await network.section("ESN Brno", "CZ", city="Brno", latitude=49.2, longitude=16.6)
    await network.section("ESN Réunion", "FR", latitude=-20.9, longitude=55.5)


async def _activities(network: Network) -> None:
    for number in range(8):
        online = {"is_online": number % 4 == 0, "participants": 10 + number}
        activity = await network.activity(
            f"a{number}", "ESN Ankara", day=-5 - 20 * number, **online
        )
        await network.tag("type", activity, "Trip", *(["Game"] * (number < 3)))
        await network.tag("cause", activity, "Culture", *(["Education & Youth"] * (number < 2)))
        await network.tag("sdg", activity, "SDG 3")
    both = ("ESN Ankara", "ESN Brno", "ESN Türkiye")
    shared = await network.activity("shared", *both, day=-40, participants=1000)
    await network.tag("type", shared, "Game")
    await network.tag("cause", shared, "Education & Youth")
    await network.activity("hostile", HOSTILE, day=-7, participants=3, partners=None)
    await network.activity("earlier", "ESN Ankara", day=-365, participants=5)
    unread = {"participants": None, "partners": None}
    await network.activity("long-ago", "ESN Brno", day=-800, **unread)
    await network.activity("last-of-all", "ESN Réunion", day=-850, **unread)
    await network.activity("national", "ESN Türkiye", day=-60, participants=200)
    await network.activity("andorran", "ESN Andorra", day=-20, participants=20)
    await network.activity("to-come", "ESN Izmir", day=30)


async def _history(network: Network) -> None:
    for name, day, activities in [
        ("ESN Ankara", 7, 90),
        ("ESN Ankara", 0, 100),
        ("ESN Brno", 7, 20),
    ]:
        section = network.sections[name]
        counts = {"physical_activities": activities, "online_activities": 10}
        await network.insert("section_snapshots", section_id=section, day=days_ago(day), **counts)
