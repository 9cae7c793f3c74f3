"""The files of the views, each for itself and together."""

from graphlib import CycleError
from pathlib import Path

import psycopg
import pytest

from esn_pulse.database.schema.views import ViewScript, in_order, known_views, read_script
from tests.conftest import PROJECT

FOLDER = PROJECT / "sql" / "views"
FILES = sorted(FOLDER.glob("*/*.sql"))
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 ORDER BY attnum
"""
BUSY = """\
-- Group 2.11: Activities
-- Of bi.countries it reads nothing.
CREATE MATERIALIZED VIEW bi.busy AS -- The busiest; one row a section.
SELECT
    s.id, -- Its number.
    -- A remark -- this one is nobody's comment.
    coalesce(
        a.n, 0
    ) AS number -- How many: 1, 2.
FROM bi.sections AS s JOIN bi_cache.activities AS a USING (id);

CREATE UNIQUE INDEX idx_busy ON bi.busy (id);
"""


def script(name: str, *reads: str) -> ViewScript:
    return read_script(f"CREATE VIEW {name} AS\nSELECT FROM {', '.join(reads) or 'public.x'};\n")


def test_a_file_says_all_of_its_view() -> None:
    busy = read_script(BUSY)

    assert (busy.name, busy.is_materialised, busy.text) == ("bi.busy", True, BUSY)
    assert busy.reads == {"bi.sections", "bi_cache.activities"}
    assert busy.group == (2, "Activities", 11)
    assert busy.comment == "The busiest; one row a section."
    assert busy.columns == {"id": "Its number.", "number": "How many: 1, 2."}


@pytest.mark.parametrize("text", ["SELECT 1;", BUSY + BUSY])
def test_a_file_makes_one_view(text: str) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        read_script(text)


def test_what_others_read_comes_before_them() -> None:
    scripts = [script("bi.c", "bi.b", "bi.x"), script("bi.b", "bi.a"), script("bi.a")]

    assert [one.name for one in in_order(scripts)] == ["bi.a", "bi.b", "bi.c"]
    with pytest.raises(CycleError):
        in_order([script("bi.a", "bi.b"), script("bi.b", "bi.a")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_file_has_the_name_of_its_view(path: Path) -> None:
    view = read_script(path.read_text(encoding="utf-8"))

    assert view.name == f"{path.parent.name}.{path.stem}"
    assert view.reads <= {known.name for known in known_views()}


def test_every_column_that_people_see_is_explained_beside_it(migrated_template: str) -> None:
    with psycopg.connect(migrated_template) as connection:
        for view in known_views():
            if view.name.startswith("bi."):
                found = connection.execute(COLUMNS, [view.name]).fetchall()
                assert [*view.columns] == [name for (name,) in found], view.name
