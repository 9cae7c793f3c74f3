"""What pages and the official list say of the same country or section, made one row.

Both say the same facts in forms of their own, and the list is silent of some. ``said_by_page`` are
the columns whose present value a page has said: the list's silence takes none of these away.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from esn_pulse.pipelines.upserts.records import Record

_FILE_NAME = re.compile(r"([^/]+?)(?:[?#].*)?$")


def with_list(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record of the official list with what is stored.

    :param stored: the row as it is, empty if there is none.
    :param told: the columns that a page tells, too.
    """
    said_by_page = {*stored.get("said_by_page", ()), *record.get("not_told", ())} & {*told}
    for column in told:
        new, old = record[column], stored.get(column)
        is_said_by_page = column in said_by_page
        if not new:
            record[column] = old if is_said_by_page else None
        elif column == "social_media":
            record[column] = (old or {}) | new if is_said_by_page else new
        elif _is_same(column, new, old):
            record[column] = old
        else:
            said_by_page.discard(column)
    record["said_by_page"] = sorted(said_by_page)
    for column in "country_code", "state", "joined":
        if column in record:
            record[column] = record[column] or stored.get(column)


def with_page(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record that was read from a page; see ``with_list``."""
    said_by_page = {column for column in told if record[column]}
    was_said_by_page = stored.get("said_by_page", ())
    logo = stored.get("logo_url")
    if "logo_url" not in was_said_by_page and _is_same("logo_url", record.get("logo_url"), logo):
        record["logo_url"] = logo
        said_by_page.discard("logo_url")
    record["said_by_page"] = sorted(said_by_page)
    for column in "state", "joined":
        if column in record:
            record[column] = stored.get(column)


def without_page(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record whose own page failed: it only fills what was not known before."""
    said_by_page = {*stored.get("said_by_page", ())}
    for column in told:
        known = stored.get(column)
        if known is not None:
            record[column] = known
        elif record[column] is not None:
            said_by_page.add(column)
    record["said_by_page"] = sorted(said_by_page)


def _is_same(column: str, new: Any, old: Any) -> bool:
    """Tell whether two values say the same, maybe in different forms."""
    if new is None or old is None:
        return new is old
    facts = _FACTS.get(column, str)
    return facts(new) == facts(old)


def _file_name(address: str) -> str:
    found = _FILE_NAME.search(address)
    return found[1] if found else ""


def _parts(address: str) -> list[str]:
    return sorted(address.split(", "))


def _degrees(value: str | float) -> float:
    return round(float(value), 6)


_FACTS: dict[str, Callable[[Any], object]] = {
    "logo_url": _file_name,
    "address": _parts,
    "latitude": _degrees,
    "longitude": _degrees,
}
