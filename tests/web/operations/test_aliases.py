"""Aliases in doubt, and aliases that operators pin."""

import psycopg
import pytest

from esn_pulse.web import operations_texts as texts
from tests.end_to_end.village import Village
from tests.web.dashboard.network import HOSTILE
from tests.web.dashboard.reading import words
from tests.web.operations.operator import NAME, Operator, rows, said, served_for_operators
from tests.web.recorded import audited

LONG = "x" * 10_000


def pinned(tables: psycopg.Connection) -> list[tuple[str, str]]:
    return tables.execute("SELECT * FROM section_slug_overrides ORDER BY 1").fetchall()


def test_an_alias_in_doubt_is_pinned_after_a_question(
    operator: Operator, tables: psycopg.Connection
) -> None:
    tables.execute("UPDATE organisations SET name = 'ESN Ankara' WHERE slug = 'esn-metu'")
    doubts = operator.page("/aliases")
    [row] = [row for row in rows(doubts, texts.DOUBTS) if row[0] == "ESN METU"]
    assert row[1:4] == ["esn-metu", "ESN Ankara", texts.NOTHING]
    path = doubts.xpath("//tr[contains(., 'ESN Ankara')]//a[.='Pin']/@href").get(default="")

    question = operator.page(path.removeprefix("/operations"))
    assert words(question.css("h1")) == "Pin esn-metu to ESN METU?"
    assert "The site calls it ESN Ankara." in said(question)
    assert pinned(tables) == []
    answer = operator.confirm(question)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/operations/aliases#pins")
    assert pinned(tables) == [("acc-esn-metu", "esn-metu")]
    assert audited(tables) == [(NAME, "pinned an alias", "acc-esn-metu: esn-metu")]
    after = operator.page("/aliases")
    assert "ESN METU" not in [row[0] for row in rows(after, texts.DOUBTS)]
    assert rows(after, texts.PINS) == [
        ["ESN METU", "acc-esn-metu", "esn-metu", texts.IN_FORCE, "Free"]
    ]
    again = after.xpath("//a[.=$text]/@href", text=texts.READ_ACCOUNTS).get()
    assert again == "/operations/jobs/ask?spider=accounts"


def test_who_has_it_and_what_it_replaces_is_said_before(
    operator: Operator, tables: psycopg.Connection
) -> None:
    tables.execute("INSERT INTO section_slug_overrides VALUES ('acc-esn-metu', 'esn-old')")
    question = operator.page("/aliases/pin", who=" ACC-esn-metu ", alias=" esn-brno ")
    assert "takes the place of esn-old" in said(question)
    assert "also the alias of ESN Brno" in said(question)
    operator.confirm(question)
    assert pinned(tables) == [("acc-esn-metu", "esn-brno")]
    assert audited(tables)[0][2] == "acc-esn-metu: esn-brno, before esn-old"
    assert operator.rows("/aliases", texts.PINS)[0][3] == texts.TO_COME

    unknown = operator.page("/aliases/pin", who="acc-esn-brno", alias="esn-nowhere")
    assert "No page of this alias is known" in said(unknown)


def test_a_country_is_pinned_by_its_letters(operator: Operator, tables: psycopg.Connection) -> None:
    operator.confirm(operator.page("/aliases/pin", who="TR", alias="esn-turkiye-0"))
    assert pinned(tables) == [("tr", "esn-turkiye-0")]
    assert operator.rows("/aliases", texts.PINS)[0][0] == "ESN Türkiye country"


def test_a_pinned_alias_is_freed_after_a_question(
    operator: Operator, tables: psycopg.Connection
) -> None:
    tables.execute("INSERT INTO section_slug_overrides VALUES ('gone', 'esn-gone')")
    shown = operator.page("/aliases")
    assert rows(shown, texts.PINS) == [["–", "gone", "esn-gone", texts.OF_NOBODY, "Free"]]
    path = shown.xpath("//a[.='Free']/@href").get(default="")
    question = operator.page(path.removeprefix("/operations"))
    assert pinned(tables) == [("gone", "esn-gone")]

    assert operator.confirm(question).headers["Location"] == "/operations/aliases#pins"

    assert pinned(tables) == []
    assert audited(tables) == [(NAME, "freed a pinned alias", "gone: esn-gone")]
    assert operator.confirm(question).status_code == 404
    operator.page("/aliases/free", 404, who="gone")
    assert len(audited(tables)) == 1


@pytest.mark.parametrize(
    ("who", "alias", "status", "reason"),
    [
        ("nobody", "esn-x", 404, "nobody"),
        ("<b>'; --", "esn-x", 404, "<b>'; --"),
        ("xx", "esn-x", 404, "xx"),
        ("", "esn-x", 422, "who"),
        ("acc-esn-metu", "", 422, "alias"),
        ("acc-esn-metu", "esn x", 422, "letters, digits"),
        ("acc-esn-metu", "esn/../x", 422, "letters, digits"),
        ("acc-esn-metu", "https://activities.esn.org/organisation/x", 422, "letters, digits"),
        ("acc-esn-metu", '"><script>', 422, "letters, digits"),
        ("acc-esn-metu", "a\0", 422, ""),
        ("acc-esn-metu\0", "a", 422, ""),
        ("acc-esn-metu", LONG, 422, "180"),
        (LONG, "esn-x", 422, "255"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_can_be_no_alias_and_whom_there_is_not_is_refused(
    operator: Operator,
    tables: psycopg.Connection,
    who: str,
    alias: str,
    status: int,
    reason: str,
) -> None:
    asked = {"who": who, "alias": alias}
    assert reason in said(operator.page("/aliases/pin", status, **asked))
    assert operator.visitor.post("/operations/aliases/pin", asked).status_code == status
    assert (pinned(tables), audited(tables)) == ([], [])


def test_names_are_text_whatever_is_in_them(operator: Operator, tables: psycopg.Connection) -> None:
    tables.execute("INSERT INTO section_slug_overrides VALUES (%s, %s)", [HOSTILE, HOSTILE])
    tables.execute("UPDATE organisations SET name = %s WHERE slug = 'esn-metu'", [HOSTILE])
    shown = operator.page("/aliases")
    assert not shown.css("main script, main img")
    assert words(shown.css("#doubts ~ *")).count(HOSTILE) >= 1
    question = operator.page("/aliases/pin", who="acc-esn-metu", alias="esn-hostile")
    assert HOSTILE in said(question)
    assert not question.css("main script, main img")
    freed = operator.page("/aliases/free", who=HOSTILE)
    assert HOSTILE in words(freed.css("h1"))
    assert not freed.css("main script, main img")
    operator.confirm(freed)
    assert pinned(tables) == []


def test_what_is_pinned_is_what_the_next_run_goes_by(
    village: Village, village_crawled: str
) -> None:
    def aliases() -> dict[str, str]:
        with psycopg.connect(village_crawled) as connection:
            return dict(
                connection.execute(
                    "SELECT accounts_platform_slug, activities_platform_slug FROM sections"
                    " WHERE country_code = 'TR' AND can_scrape_activities ORDER BY 1"
                ).fetchall()
            )

    (mine, before), (_, anothers), *_ = aliases().items()
    with served_for_operators(village_crawled) as site:
        operator = Operator.signed_in(site, village_crawled)
        operator.confirm(operator.page("/aliases/pin", who=mine, alias=anothers))
        assert aliases()[mine] == before
        assert village.crawl(village_crawled, "accounts", "-a", "country=tr").returncode == 0
        [row] = operator.rows("/aliases", texts.PINS)
    assert aliases()[mine] == anothers
    assert row[2:4] == [anothers, texts.IN_FORCE]
