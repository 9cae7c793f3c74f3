"""What in a database is this project's: all that the files of ``sql/`` make, and nothing else."""

import re
from functools import cache

from esn_pulse.database.schema.scripts import scripts, view_scripts

SCHEMAS = ("public", "bi", "bi_cache")

_CREATE = re.compile(
    r"^CREATE (?:[A-Z]+ )*(?:TABLE|VIEW|INDEX|STATISTICS) (?:(\w+)\.)?(\w+)(?:\s+ON (\w+)\.)?",
    re.MULTILINE,
)
_BOOKS_OF_YOYO = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")
_IDENTITY = re.compile(r"_id_seq\d*$")


@cache
def made() -> frozenset[tuple[str, str]]:
    """Return schema and name of each table, view, index and statistics object that is made.

    Objects of another kind have to be added here, and to what ``restore`` takes from a backup.
    """
    created = {
        (schema or of_table or "public", name)
        for script in (*scripts(), *view_scripts())
        for schema, name, of_table in _CREATE.findall(script.read_text(encoding="utf-8"))
    }
    return frozenset(created | {("public", name) for name in _BOOKS_OF_YOYO})


def is_ours(schema: str, name: str) -> bool:
    """Tell whether one of these is made, or the sequence of such a table's ``id``."""
    return (schema, _IDENTITY.sub("", name)) in made()
