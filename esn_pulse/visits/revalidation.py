"""Stored raw data against today's rules."""

from collections.abc import Iterable
from dataclasses import fields

from esn_pulse.database.queries.repairs import BrokenRecord
from esn_pulse.items import PulseItem
from esn_pulse.rules.verdicts import MODELS, judge

_ITEMS = {item.__name__: item for item in MODELS}


def recheck(records: Iterable[BrokenRecord]) -> tuple[list[BrokenRecord], list[PulseItem]]:
    """Part records with open errors into those still broken and, as items, those valid by now."""
    broken: list[BrokenRecord] = []
    valid: list[PulseItem] = []
    for record in records:
        item = _revive(record)
        if item is None or judge(item).errors:
            broken.append(record)
        else:
            valid.append(item)
    return broken, valid


def _revive(record: BrokenRecord) -> PulseItem | None:
    """Make an item of stored raw data; None when it lacks what the item must have by now."""
    item = _ITEMS[record.item]
    known = {field.name for field in fields(item)}
    try:
        return item(**{name: value for name, value in record.raw.items() if name in known})
    except TypeError:  # a required field is missing
        return None
