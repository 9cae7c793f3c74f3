"""The statistics page of activities.esn.org: figures in a JSON object inside the page."""

import json
from typing import Any

from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import StatisticsItem
from esn_pulse.rules.text import clean_text

# The list that our columns stand in, and their labels there, in the order of the page.
_OVERALL = {
    "total_activities": {
        "physical_activities": "physical activities",
        "online_activities": "online activities",
    },
    "total_participants": {
        "total_local_students": "local students",
        "total_international_students": "international students",
        "total_coordinators": "coordinators",
    },
}

_LISTS = {
    f"{kind}_{things}"
    for kind in ("total", "physical", "online")
    for things in ("activities", "participants", "causes", "types")
}

Counts = list[tuple[str, Any]]  # label and count, in the page's order


def statistics(
    page: TextResponse, section_id: int | None = None, country_code: str | None = None
) -> StatisticsItem:
    """Read an organisation's statistics; one that never registered an activity has only zeros.

    :param section_id: whose they are; None for a national organisation's.
    :param country_code: that one's country.
    :raises DriftError: when the page has no settings object to read them from, or another one.
    """
    figures = _figures(page)
    counts = {name: _counts(value) for name, value in figures.items()}
    overall = {
        column: count
        for source, labels in _OVERALL.items()
        for column, count in _overall(counts.get(source, []), labels).items()
    }
    return StatisticsItem(
        url=page.url,
        section_id=section_id,
        country_code=country_code,
        causes=_table(
            counts,
            "cause_name",
            total_count="total_causes",
            physical_count="physical_causes",
            online_count="online_causes",
        ),
        types=_table(
            counts, "activity_type", physical_count="physical_types", online_count="online_types"
        ),
        participants=_table(
            counts,
            "participant_type",
            physical_count="physical_participants",
            online_count="online_participants",
        ),
        **overall,
    )


def shows_figures(page: TextResponse) -> bool:
    """Say whether a page that was read as statistics shows any, or is silent about them."""
    return bool(_figures(page))


def _figures(page: TextResponse) -> dict[str, Any]:
    """Return the ``activities_statistics`` object, {} when the section has none."""
    text = page.text.strip()
    is_json = text.startswith("{")
    if not is_json:
        script = page.css('script[data-drupal-selector="drupal-settings-json"]::text').get()
        if script is None:
            raise DriftError("there is no settings object")
        text = script
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DriftError(f"the statistics are not valid JSON: {error}") from error
    if not isinstance(settings, dict):
        raise DriftError("the statistics are not a JSON object")
    figures = settings.get("activities_statistics", settings if is_json else None)
    if not figures:  # PHP writes an empty object as []
        return {}
    if not isinstance(figures, dict):
        raise DriftError("the statistics are not a JSON object")
    if figures.keys().isdisjoint(_LISTS):
        raise DriftError("the statistics have none of the lists that are known")
    return figures


def _counts(value: object) -> Counts:
    """Read one list of ``[label, count]`` pairs; what is no such pair is left out."""
    pairs = value.get("values") if isinstance(value, dict) else None
    # PHP writes a list with gaps as an object.
    entries = pairs.values() if isinstance(pairs, dict) else pairs
    if not isinstance(entries, list | type({}.values())):
        return []
    return [
        (clean_text(str(entry[0])), _count(entry[1]))
        for entry in entries
        if isinstance(entry, list) and len(entry) > 1
    ]


def _count(value: object) -> object:
    """Clean a count; the sum over no rows is null, which is 0."""
    if value is None:
        return 0
    return value if type(value) is int else clean_text(str(value))


def _overall(counts: Counts, labels: dict[str, str]) -> dict[str, Any]:
    """Find counts by their labels; if none is known, by their positions.

    A label that is not there counts 0. If an unknown one stands in its place, it may be that one
    renamed, or a new one: what stands there is returned as a text, which is no count.
    """
    by_label = {name.casefold(): count for name, count in counts if name}
    if len(counts) == len(labels) and by_label.keys().isdisjoint(labels.values()):
        return {column: count for column, (_, count) in zip(labels, counts, strict=True)}
    in_place = {
        column: f"{name}: {count}"
        for column, (name, count) in zip(labels, counts, strict=False)
        if name.casefold() not in labels.values()
    }
    return {
        column: by_label.get(label, in_place.get(column, 0)) for column, label in labels.items()
    }


def _table(counts: dict[str, Counts], name: str, **sources: str) -> list[dict[str, Any]]:
    """Join lists of counts by label, in page order; a label missing from a list counts 0 there."""
    columns = {column: dict(counts.get(source, [])) for column, source in sources.items()}
    labels = dict.fromkeys(label for values in columns.values() for label in values if label)
    return [
        {name: label} | {column: values.get(label, 0) for column, values in columns.items()}
        for label in labels
    ]
