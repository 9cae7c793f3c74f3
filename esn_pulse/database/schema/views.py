"""The views that BI tools read. Each is made by a file of ``sql/views``, which says all of it.

A comment behind ``CREATE VIEW … AS``, or behind a column, is given to the database; one on a line
of its own is for whoever reads the file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from hashlib import sha256

from psycopg import AsyncConnection, sql

from esn_pulse.database.locks import VIEWS, WAIT
from esn_pulse.database.schema.scripts import view_scripts

_CREATE = re.compile(r"^CREATE (MATERIALIZED )?VIEW (\w+\.\w+) AS(?: -- (.+))?$", re.MULTILINE)
_COLUMN = re.compile(r"^ +(?=[^ -]).*?\b(\w+),? -- (.+)$", re.MULTILINE)
_GROUP = re.compile(r"^-- Group (\d+)\.(\d+): (.+)$", re.MULTILINE)
_REMARK = re.compile(r"--.*")
_VIEW = re.compile(r"\b(?:bi|bi_cache)\.\w+")

# A view that is lost makes the refresh fail, whatever it was.
_MATERIALISED = """
    SELECT name FROM view_scripts LEFT JOIN pg_class ON pg_class.oid = to_regclass(name)
    WHERE coalesce(relkind, 'm') = 'm' ORDER BY view_scripts.id
"""


@dataclass(frozen=True)
class ViewScript:
    """A file of ``sql/views``.

    :ivar name: of its view, with the schema.
    :ivar reads: the names of the views that it reads.
    :ivar comment: what the view is, '' for what is not for use.
    :ivar columns: what its columns are, by name.
    :ivar group: where the data dictionary has it: number and title of a group, and its place there.
    """

    name: str
    text: str
    is_materialised: bool
    reads: frozenset[str]
    comment: str
    columns: dict[str, str]
    group: tuple[int, str, int] | None

    @property
    def digest(self) -> str:
        """Tell one text from another."""
        return sha256(self.text.encode()).hexdigest()


def read_script(text: str) -> ViewScript:
    """Take a file apart.

    :raises ValueError: when it makes no view, or more than one.
    """
    [(materialised, name, comment)] = _CREATE.findall(text)
    group = _GROUP.search(text)
    return ViewScript(
        name=name,
        text=text,
        is_materialised=bool(materialised),
        reads=frozenset(_VIEW.findall(_REMARK.sub("", text))) - {name},
        comment=comment,
        columns=dict(_COLUMN.findall(text)),
        group=(int(group[1]), group[3], int(group[2])) if group else None,
    )


def in_order(scripts: Iterable[ViewScript]) -> tuple[ViewScript, ...]:
    """Put what others read before them.

    :raises CycleError: when two read each other.
    """
    named = {script.name: script for script in sorted(scripts, key=lambda script: script.name)}
    graph = {name: sorted(script.reads & named.keys()) for name, script in named.items()}
    return tuple(named[name] for name in TopologicalSorter(graph).static_order())


@cache
def known_views() -> tuple[ViewScript, ...]:
    """Return the files, those first that others read."""
    return in_order(read_script(file.read_text(encoding="utf-8")) for file in view_scripts())


def identifier(name: str) -> sql.Identifier:
    """Return how SQL names a view."""
    return sql.Identifier(*name.split("."))


async def refresh_views(connection: AsyncConnection) -> None:
    """Bring what is materialised up to date, in the caller's transaction.

    Whoever reads meanwhile sees all of it as it was before, and is not kept waiting; a run that
    refreshes at the same time is waited for.
    """
    await connection.execute(WAIT, [VIEWS, 0])
    for (name,) in await (await connection.execute(_MATERIALISED)).fetchall():
        refresh = sql.SQL("REFRESH MATERIALIZED VIEW CONCURRENTLY {}")
        await connection.execute(refresh.format(identifier(name)))
