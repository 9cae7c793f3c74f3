"""What the database must hold after both spiders have crawled a sample network, once each.

It is derived from the network's objects alone; nothing here looks at HTML.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from slugify import slugify

from sample import rows
from sample.identities import found_sections, listed_activities, shown_names
from sample.network.model import Activity, Network, Section
from sample.network.organisations import Organisation
from sample.rows import Row

Pair = tuple[str, str]


def _storable(activity: Activity) -> bool:
    """Say whether the page can be had, and has a title and a readable start date."""
    flaws = dict(activity.flaws)
    return activity.page_status == 200 and flaws.get("title") != "" and "start_date" not in flaws


def _organising(activity: Activity) -> list[str]:
    """Return the aliases of those that a page links to as organisers, each once."""
    return list(dict.fromkeys(organiser.alias for organiser in activity.linked_organisers))


@dataclass(frozen=True)
class Truth:
    """The truth about a network that is served at two addresses (without a final slash).

    ``overrides`` maps accounts slugs to the aliases that an operator has pinned. Rows of a section
    name it in the key ``accounts_platform_slug``, those of a country in ``country_code``.
    """

    network: Network
    accounts_url: str
    activities_url: str
    overrides: Mapping[str, str] = field(default_factory=dict)

    def tables(self) -> dict[str, list[Row]]:
        """Return the rows of every table that is no junction, by the table's name."""
        return {
            "countries": self.countries(),
            "sections": self.sections(),
            "organisations": self.organisations(),
            "activities": self.activities(),
            "activity_organisers": self.activity_organisers(),
            "activity_causes": self.activity_causes(),
            "activity_types": self.activity_types(),
            "objectives": self.objectives(),
            **self.statistics(),
            "country_snapshots": self.statistics()["country_overall_statistics"],
            "section_listings": self.section_listings(),
            "country_listings": self.country_listings(),
        }

    def junctions(self) -> dict[str, set[Pair]]:
        """Return the pairs of every junction table, by the table's name."""
        return {
            "activity_section_organisers": self.activity_section_organisers(),
            "activity_to_cause": self.activity_to_cause(),
            "activity_to_type": self.activity_to_type(),
            "activity_to_sdg": self.activity_to_sdg(),
            "activity_to_objective": self.activity_to_objective(),
        }

    def countries(self) -> list[Row]:
        """Return the rows of ``countries``."""
        return [
            rows.country_row(country, self.network, self.accounts_url, self.activities_url)
            for country in self.network.countries
        ]

    def sections(self) -> list[Row]:
        """Return the rows of ``sections``."""
        return [
            rows.section_row(one, self._alias(one), self.accounts_url, self.activities_url)
            for one in self.network.present
        ]

    def listed_sections(self) -> list[Row]:
        """Return the rows of ``sections`` when the official list alone was read."""
        return [
            rows.listed_section_row(
                rows.section_row(
                    replace(one, page_status=200),
                    self._alias(one),
                    self.accounts_url,
                    self.activities_url,
                ),
                one,
                self.accounts_url,
            )
            for one in self.network.sections
        ]

    def organisations(self) -> list[Row]:
        """Return the rows of ``organisations``: all that are linked to, or whose alias is known.

        The search for a section's alias may meet one that nobody links to.
        """
        names = shown_names(self.network, self.listed)
        met = {slugify(one.name) for one in self.network.present}
        met &= self.network.organisations.keys()
        countries = {one.alias: code for code, one in self.network.national.items()}
        aliases = sorted({*names, *self._scraped, *countries, *met})
        sections = {alias: section.slug for alias, section in self._scraped.items()}
        return [
            {
                "slug": alias,
                "name": names.get(alias),
                "accounts_platform_slug": sections.get(alias),
                "country_code": countries.get(alias),
            }
            for alias in aliases
        ]

    def activity_organisers(self) -> list[Row]:
        """Return the rows of ``activity_organisers``, with the slug of the activity."""
        return [
            {"event_slug": one.event_slug, "organisation_slug": alias, "position": position}
            for one in self._stored
            for position, alias in enumerate(_organising(one), start=1)
        ]

    def activities(self) -> list[Row]:
        """Return the rows of ``activities``."""
        return [
            rows.activity_row(activity, self.network, self.activities_url)
            for activity in self._stored
        ]

    def activity_causes(self) -> list[Row]:
        """Return the rows of ``activity_causes``: those that a stored activity names."""
        return [{"name": name} for name in sorted({name for _, name in self.activity_to_cause()})]

    def activity_types(self) -> list[Row]:
        """Return the rows of ``activity_types``: those that a stored activity names."""
        return [{"name": name} for name in sorted({name for _, name in self.activity_to_type()})]

    def objectives(self) -> list[Row]:
        """Return the rows of ``objectives``: those that a stored activity names."""
        names = {name for _, name in self.activity_to_objective()}
        return [{"name": name} for name in sorted(names)]

    def activity_to_cause(self) -> set[Pair]:
        """Return pairs of event slug and cause."""
        return self._pairs(lambda activity: activity.causes)

    def activity_to_type(self) -> set[Pair]:
        """Return pairs of event slug and type."""
        return self._pairs(rows.stored_types)

    def activity_to_objective(self) -> set[Pair]:
        """Return pairs of event slug and objective."""
        return self._pairs(lambda activity: activity.objectives)

    def activity_to_sdg(self) -> set[Pair]:
        """Return pairs of event slug and SDG, the latter like ``SDG 3``."""
        return self._pairs(lambda activity: (f"SDG {number}" for number in activity.sdgs))

    def activity_section_organisers(self) -> set[Pair]:
        """Return pairs of event slug and accounts slug."""
        return self._pairs(self._organising_sections)

    def statistics(self) -> dict[str, list[Row]]:
        """Return the rows of the eight tables of statistics, by the table's name."""
        return {
            f"{owner}_{name}": [
                {key: identity} | row
                for identity, one in owners.items()
                for row in rows_of(one.statistics or rows.NO_STATISTICS)
            ]
            for owner, (key, owners) in self._owners.items()
            for name, rows_of in rows.STATISTICS.items()
        }

    def section_listings(self) -> list[Row]:
        """Return the rows of ``section_listings``."""
        return self._listings("section")

    def country_listings(self) -> list[Row]:
        """Return the rows of ``country_listings``."""
        return self._listings("country")

    def validation_errors(self) -> set[Pair]:
        """Return the open validation errors, as pairs of the page's address and the column."""
        sections = {
            (rows.section_url(section, self.accounts_url), column)
            for section in self.network.sections
            for column in section.broken_fields
        }
        activities = {
            (rows.activity_url(activity, self.activities_url), column)
            for activity in self.listed
            for column in activity.broken_fields
        }
        return sections | activities

    def failed_scrapes(self) -> set[str]:
        """Return the addresses of the pages that can't be had."""
        sections = {
            rows.section_url(section, self.accounts_url)
            for section in self.network.sections
            if section.page_status != 200
        }
        activities = {
            rows.activity_url(activity, self.activities_url)
            for activity in self.listed
            if activity.page_status != 200
        }
        return sections | activities

    def _alias(self, section: Section) -> str | None:
        """Return the alias that is found."""
        return next(
            (alias for alias, one in self._scraped.items() if one.slug == section.slug), None
        )

    @cached_property
    def _scraped(self) -> dict[str, Section]:
        """The sections whose alias is found, by alias."""
        return found_sections(self.network, self.overrides)

    @cached_property
    def _owners(self) -> dict[str, tuple[str, Mapping[str, Section | Organisation]]]:
        """By the prefix of their tables, who is visited: the key in the rows, and each by it."""
        shown = self.network.organisations
        sections = {one.slug: shown[alias] for alias, one in self._scraped.items()}
        return {
            "section": ("accounts_platform_slug", sections),
            "country": ("country_code", self.network.national),
        }

    @cached_property
    def listed(self) -> list[Activity]:
        """Every activity that the listing of a scraped section or of a country shows."""
        return listed_activities(self.network, self._scraped)

    @cached_property
    def _stored(self) -> list[Activity]:
        return [activity for activity in self.listed if _storable(activity)]

    def _pairs(self, names: Callable[[Activity], Iterable[str]]) -> set[Pair]:
        return {(one.event_slug, name) for one in self._stored for name in names(one)}

    def _organising_sections(self, activity: Activity) -> Iterable[str]:
        return (self._scraped[alias].slug for alias in activity.listed_by if alias in self._scraped)

    def _listings(self, owner: str) -> list[Row]:
        key, owners = self._owners[owner]
        return [
            {key: identity, "event_slug": activity.event_slug}
            for identity, one in owners.items()
            for activity in self.network.listing(one.alias or "")
        ]
