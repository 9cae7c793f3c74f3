"""Keys that operators make and revoke in a browser."""

import psycopg
import pytest
from parsel import Selector

from esn_pulse.web import operations_texts as texts
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from tests.web.api.network import SCRIPT
from tests.web.dashboard.reading import words
from tests.web.operations.operator import NAME, Operator, rows, said
from tests.web.recorded import audited
from tests.web.servers import API, Site


def status_by(site: Site, token: str) -> int:
    return site.get(API, Authorization=f"Bearer {token}").status_code


@pytest.mark.parametrize(
    ("asked", "stored", "said_of"),
    [
        ({"role": "reader"}, ("reader", None, None, None), "reader"),
        ({"role": "operator", "days": "90"}, ("operator", None, None, 90), "operator"),
        (
            {"role": "local", "section": "esn-metu", "days": "1"},
            ("local", "acc-esn-metu", None, 1),
            "local of acc-esn-metu",
        ),
        ({"role": "national", "country": "TR"}, ("national", None, "TR", None), "national of TR"),
        ({"role": "national", "country": "tr"}, ("national", None, "TR", None), "national of TR"),
        ({"role": "reader", "days": "3653"}, ("reader", None, None, 3653), "reader"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_key_is_made_after_a_question_and_shown_once(
    operator: Operator,
    tables: psycopg.Connection,
    asked: dict[str, str],
    stored: tuple[str, str | None, str | None, int | None],
    said_of: str,
) -> None:
    empty = dict.fromkeys(("section", "country", "days"), "")
    question = operator.page("/keys/ask", name="our tool", **{**empty, **asked})
    assert tables.execute("SELECT FROM web_keys").fetchall() == []
    answer = operator.confirm(question)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    token = words(Selector(answer.text).css("#key"))
    assert status_by(operator.visitor.site, token) == 200
    [row] = tables.execute(
        "SELECT role, section, country, extract(day FROM ends_at - made_at)::int FROM web_keys"
    ).fetchall()
    assert row == stored
    prefix = token.split("_")[1]
    assert audited(tables) == [(NAME, "made a key", f"{prefix}: {said_of}, our tool")]

    listed = operator.page("/keys")
    [[shown, name, role, maker, *_]] = rows(listed, texts.ALL_KEYS)
    assert (shown, name, role, maker) == (prefix, "our tool", said_of, NAME)
    for path in "/keys", "/audit", "":
        assert token not in operator.page(path).get()
    known = [str(row) for row in tables.execute("SELECT * FROM web_keys").fetchall()]
    assert token[-43:] not in "".join(known)


def test_a_key_is_revoked_after_a_question(operator: Operator, tables: psycopg.Connection) -> None:
    made = operator.confirm(operator.page("/keys/ask", name="x", role="reader"))
    token = words(Selector(made.text).css("#key"))
    path = operator.page("/keys").xpath("//a[.='Revoke']/@href").get(default="")
    question = operator.page(path.removeprefix("/operations"))
    assert status_by(operator.visitor.site, token) == 200

    assert operator.confirm(question).headers["Location"] == "/operations/keys"

    assert status_by(operator.visitor.site, token) == 401
    [[key, *_, last]] = operator.rows("/keys", texts.ALL_KEYS)
    assert (key, last) == (f"{token.split('_')[1]} revoked", "")
    assert audited(tables)[1:] == [(NAME, "revoked a key", token.split("_")[1])]
    assert operator.confirm(question).status_code == 404
    operator.page(path.removeprefix("/operations"), 404)
    assert len(audited(tables)) == 2


def test_a_key_that_has_ended_is_marked(operator: Operator, tables: psycopg.Connection) -> None:
    operator.confirm(operator.page("/keys/ask", name="x", role="reader", days="1"))
    [[key, *_]] = operator.rows("/keys", texts.ALL_KEYS)
    tables.execute("UPDATE web_keys SET ends_at = now()")
    assert operator.rows("/keys", texts.ALL_KEYS)[0][0] == f"{key} ended"


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"role": "king"}, 422, "role"),
        ({"role": "local"}, 422, "needs a section"),
        ({"role": "national"}, 422, "needs a country"),
        ({"role": "reader", "country": "TR"}, 422, "leave it out"),
        ({"role": "national", "country": "TR", "section": "esn-metu"}, 422, "leave it out"),
        ({"role": "local", "section": "esn-nobody"}, 404, "esn-nobody"),
        ({"role": "national", "country": "XX"}, 404, "XX"),
        ({"role": "national", "country": "<b>"}, 422, "two capital letters"),
        ({"role": "reader", "days": "0"}, 422, "days"),
        ({"role": "reader", "days": "-1"}, 422, "days"),
        ({"role": "reader", "days": "3654"}, 422, "days"),
        ({"role": "reader", "days": "soon"}, 422, "days"),
        ({"role": "reader", "name": ""}, 422, "name"),
        ({"role": "reader", "name": "x" * 10_000}, 422, "name"),
        ({"role": "reader", "name": "a\0"}, 422, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    operator: Operator, tables: psycopg.Connection, asked: dict[str, str], status: int, reason: str
) -> None:
    asked = {"name": "x", **asked}
    assert reason in said(operator.page("/keys/ask", status, **asked))
    assert operator.visitor.post("/operations/keys", asked).status_code == status
    assert tables.execute("SELECT FROM web_keys").fetchall() == []
    assert audited(tables) == []


def test_who_is_removed_meanwhile_makes_none(
    operator: Operator, tables: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = keys.make

    def make_late(connection: psycopg.Connection, wanted: NewKey, who: str) -> str:
        tables.execute("DELETE FROM web_people")
        return make(connection, wanted, who)

    question = operator.page("/keys/ask", name="x", role="reader")
    monkeypatch.setattr(keys, "make", make_late)
    refused = operator.confirm(question)
    assert refused.status_code == 403
    assert texts.MAKER_GONE in refused.text
    assert audited(tables) == []


def test_names_are_text_whatever_is_in_them(operator: Operator) -> None:
    question = operator.page("/keys/ask", name=SCRIPT, role="reader")
    assert SCRIPT in said(question)
    operator.confirm(question)
    for path in "/keys", "/audit":
        shown = operator.page(path)
        assert SCRIPT in words(shown.css("main"))
        assert not shown.css("main script")
