"""What a database holds, in a form in which two databases can be compared."""

from typing import Any

from tests.end_to_end.tables import Row, dump, rows

Key = tuple[Any, ...]
Content = dict[str, dict[Key, Row]]

# By what a row is known on the sites; the names stand for the ids.
_KEYS = {
    "activities": ["event_slug"],
    "activity_causes": ["name"],
    "activity_organisers": ["activity", "organisation_slug"],
    "activity_section_organisers": ["activity", "section"],
    "activity_to_cause": ["activity", "cause"],
    "activity_to_objective": ["activity", "objective"],
    "activity_to_sdg": ["activity", "sdg"],
    "activity_to_type": ["activity", "type"],
    "activity_types": ["name"],
    "countries": ["country_code"],
    "country_cause_statistics": ["country_code", "cause_name"],
    "country_listings": ["country_code", "event_slug"],
    "country_overall_statistics": ["country_code"],
    "country_participant_statistics": ["country_code", "participant_type"],
    "country_type_statistics": ["country_code", "activity_type"],
    "objectives": ["name"],
    "organisation_former_slugs": ["former_slug"],
    "organisations": ["slug"],
    "section_cause_statistics": ["section", "cause_name"],
    "section_listings": ["section", "event_slug"],
    "section_overall_statistics": ["section"],
    "section_participant_statistics": ["section", "participant_type"],
    "section_type_statistics": ["section", "activity_type"],
    "sections": ["accounts_platform_slug"],
    "validation_errors": ["url", "field_name"],
}
_NAMES = {
    "activity_id": "SELECT id, event_slug FROM activities",
    "cause_id": "SELECT id, name FROM activity_causes",
    "objective_id": "SELECT id, name FROM objectives",
    "sdg_id": "SELECT id, name FROM sdgs",
    "type_id": "SELECT id, name FROM activity_types",
    "section_id": "SELECT id, accounts_platform_slug FROM sections",
}

PLACE = ["latitude", "longitude"]
GROUNDS = ("is_named", "is_listed")  # on which a section is an activity's organiser


def content(conninfo: str) -> Content:
    """Return the rows without what depends on the order and the time of the runs, by their keys.

    Ids give way to names, and a moment is only None or not there. Runs, failed scrapes and
    resolved errors are left out.
    """
    names = {column: dict(rows(conninfo, query)) for column, query in _NAMES.items()}
    dumped = dump(conninfo)
    # One that is resolved has a moment, which is not dumped.
    dumped["validation_errors"] = [e for e in dumped["validation_errors"] if "resolved_at" in e]
    found: Content = {}
    for table, keys in _KEYS.items():
        named = [_named(row, names) for row in dumped[table]]
        found[table] = {tuple(row[key] for key in keys): row for row in named}
        assert len(found[table]) == len(named), f"{table} holds a row twice"
    return found


def without_aliases(table: dict[Key, Row]) -> dict[Key, Row]:
    """Return sections or countries as they are while the activities site says nothing of them."""
    nothing = dict.fromkeys(
        ("can_scrape_activities", "activities_platform_slug", "activities_url", "alias_since")
    ) | dict.fromkeys(
        ("last_validated_activities_slug", "last_scraped", "listing_read_at", "listing_digest")
    )
    return {key: row | nothing for key, row in table.items()}


def _named(row: Row, names: dict[str, dict[int, str]]) -> Row:
    return {
        column.removesuffix("_id"): names[column].get(value) if column in names else value
        for column, value in row.items()
        # raw_data has ids in it, too, and a card is only kept of what could be read.
        if column not in ("id", "raw_data", "card")
    }


def differences(found: Content, expected: Content) -> list[str]:
    """List the rows that are missing, should not be there, or are other than expected."""
    return [
        f"{table} {key}: {found[table].get(key)} instead of {expected[table].get(key)}"
        for table in expected
        for key in sorted(found[table].keys() | expected[table].keys(), key=repr)
        if found[table].get(key) != expected[table].get(key)
    ]


def wrong(found: Content, expected: Content) -> list[str]:
    """List the rows that should not be there, or have another value than expected.

    None is no other value but a missing one, and so is an organiser's ground that is not known.
    Which values a page has said grows with the pages that are read, and until a section's own page
    is one of them the map says where it is, which may be another place.
    """
    return [
        f"{table} {key}: {column} is {value!r}"
        for table in expected
        for key, row in found[table].items()
        for column, value in row.items()
        if value is not None
        and column != "said_by_page"
        and not (column in GROUNDS and value is False)
        and not (column in PLACE and row["said_by_page"] == PLACE)
        and expected[table].get(key, {}).get(column) != value
    ]


def torn(found: Content, expected: Content) -> list[str]:
    """List what is missing of records that are stored: they come as a whole or not at all."""
    parts = {
        "activities": [
            "activity_organisers",
            "activity_to_cause",
            "activity_to_objective",
            "activity_to_sdg",
            "activity_to_type",
        ],
        "country_overall_statistics": [
            "country_cause_statistics",
            "country_participant_statistics",
            "country_type_statistics",
        ],
        "section_overall_statistics": [
            "section_cause_statistics",
            "section_participant_statistics",
            "section_type_statistics",
        ],
    }
    return [
        f"{part} {key}"
        for record, tables in parts.items()
        for part in tables
        for key in expected[part].keys() - found[part].keys()
        if key[:1] in found[record]
    ]
