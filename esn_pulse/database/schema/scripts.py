"""Where the files of ``sql/`` are: in a checkout, or inside an egg."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def scripts() -> Iterator[Traversable]:
    """Yield the migrations' files, in no particular order; in an egg they are no real files."""
    return _scripts_in(_folder())


def view_scripts() -> Iterator[Traversable]:
    """Yield the views' files in the same way: a folder a schema, a file a view."""
    for schema in (_folder() / "views").iterdir():
        yield from _scripts_in(schema)


def _folder() -> Traversable:
    checkout = Path(__file__).parents[3] / "sql"
    return checkout if checkout.is_dir() else resources.files("esn_pulse") / "sql"


def _scripts_in(folder: Traversable) -> Iterator[Traversable]:
    return (file for file in folder.iterdir() if file.name.endswith(".sql"))
