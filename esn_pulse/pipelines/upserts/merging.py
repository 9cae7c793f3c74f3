"""What pages and the official list say of the same country or section, made one row.

Both say the same facts in forms of their own, and the list is silent of some. ``said_by_page`` are
the columns whose present value a page has said: the list's silence takes none of these away.
"""

import re
from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import unquote

from esn_pulse.pipelines.upserts.records import Record

_FILE_NAME = re.compile(r"([^/]+?)(?:[?#].*)?$")
_LISTED_ONLY = ("state", "joined")  # pages say nothing of these


def with_list(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record of the official list with what is stored.

    :param stored: the row as it is, empty if there is none.
    :param told: the columns that a page tells, too.
    """
    said_by_page = {*stored.get("said_by_page", ()), *record.get("not_told", ())} & {*told}
    if record.get("latitude") is None or record.get("longitude") is None:
        record |= {name: None for name in ("latitude", "longitude") if name in told}  # half a place
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
    for column in ("country_code", *_LISTED_ONLY):
        if column in record:
            record[column] = record[column] or stored.get(column)


def with_page(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record that was read from a page; see ``with_list``.

    ``told_by_list`` are the columns that the record has from the list, beside which it was read.
    """
    told_by_list, was_said = record.get("told_by_list", ()), stored.get("said_by_page", ())
    said_by_page = {column for column in told if record[column] and column not in told_by_list}
    for column in told:
        if record[column] and _is_same(column, record[column], stored.get(column)):
            record[column] = stored[column]
            said_by_page |= {column} & {*was_said}
    record["said_by_page"] = sorted(said_by_page)
    for column in _LISTED_ONLY:
        if column in record:
            record[column] = stored.get(column)


def without_page(record: Record, stored: Mapping[str, Any], told: Collection[str]) -> None:
    """Complete a record whose own page failed: it only fills what was not known before.

    :param told: the columns that the page would have told, and others.
    """
    said_by_page = {*stored.get("said_by_page", ())}
    for column in told:
        known = stored.get(column)
        if known is not None:
            record[column] = known
        elif record[column]:
            said_by_page.add(column)
    record["said_by_page"] = sorted(said_by_page)


def _is_same(column: str, new: Any, old: Any) -> bool:
    """Tell whether two values say the same, maybe in different forms."""
    if new is None or old is None:
        return new is old
    if column == "logo_url":
        return new == old or _is_same_logo(new, old)
    facts = _FACTS.get(column)
    return facts(new) == facts(old) if facts else new == old


def _is_same_logo(one: str, other: str) -> bool:
    """Tell whether one is the file, and the other that in a style of Drupal's, as pages show it."""
    is_styled = "/styles/" in one, "/styles/" in other
    return is_styled[0] != is_styled[1] and _file_name(one) == _file_name(other)


def _file_name(address: str) -> str:
    found = _FILE_NAME.search(address)
    return unquote(found[1]) if found else ""


def _parts(address: str) -> list[str]:
    return sorted(address.split(", "))


def _degrees(value: str | float) -> Decimal:
    """Round as PostgreSQL does, to what a column holds."""
    return Decimal(str(value)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


_FACTS: dict[str, Callable[[Any], object]] = {
    "address": _parts,
    "latitude": _degrees,
    "longitude": _degrees,
}
