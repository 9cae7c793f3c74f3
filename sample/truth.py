"""What the database must hold after both spiders have crawled a sample network, once each.

It is derived from the network's objects alone; nothing here looks at HTML.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sample import rows
from sample.network.model import Activity, Network, Section, Statistics
from sample.rows import Row

Pair = tuple[str, str]


def _storable(activity: Activity) -> bool:
    """Say whether the page can be had, and has a title and a readable start date."""
    flaws = dict(activity.flaws)
    return activity.page_status == 200 and flaws.get("title") != "" and "start_date" not in flaws


@dataclass(frozen=True)
class Truth:
    """The truth about a network that is served at two addresses (without a final slash).

    ``overrides`` maps accounts slugs to the aliases that an operator has pinned. Statistics rows
    name their section in the key ``accounts_platform_slug``.
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
            "activities": self.activities(),
            "activity_causes": self.activity_causes(),
            "objectives": self.objectives(),
            "section_overall_statistics": self.section_overall_statistics(),
            "section_cause_statistics": self.section_cause_statistics(),
            "section_type_statistics": self.section_type_statistics(),
            "section_participant_statistics": self.section_participant_statistics(),
        }

    def junctions(self) -> dict[str, set[Pair]]:
        """Return the pairs of every junction table, by the table's name."""
        return {
            "activity_section_organisers": self.activity_section_organisers(),
            "activity_to_cause": self.activity_to_cause(),
            "activity_to_sdg": self.activity_to_sdg(),
            "activity_to_objective": self.activity_to_objective(),
        }

    def countries(self) -> list[Row]:
        """Return the rows of ``countries``."""
        return [
            rows.country_row(country, self.network, self.accounts_url)
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

    def activities(self) -> list[Row]:
        """Return the rows of ``activities``."""
        return [
            rows.activity_row(activity, self.network, self.activities_url)
            for activity in self._stored
        ]

    def activity_causes(self) -> list[Row]:
        """Return the rows of ``activity_causes``: those that a stored activity names."""
        return [{"name": name} for name in sorted({name for _, name in self.activity_to_cause()})]

    def objectives(self) -> list[Row]:
        """Return the rows of ``objectives``: those that a stored activity names."""
        names = {name for _, name in self.activity_to_objective()}
        return [{"name": name} for name in sorted(names)]

    def activity_to_cause(self) -> set[Pair]:
        """Return pairs of event slug and cause."""
        return self._pairs(lambda activity: activity.causes)

    def activity_to_objective(self) -> set[Pair]:
        """Return pairs of event slug and objective."""
        return self._pairs(lambda activity: activity.objectives)

    def activity_to_sdg(self) -> set[Pair]:
        """Return pairs of event slug and SDG, the latter like ``SDG 3``."""
        return self._pairs(lambda activity: (f"SDG {number}" for number in activity.sdgs))

    def activity_section_organisers(self) -> set[Pair]:
        """Return pairs of event slug and accounts slug."""
        return self._pairs(self._organising_sections)

    def section_overall_statistics(self) -> list[Row]:
        """Return the rows of ``section_overall_statistics``."""
        return self._statistics_rows(lambda shown: [rows.overall_statistics_row(shown)])

    def section_cause_statistics(self) -> list[Row]:
        """Return the rows of ``section_cause_statistics``."""
        return self._statistics_rows(lambda shown: rows.cause_statistics_rows(shown.causes))

    def section_type_statistics(self) -> list[Row]:
        """Return the rows of ``section_type_statistics``."""
        return self._statistics_rows(
            lambda shown: rows.named_statistics_rows("activity_type", shown.types)
        )

    def section_participant_statistics(self) -> list[Row]:
        """Return the rows of ``section_participant_statistics``."""
        return self._statistics_rows(
            lambda shown: rows.named_statistics_rows("participant_type", shown.participants)
        )

    def validation_errors(self) -> set[Pair]:
        """Return the open validation errors, as pairs of the page's address and the column."""
        sections = {
            (rows.section_url(section, self.accounts_url), column)
            for section in self.network.sections
            for column in section.broken_fields
        }
        activities = {
            (rows.activity_url(activity, self.activities_url), column)
            for activity in self._listed
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
            for activity in self._listed
            if activity.page_status != 200
        }
        return sections | activities

    def _alias(self, section: Section) -> str | None:
        """Return the alias that the slug check finds."""
        if section.alias_is_guessable or self.overrides.get(section.slug) == section.alias:
            return section.alias
        return None

    @cached_property
    def _scraped(self) -> dict[str, Section]:
        """The sections whose alias is found, by alias."""
        found = ((self._alias(section), section) for section in self.network.sections)
        return {alias: section for alias, section in found if alias}

    @cached_property
    def _listed(self) -> list[Activity]:
        """Every activity that the listing of some scraped section shows."""
        listings = (self.network.listing(alias) for alias in self._scraped)
        return list({one.event_slug: one for listing in listings for one in listing}.values())

    @cached_property
    def _stored(self) -> list[Activity]:
        return [activity for activity in self._listed if _storable(activity)]

    def _pairs(self, names: Callable[[Activity], Iterable[str]]) -> set[Pair]:
        return {(one.event_slug, name) for one in self._stored for name in names(one)}

    def _organising_sections(self, activity: Activity) -> Iterable[str]:
        return (self._scraped[alias].slug for alias in activity.listed_by if alias in self._scraped)

    def _statistics_rows(self, rows_of: Callable[[Statistics], list[Row]]) -> list[Row]:
        return [
            {"accounts_platform_slug": section.slug} | row
            for section in self._scraped.values()
            for row in rows_of(section.statistics or rows.NO_STATISTICS)
        ]
