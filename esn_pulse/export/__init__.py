"""The views of schema ``bi`` as files, for those without a database connection."""

from esn_pulse.export.writing import Written, export

__all__ = ["Written", "export"]
