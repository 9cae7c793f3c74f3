"""Where the numbered files of ``sql/`` are: in a checkout, or inside an egg."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def scripts() -> Iterator[Traversable]:
    """Yield the migrations' files, in no particular order; in an egg they are no real files."""
    checkout = Path(__file__).parents[3] / "sql"
    source = checkout if checkout.is_dir() else resources.files("esn_pulse") / "sql"
    return (file for file in source.iterdir() if file.name.endswith(".sql"))
