"""A network that a seed draws: enough of all for every filter to find some and leave some."""

from datetime import UTC, datetime
from itertools import chain
from random import Random

from psycopg import AsyncConnection

from tests.bi.network import Network

COUNTRIES = {"CZ": "the Czech Republic", "IT": "Italy", "TR": "Türkiye"}
SECTIONS = {
    "esn-ankara": ("ESN Ankara", "TR"),
    "esn-brno": ("ESN Brno", "CZ"),
    "esn-izmir": ("ESN Izmír", "TR"),
    "esn-milano": ("ESN Milano", "IT"),
}
NATIONAL = {"esn-italy": "IT", "esn-turkey": "TR"}
OTHERS = ["committee", "esn-international"]
TITLES = ["Trip", "Český večer", "Boat Party", "trip to Łódź", "Türkiye 100%", "Quiz's \\ night_"]
CITIES = ["Łódź", "Brno", "İzmir", None]
CAUSES = ["Culture", "Social Inclusion", "Health & Well-being"]
TYPES = ["Game", "Trip", "Volunteering & Charity"]
GOALS = ["SDG 3", "SDG 4", "SDG 13"]
READ = datetime(2026, 1, 2, tzinfo=UTC)
ACTIVITIES = 90


async def draw(conninfo: str) -> None:
    """Fill a migrated database."""
    random = Random("drawn")
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        await _organisers(network)
        for number in range(ACTIVITIES):
            await _activity(network, random, number)
        await network.refreshed()


async def _organisers(network: Network) -> None:
    for code, name in COUNTRIES.items():
        await network.country(code, name)
    for slug, (name, code) in SECTIONS.items():
        slugs = {"accounts_platform_slug": f"{code.lower()}-{slug}"}
        alias = {"activities_platform_slug": slug}
        key = await network.section(name, code, **slugs, **alias, state="active")
        await network.insert("organisations", slug=slug, name=name, section_id=key)
    for slug, code in NATIONAL.items():
        await network.insert("organisations", slug=slug, name=slug.title(), country_code=code)
    for slug in OTHERS:
        await network.insert("organisations", slug=slug)
    for former, slug in {"esn-smyrna": "esn-izmir", "esn-italia": "esn-italy"}.items():
        await network.insert("organisation_former_slugs", former_slug=former, slug=slug)


async def _activity(network: Network, random: Random, number: int) -> None:
    names = [name for name, _ in SECTIONS.values()]
    organisers = [random.sample(names, random.choice([0, 1, 1, 2]))]
    organisers += [random.sample([*NATIONAL, *OTHERS], random.choice([0, 0, 1]))]
    is_known = random.random() < 0.9
    key = await network.activity(
        f"activity-{number}",
        *chain.from_iterable(organisers),
        day=random.choice([0, 1, *range(-700, 60, 9)]),
        title=random.choice(TITLES),
        city=random.choice(CITIES),
        is_online=random.random() < 0.3,
        participants=random.choice([None, 0, 7, 30]),
        partners=random.choice([[], ["Żabka"]]) if is_known else None,
        is_valid=random.random() < 0.9,
        removed_at=READ if random.random() < 0.1 else None,
    )
    for kind, kinds in {"cause": CAUSES, "sdg": GOALS, "type": TYPES if is_known else []}.items():
        await network.tag(kind, key, *random.sample(kinds, random.randint(0, len(kinds) * 2 // 3)))
