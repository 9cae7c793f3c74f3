"""The drawn network, and in it what nobody would write who means well, runs and problems."""

from datetime import UTC, datetime

from psycopg import AsyncConnection

from tests.analysis.queries.drawn import draw
from tests.bi.network import Network

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
CLICKED = "javascript:alert(1)"
OTHER = f"other {IMAGE}"
NAMES = [
    SCRIPT,
    IMAGE,
    f"</title></textarea></script>{SCRIPT}",
    "'; DROP TABLE sections; --",
    "100%_ \\% {0} %s $1 {{7*7}}",
    "🎉 ESN 👩‍👩‍👧 «Ünïcode» “x”",
    "\u202eESN עברית سكشن",
    "L" * 255,
]
_DAYS = [-400, -300, -200, -20, 0, 20]
_STATES = {"ESN Merged": "merged", "ESN Withdrawn": "withdrew", "ESN Warned": "warned"}


async def fill(conninfo: str) -> None:
    """Fill a migrated database; what the API's document has as examples is there, too."""
    await draw(conninfo)
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        contact = {"email": CLICKED, "website": CLICKED, "activities_url": CLICKED}
        await network.country("XS", SCRIPT, **contact, activities_platform_slug="esn-xs")
        await network.organisation(OTHER)
        await network.section("ESN METU", "TR", activities_platform_slug="esn-metu")
        await network.activity("boat-party-20885", "ESN METU", day=3)
        await _sections(network)
        await _activities(network)
        await network.section("ESN Quiet", "TR")
        await network.activity("the-last-one", "ESN Quiet", day=-300)
        await _work(network)
        await network.refreshed()


async def _sections(network: Network) -> None:
    named = ["email", "website", "activities_url", "accounts_url", "university_website", "logo_url"]
    for number, name in enumerate(NAMES):
        links = dict.fromkeys(named, CLICKED)
        city = {"city": name[:100], "university_name": name}
        known = {"latitude": 50, "longitude": number, "last_scraped": datetime.now(UTC)}
        slug = {"accounts_platform_slug": name.replace("/", "|")}
        country = "XS" if number % 2 else "TR"
        await network.section(name, country, **slug, **links, **city, **known)
    for name, state in _STATES.items():
        await network.section(name, "CZ", state=state)
    await network.section("ESN Gone", left_at=datetime.now(UTC))
    for name, key in network.sections.items():
        counts = {"section_id": key, "physical_count": 4, "online_count": 3}
        await network.insert("section_cause_statistics", cause_name=name[:100], **counts)
        for day in "2026-01-01", "2026-02-01":
            row = {"section_id": key, "day": day, "physical_activities": 4 + key}
            await network.insert("section_snapshots", **row)


async def _activities(network: Network) -> None:
    names = [*network.sections]
    texts = ["description", "activity_goal", "outcomes", "online_platform", "activity_type"]
    for number, name in enumerate(names):
        for day in _DAYS[number % 3 :]:
            key = await network.activity(
                f"{name[:200]} {day}".replace("/", "|"),
                name,
                names[number - 1],
                *[OTHER] * (number % 2),
                day=day,
                title=name,
                is_online=day % 200 == 0,
                participants=10 + number if day < 0 else None,
                registration_url=CLICKED,
                image_url=CLICKED,
                partners=[name],
                url=CLICKED,
                **dict.fromkeys(texts, name[:100]),
            )
            for kind in ("cause", "type", "objective"):
                await network.tag(kind, key, name[:100])


async def _work(network: Network) -> None:
    started = {"started_at": datetime(2026, 1, 1, tzinfo=UTC)}
    for number, status in enumerate(["completed", "failed", "cancelled", "running"]):
        module = ["AccountsScraper", "ActivitiesAndStatisticsScraper"][number % 2]
        await network.insert("scraper_status", scraper_module=module, status=status, **started)
    for name, key in network.sections.items():
        error = {"section_id": key, "error_message": name, "url": CLICKED}
        await network.insert("validation_errors", field_name=name[:100], value=name, **error)
        await network.insert("failed_scrapes", **error | {"url": name})
    error = {"country_code": "XS", "error_message": SCRIPT, "url": CLICKED}
    await network.insert("failed_scrapes", **error)
