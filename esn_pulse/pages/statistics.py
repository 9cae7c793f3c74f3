"""The statistics page of activities.esn.org: figures in a JSON object inside the page."""

import json
from typing import Any

from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import StatisticsItem
from esn_pulse.text import clean_text

# Our column: the list it stands in, its label there, and its place when no label is known.
_OVERALL = {
    "physical_activities": ("total_activities", "physical activities", 0),
    "online_activities": ("total_activities", "online activities", 1),
    "total_local_students": ("total_participants", "local students", 0),
    "total_international_students": ("total_participants", "international students", 1),
    "total_coordinators": ("total_participants", "coordinators", 2),
}
_KNOWN_LABELS = {label for _, label, _ in _OVERALL.values()}

_LISTS = {
    f"{kind}_{things}"
    for kind in ("total", "physical", "online")
    for things in ("activities", "participants", "causes", "types")
}

Counts = list[tuple[str, Any]]  # label and count, in the page's order


def statistics(page: TextResponse, section_id: int) -> StatisticsItem:
    """Read a section's statistics; one that never registered an activity has only zeros.

    :raises DriftError: when the page has no settings object to read them from, or another one.
    """
    figures = _figures(page)
    counts = {name: _counts(value) for name, value in figures.items()}
    overall = {
        column: _overall(counts.get(source, []), label, position)
        for column, (source, label, position) in _OVERALL.items()
    }
    return StatisticsItem(
        url=page.url,
        section_id=section_id,
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
    # PHP writes an empty object as [].
    figures = settings.get("activities_statistics", settings) or {}
    if not isinstance(figures, dict):
        raise DriftError("the statistics are not a JSON object")
    has_other_settings = figures is settings and not is_json
    if figures and figures.keys().isdisjoint(_LISTS) and not has_other_settings:
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


def _overall(counts: Counts, label: str, position: int) -> Any:
    """Find a count by its label; by its position when the label standing there is a new one."""
    by_label = {name.casefold(): count for name, count in counts}
    if label in by_label:
        return by_label[label]
    if position < len(counts) and counts[position][0].casefold() not in _KNOWN_LABELS:
        return counts[position][1]
    return 0


def _table(counts: dict[str, Counts], name: str, **sources: str) -> list[dict[str, Any]]:
    """Join lists of counts by label, in page order; a label missing from a list counts 0 there."""
    columns = {column: dict(counts.get(source, [])) for column, source in sources.items()}
    labels = dict.fromkeys(label for values in columns.values() for label in values if label)
    return [
        {name: label} | {column: values.get(label, 0) for column, values in columns.items()}
        for label in labels
    ]
