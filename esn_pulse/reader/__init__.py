"""The role that BI tools log in as: it may read schema ``bi`` and nothing else."""

from esn_pulse.reader.making import Reader, make_reader, undo_strict
from esn_pulse.reader.role import ROLE, SCHEMA

__all__ = ["ROLE", "SCHEMA", "Reader", "make_reader", "undo_strict"]
