"""How texts are compared: in PostgreSQL, by one expression in two places."""

import unicodedata
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import make_conninfo

from esn_pulse.analysis.words import FOLDED, fold
from esn_pulse.database.schema.views import known_views
from tests.conftest import create_database, database_name, drop_database

EXAMPLES = {
    "Český": "cesky",
    "Łódź": "lodz",
    "TÜRKİYE, ışık Şeker": "turkiye isik seker",
    "Ørsted Ærø Åse": "orsted aero ase",
    "Straße STRAẞE": "strasse strasse",
    "Đak Ðað ŒUVRE Þór Bakı Gəncə": "dak dad oeuvre thor baki gence",
    "СОФИЯ Ёлка Йога Ќе": "софия елка иога ке",
    "ΑΘΉΝΑ Άσος ΐ": "αθηνα ασοσ ι",
    "ＦＵＬＬ 𝐁old ﬁn": "full bold fin",
    "L'Aquila – (boat_party-20885)": "l aquila boat party 20885",
    "日本 العربية": "日本 العربية",
}
EUROPEAN = "aäåąæbcčçdðđeéěəfgğhħiíıİjklłĺmnñňŋoöøœőpqrřsşșßẞtțŧuüůűvwxyýžźþ"
LETTERS = st.sampled_from(
    EUROPEAN + EUROPEAN.upper() + "αάβγιϊΐσςωώΑΆΣΩабвгґдђеёжзиійїкќљњћўџщъыьэюяІЇЈЋЂЏЯ"
)
# In a database anything but NUL can be; half of it is what people write with here.
TEXTS = st.text(
    LETTERS
    | st.sampled_from(" -'’.&0123")
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=60,
)
quickly = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def plain(server: str) -> Iterator[psycopg.Connection]:
    """Connection to a database of locale C, where lower() knows nothing but ASCII."""
    name = f"test_{uuid4().hex}"
    making = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(making.format(sql.Identifier(name)))
    conninfo = make_conninfo(server, dbname=name)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection
    drop_database(server, conninfo)


@pytest.fixture(scope="module")
def filled(server: str, migrated_template: str) -> Iterator[psycopg.Connection]:
    """Connection to a database with an activity."""
    conninfo = create_database(server, database_name(migrated_template))
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO activities (event_slug, url, title, description, start_date,"
            " is_future_event, is_online) VALUES ('a', '/a', 'A', '', '2026-01-01', false, false)"
        )
        yield connection
    drop_database(server, conninfo)


@pytest.mark.parametrize(("text", "folded"), EXAMPLES.items())
def test_capitals_accents_and_signs_do_not_matter(
    filled: psycopg.Connection, plain: psycopg.Connection, text: str, folded: str
) -> None:
    for connection in filled, plain:
        found = fold(connection, text)
        assert found
        assert found.name == folded


def test_the_view_folds_by_the_same_expression() -> None:
    [view] = [view for view in known_views() if view.name == "bi_cache.search"]

    assert "".join(FOLDED.split()) in "".join(view.text.split())


@quickly
@given(text=TEXTS)
@example(text=EUROPEAN)
@example(text=EUROPEAN.upper())
@example(text="x" * 255)
@example(text="㌖" * 255)
def test_whatever_a_title_is_it_is_found_by_itself(filled: psycopg.Connection, text: str) -> None:
    filled.execute("UPDATE activities SET title = %s", [text])
    for view in "activities", "search":
        filled.execute(
            sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier("bi_cache", view))
        )
    folded = fold(filled, text)

    [(name,)] = filled.execute("SELECT name FROM bi.search").fetchall()
    assert name == (folded.name if folded else "")
    started = folded and fold(filled, folded.name[:-1])  # while its last letter is not typed yet
    for asked in filter(None, [folded, started]):
        found = filled.execute("SELECT FROM bi.search WHERE words @@ %s::tsquery", [asked.query])
        assert found.rowcount == 1, asked


@quickly
@given(text=st.text(LETTERS | st.just(" ")))
def test_all_ways_to_write_a_text_are_one(filled: psycopg.Connection, text: str) -> None:
    ways = [text.upper(), text.lower(), text.title()]
    ways += [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]

    found = {fold(filled, way) for way in [text, *ways]}
    assert len(found) == 1


@quickly
@given(text=TEXTS)
def test_what_is_folded_stays(filled: psycopg.Connection, text: str) -> None:
    folded = fold(filled, text)
    if folded:
        assert fold(filled, folded.name) == folded
        assert "  " not in folded.name
