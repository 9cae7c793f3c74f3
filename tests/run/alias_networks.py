"""Networks whose data were read under aliases, stored with whoever has these."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection

from esn_pulse.items import ActivityItem, Owner, PulseItem
from esn_pulse.rules.belonging import Belonging, Claimant
from esn_pulse.rules.names import comparable
from esn_pulse.run.aliases import Settlement, settle_aliases
from esn_pulse.sources import ACTIVITIES as SOURCE
from tests.pipelines.factories import (
    ACTIVITIES,
    COUNTRIES,
    activity,
    checked,
    country,
    failure,
    save,
    section,
    statistics,
    values,
    visit,
)

Aliases = Mapping[str, str | None]  # by whose they are: 'tr-1' of a section, 'TR' of a country

FIRST = date(2026, 1, 1)


async def settle(database: str) -> Settlement:
    async with await AsyncConnection.connect(database) as connection:
        return await settle_aliases(connection, ACTIVITIES)


async def store_claimants(database: str, names: Mapping[str, str], aliases: Aliases) -> None:
    """Store sections and countries, and that they have these aliases."""
    sections = [
        checked(section(key, name=name), aliases.get(key))
        for key, name in names.items()
        if key not in COUNTRIES
    ]
    await save(database, *map(country, COUNTRIES), *sections)
    with psycopg.connect(database) as connection:
        for code in COUNTRIES:
            alias = aliases.get(code)
            url = f"{ACTIVITIES}/organisation/{alias}/activities" if alias else None
            connection.execute(
                "UPDATE countries SET activities_platform_slug = %s, activities_url = %s,"
                " can_scrape_activities = %s WHERE country_code = %s",
                [alias, url, alias is not None, code],
            )
        connection.execute(
            "INSERT INTO organisations (slug, section_id, country_code)"
            " SELECT activities_platform_slug, id, NULL FROM sections"
            " WHERE can_scrape_activities"
            " UNION ALL SELECT activities_platform_slug, NULL, country_code FROM countries"
            " WHERE can_scrape_activities"
        )


def store_names(connection: psycopg.Connection, names: Mapping[str, str | None]) -> None:
    """Store what the site calls the organisations."""
    for named in names.items():
        connection.execute(
            "INSERT INTO organisations (slug, name) VALUES (%s, %s)"
            " ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name",
            named,
        )


def owners(connection: psycopg.Connection) -> dict[str | None, Owner]:
    """Return who is meant by each key; nobody by None."""
    sections = connection.execute("SELECT accounts_platform_slug, id FROM sections").fetchall()
    return (
        {None: Owner()}
        | {key: Owner(number) for key, number in sections}
        | {code: Owner(None, code) for code in COUNTRIES}
    )


@dataclass
class Network:
    """Anybody's names and aliases, which need not fit.

    :ivar names: of sections and countries, by their keys.
    :ivar shown: by aliases what the site calls whoever has it.
    :ivar before: the aliases that they were thought to have.
    :ivar read: the aliases under which something was read.
    :ivar since: when whoever has the alias has got it; missing when nobody knows.
    :ivar listings: the activities by aliases, and ``organisers`` the aliases by activities.
    :ivar old: activities of which no more is known than which sections organise them.
    """

    seed: int
    names: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str | None] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    since: dict[str, date] = field(default_factory=dict)
    listings: dict[str, list[str]] = field(default_factory=dict)
    organisers: dict[str, list[str]] = field(default_factory=dict)
    old: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        random = Random(self.seed)
        called = ["ESN Italy", "ESN A", "ESN B", "ESN C", "ESN D", "ESN E"]
        sections = {f"tr-{number}": random.choice(called) for number in range(1, 6)}
        self.names = sections | {code: f"ESN {name}" for code, name in COUNTRIES.items()}
        slugs = ["esn-italy", "esn-italy-0", *(f"esn-{number}" for number in range(6))]
        names = [*self.names.values(), None, "ESN Nowhere"]
        self.shown = {slug: random.choice(names) for slug in slugs}
        keys = random.sample([*self.names], 6)
        self.before = dict(zip(keys, random.sample(slugs, 6), strict=True))
        self.read = [one for one in self.before.values() if one and not self._is_left_over(one)]
        self.since = {
            one: FIRST + timedelta(random.randrange(6)) for one in slugs if random.random() < 0.7
        }
        events = [f"party-{number}" for number in range(12)]
        self.listings = {alias: random.sample(events, random.randrange(5)) for alias in self.read}
        ofs = sorted(alias for key, alias in self.before.items() if alias and key not in COUNTRIES)
        self.old = random.sample(events, 4)
        for event in events:
            told = [one for one in ofs if one in self.read] if event in self.old else self.read
            self.organisers[event] = random.sample(told, min(len(told), random.randrange(4)))

    @property
    def after(self) -> dict[str, str | None]:
        """The aliases that they have by the names that are shown."""
        claimants = [
            Claimant(self._order(key), name, self.before.get(key))
            for key, name in self.names.items()
        ]
        settled = Belonging(claimants, self.shown).settle()
        return {key: settled[self._order(key)] for key in self.names}

    def _order(self, key: str) -> Owner:
        return Owner(None, key) if key in COUNTRIES else Owner(int(key[3:]))

    def _is_left_over(self, alias: str) -> bool:
        """Tell whether it is nobody's any more, and was not somebody else's."""
        [holder] = [key for key, one in self.before.items() if one == alias]
        is_held = alias in self.after.values()
        name = self.shown[alias]
        return not is_held and (not name or comparable(name) == comparable(self.names[holder]))

    async def store(self, database: str, aliases: Aliases) -> None:
        """Store everything with whoever has the aliases."""
        await store_claimants(database, self.names, aliases)
        with psycopg.connect(database, autocommit=True) as connection:
            by_key = owners(connection)
            of = {a: by_key[next((k for k in aliases if aliases[k] == a), None)] for a in self.read}
            visits = [item for alias in self.read for item in _visit_of(self, alias, of[alias])]
            await save(database, *self._activities(of), *visits)
            for number, alias in enumerate(self.read):
                self._date_visit(connection, number, alias, of[alias])
            await self._store_snapshots(connection, by_key, of)
            connection.execute(
                "DELETE FROM activity_organisers USING activities AS a"
                " WHERE a.id = activity_id AND event_slug = ANY (%s)",
                [self.old],
            )

    def _activities(self, of: Mapping[str, Owner]) -> Iterator[ActivityItem]:
        for event, organisers in self.organisers.items():
            listed = [of[alias] for alias in self.read if event in self.listings[alias]]
            sections = [one.section_id for one in listed if one.section_id is not None]
            item = activity(0, event, organisers=organisers, listed_by=sections)
            item.section_id = next(iter(sections), None)
            item.listed_by_countries = [one.country_code for one in listed if one.country_code]
            item.end_date = "31/12/1999" if event < "party-2" else None  # before it begins
            yield item

    def _date_visit(
        self, connection: psycopg.Connection, number: int, alias: str, owner: Owner
    ) -> None:
        dates = [FIRST + timedelta(10 + number), FIRST + timedelta(number), self.since.get(alias)]
        connection.execute(
            "UPDATE sections SET last_scraped = %s, listing_read_at = %s, alias_since = %s"
            " WHERE id = %s",
            [*dates, owner.section_id],
        )
        connection.execute(
            "UPDATE countries SET last_scraped = %s, listing_read_at = %s, alias_since = %s"
            " WHERE country_code = %s",
            [*dates, owner.country_code],
        )
        if not any(owner):
            connection.execute(
                "UPDATE failed_scrapes SET will_retry = FALSE, resolved_at = now() WHERE url = %s",
                [f"{ACTIVITIES}/organisation/{alias}/activities?page=1"],
            )
            connection.execute(
                "UPDATE validation_errors SET resolved_at = now() WHERE url = %s",
                [f"{ACTIVITIES}/organisation/{alias}/statistics"],
            )

    async def _store_snapshots(
        self,
        connection: psycopg.Connection,
        by_key: Mapping[str | None, Owner],
        of: Mapping[str, Owner],
    ) -> None:
        """Days since the alias was had are of the alias; what is older stays where it was."""
        days = [FIRST + timedelta(number) for number in range(6)]
        holders = {alias: by_key[key] for key, alias in self.before.items() if alias}
        older = [(a, d) for a in self.read for d in days if d < self.since.get(a, date.min)]
        newer = [(a, d) for a in self.read for d in days if (a, d) not in older]
        for alias, day in older:
            _store_snapshot(connection, holders[alias], alias, day)
        for alias, day in newer:
            _store_snapshot(connection, of[alias], alias, day)


def figures_of(alias: str) -> dict[str, Any]:
    """Return figures that no other alias has."""
    number = sum(alias.encode())
    label = f"of {alias}"
    return {
        "physical_activities": number,
        "causes": [{"cause_name": label, "total_count": number}],
        "types": [{"activity_type": label, "physical_count": number}],
        "participants": [{"participant_type": label, "online_count": number}],
    }


def _visit_of(network: Network, alias: str, owner: Owner) -> Iterator[PulseItem]:
    url = f"{ACTIVITIES}/organisation/{alias}"
    figures = statistics(0, **figures_of(alias), total_coordinators="many")
    figures.url = f"{url}/statistics"
    shown = visit(0, *network.listings[alias], digest=f"digest of {alias}")
    failed = failure(f"{url}/activities?page=1", scraper_module=SOURCE.module)
    for item in figures, shown, failed:
        item.section_id, item.country_code = owner
    yield from (figures, shown, failed) if any(owner) else (figures, failed)


def _store_snapshot(connection: psycopg.Connection, owner: Owner, alias: str, day: date) -> None:
    for value, statement in zip(owner, _SNAPSHOTS, strict=True):
        if value:
            connection.execute(statement, [value, day, sum(alias.encode())])


_SNAPSHOTS: tuple[LiteralString, ...] = (
    "INSERT INTO section_snapshots (section_id, day, physical_activities) VALUES (%s, %s, %s)"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO country_snapshots (country_code, day, physical_activities) VALUES (%s, %s, %s)"
    " ON CONFLICT DO NOTHING",
)

_OWNED = (
    *("listings", "snapshots", "overall_statistics"),
    *("cause_statistics", "type_statistics", "participant_statistics"),
)
_TABLES: tuple[LiteralString, ...] = (
    *("sections", "countries", "organisations", "organisation_former_slugs"),
    *("activities", "activity_organisers", "activity_section_organisers"),
    *("failed_scrapes", "validation_errors"),
    *(f"{kind}_{ending}" for kind in ("section", "country") for ending in _OWNED),
)
# Numbers, and when something was written.
_ARBITRARY = [
    *(
        "id",
        "first_seen",
        "last_seen",
        "last_read",
        "last_attempt",
        "last_validated_activities_slug",
    ),
    *("gone_at", "scraped_at", "created_at", "updated_at", "page_read_at", "alias_since"),
]


def everything(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return all that is stored but numbers and the times of writing."""
    numbers = {key: owner.section_id for key, owner in owners(connection).items()}
    keys = {number: key for key, number in numbers.items() if number}
    rows = connection.execute("SELECT id, event_slug FROM activities").fetchall()
    events: dict[int, str] = dict(rows)
    told: dict[str, Callable[[Any], Any]] = {
        "section_id": keys.get,
        "activity_id": events.get,
        "resolved_at": bool,
        "listed_by": lambda listed: sorted(str(keys.get(number)) for number in listed),
        "listed_by_countries": sorted,
    }

    def readable(row: dict[str, Any]) -> dict[str, Any]:
        row |= {name: tell(row[name]) for name, tell in told.items() if name in row}
        if raw := row.get("raw_data"):
            row["raw_data"] = readable(raw)
            for whose, by in ("section_id", "listed_by"), ("country_code", "listed_by_countries"):
                if listed := raw.get(by):  # the first of them, whichever that is
                    assert row.pop(whose) in {None, *listed}
                    raw.pop(whose, None)
        return row

    return {
        table: sorted(
            str(sorted(readable(row).items()))
            for row in values(
                connection, f"SELECT to_jsonb(t) - %s::text[] FROM {table} AS t", _ARBITRARY
            )
        )
        for table in _TABLES
    }


def word_for_word(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return the same with numbers and times."""
    return {
        table: sorted(map(str, values(connection, f"SELECT to_jsonb(t) FROM {table} AS t")))
        for table in _TABLES
    }
