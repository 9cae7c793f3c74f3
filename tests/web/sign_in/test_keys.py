"""Keys: which are good, for what, for how long, and how often."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from esn_pulse.web.sign_in.people import Belongings, Operators, keep_account
from esn_pulse.web.sign_in.tokens import hashed
from tests.web.places import BRNO, IZMIR, METU
from tests.web.problems import problem
from tests.web.programs import JOBS, TRIGGER, Program, with_key
from tests.web.servers import Clock, Site, served

COUNTRIES = "/api/v1/countries"
USED = "SELECT last_used_at FROM web_keys"
NO_KEY = "This key is none, has ended or was revoked."


def assert_refused(program: Program) -> None:
    """It is told so whatever it asks for, and is not taken for somebody without a key."""
    for path, method in (COUNTRIES, "GET"), (JOBS, "GET"), (TRIGGER, "POST"), ("/api/docs", "GET"):
        answer = program.ask(path, method, {"spider": "accounts"} if method == "POST" else None)
        assert str(problem(answer, 401)["detail"]).startswith(NO_KEY)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert program.key not in answer.text


def test_a_key_looks_like_one_and_only_its_hash_is_stored(
    operator: Program, records: psycopg.Connection
) -> None:
    assert re.fullmatch(r"esnp_[A-Za-z0-9]{8}_[\w-]{43}", operator.key)
    stored = records.execute("SELECT * FROM web_keys").fetchall()

    assert operator.key[14:] not in str(stored)
    assert hashed(operator.key) in stored[0]
    assert keys.prefix_of(operator.key) in stored[0]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_a_key_is_good(keyed: Site, operator: Program, scheme: str) -> None:
    given = keyed.get(JOBS, Authorization=f"{scheme} {operator.key}")

    assert given.status_code == 200
    assert given.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" not in given.headers.get("Vary", "")


def test_it_ends_when_it_was_to_end(keyed: Site, places: str, records: psycopg.Connection) -> None:
    program = with_key(keyed, places, "operator", lasts=timedelta(hours=12))
    assert program.ask(JOBS).status_code == 200

    records.execute("UPDATE web_keys SET ends_at = ends_at - interval '11 h 59 min'")
    assert program.ask(JOBS).status_code == 200
    records.execute("UPDATE web_keys SET ends_at = ends_at - interval '1 min'")
    assert_refused(program)


def test_a_day_has_24_hours_in_every_zone(places: str, records: psycopg.Connection) -> None:
    lasting = [timedelta(days) for days in range(60, 301, 60)]  # some end in another half-year
    with psycopg.connect(make_conninfo(places, options="-c timezone=Europe/Berlin")) as elsewhere:
        for lasts in lasting:
            keys.make(elsewhere, NewKey("x", "reader", lasts=lasts), "cli:tests")

    found = records.execute("SELECT ends_at - made_at FROM web_keys ORDER BY id").fetchall()
    assert found == [(lasts,) for lasts in lasting]


def test_it_ends_when_it_is_revoked(operator: Program, records: psycopg.Connection) -> None:
    prefix = keys.prefix_of(operator.key)
    assert operator.ask(JOBS).status_code == 200

    assert keys.revoke(records, prefix)
    assert_refused(operator)
    assert not keys.revoke(records, prefix)


FORGED: dict[str, Callable[[str], str]] = {
    "another secret": lambda key: key[:14] + "A" * 43,
    "another prefix": lambda key: f"esnp_AAAAAAAA{key[13:]}",
    "its prefix": lambda key: key[5:13],
    "its beginning": lambda key: key[:-1],
    "more of it": lambda key: f"{key}A",
    "in capitals": str.upper,
    "its hash": lambda key: hashed(key).hex(),
    "twice": lambda key: f"{key} {key}",
    "nothing": lambda _: "",
    "huge": lambda key: key * 500,
    "injection": lambda _: "' OR 1=1 --",
    "full width": lambda key: key.replace("esnp", "\uff45snp").encode().decode("latin-1"),
    "arabic digits": lambda key: f"{key[:-2]}\u0663".encode().decode("latin-1"),
    "latin": lambda key: f"{key[:-1]}é",
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_no_key(operator: Program, name: str) -> None:
    forged = FORGED[name](operator.key)

    answer = operator.site.get(COUNTRIES, Authorization=f"Bearer {forged}".encode("latin-1"))  # type: ignore[arg-type]

    assert str(problem(answer, 401)["detail"]).startswith(NO_KEY)
    assert operator.ask(JOBS).status_code == 200


@pytest.mark.parametrize("sign", [b"\0", b"\n", b"\x7f"])
def test_signs_that_nobody_sees_are_in_no_key(operator: Program, sign: bytes) -> None:
    key = operator.key.encode()
    answer = operator.site.send(
        JOBS.encode(), b"Authorization: Bearer " + key[:20] + sign + key[20:]
    )

    assert answer[9:12] in {b"400", b"401"}


@pytest.mark.parametrize(
    "header", ["Basic {}", "Token {}", "{}", "Bearer:{}", "Bearer{}", "Negotiate {}"]
)
def test_other_schemes_are_none(operator: Program, header: str) -> None:
    answer = operator.site.get(COUNTRIES, Authorization=header.format(operator.key))

    assert problem(answer, 401)


def test_a_key_in_an_address_or_a_cookie_is_none(operator: Program) -> None:
    site, key = operator.site, operator.key
    for name in "key", "token", "access_token", "api_key", "authorization":
        assert site.get(f"{JOBS}?{name}={key}").status_code == 401
    assert site.get(JOBS, Cookie=f"esn_pulse_session={key}").status_code == 401
    assert site.get(JOBS, X_Api_Key=key).status_code == 401


def test_a_key_opens_no_page(operator: Program) -> None:
    page = operator.site.get("/countries", Authorization=f"Bearer {operator.key}")

    assert page.headers["Cache-Control"] == "public, max-age=60"
    assert operator.key[:14] not in page.text


def test_its_last_use_is_recorded_once_a_minute(
    operator: Program, records: psycopg.Connection
) -> None:
    assert records.execute(USED).fetchall() == [(None,)]
    operator.ask(COUNTRIES)
    first = records.execute(USED).fetchall()
    operator.ask(COUNTRIES)
    assert records.execute(USED).fetchall() == first != [(None,)]

    records.execute("UPDATE web_keys SET last_used_at = last_used_at - interval '61 s'")
    operator.ask(JOBS + "/nothing")
    assert records.execute(USED).fetchall() > first


def test_what_is_refused_is_no_use(operator: Program, records: psycopg.Connection) -> None:
    Program(operator.site, operator.key[:-1] + "!").ask(COUNTRIES)

    assert records.execute(USED).fetchall() == [(None,)]


def made_by(
    site: Site, places: str, wanted: NewKey, belongings: Belongings, name: str = "anna"
) -> Program:
    """Return a program whose key somebody made at a browser."""
    with psycopg.connect(places) as connection:
        keep_account(connection, f"esn:{name}", f"subject of {name}", belongings)
        return Program(site, keys.make(connection, wanted, f"esn:{name}"))


CHIEFS = Belongings(groups=["COMMITTEE:operators"])
OF_METU = NewKey("metu", "local", section="tr-anka-met")
OF_TURKIYE = NewKey("turkiye", "national", country="TR")
ALL = NewKey("all", "operator")


def reached(program: Program) -> set[str]:
    """Return of which sections a program may see the problems, and whether of all."""
    numbers = {METU: 1, IZMIR: 2, BRNO: 3}
    paths = {name: f"/api/v1/problems?section={number}" for name, number in numbers.items()}
    answers = {name: program.ask(path) for name, path in (paths | {"": "/api/v1/problems"}).items()}
    return {name for name, answer in answers.items() if answer.status_code == 200}


@pytest.mark.parametrize(
    ("wanted", "maker", "names"),
    [
        (ALL, CHIEFS, {METU, IZMIR, BRNO, ""}),
        (ALL, Belongings(countries=["TR"], sections=["tr-anka-met"]), set()),
        (OF_TURKIYE, CHIEFS, {METU, IZMIR}),
        (OF_TURKIYE, Belongings(countries=["TR", "CZ"]), {METU, IZMIR}),
        (OF_TURKIYE, Belongings(countries=["CZ"]), set()),
        (OF_TURKIYE, Belongings(sections=["tr-anka-met"]), set()),
        (OF_METU, CHIEFS, {METU}),
        (OF_METU, Belongings(sections=["tr-anka-met", "cz-brno-brn"]), {METU}),
        (OF_METU, Belongings(sections=["cz-brno-brn"]), set()),
        (OF_METU, Belongings(), set()),
    ],
)
def test_a_key_does_no_more_than_its_maker_may_now(
    keyed: Site, places: str, wanted: NewKey, maker: Belongings, names: set[str]
) -> None:
    program = made_by(keyed, places, wanted, CHIEFS)
    with psycopg.connect(places) as connection:
        keep_account(connection, "esn:anna", "subject of anna", maker)

    assert reached(program) == names
    assert program.ask(COUNTRIES).status_code == 200


def test_of_somebody_who_is_gone_no_key_is_left(
    keyed: Site, places: str, records: psycopg.Connection
) -> None:
    program = made_by(keyed, places, ALL, CHIEFS)
    records.execute("DELETE FROM web_people")

    assert_refused(program)
    assert keys.listed(records) == []


def test_of_somebody_who_is_not_there_no_key_is_made(records: psycopg.Connection) -> None:
    with pytest.raises(keys.MakerGone):
        keys.make(records, ALL, "esn:nobody")


def test_who_is_named_as_an_operator_no_more(places: str, records: psycopg.Connection) -> None:
    keep_account(records, "esn:anna", "subject of anna", Belongings())
    key = keys.make(records, ALL, "esn:anna")

    for names, is_one in ({"esn:anna"}, True), ({"esn:berta"}, False):
        who = keys.find(records, key, Operators(frozenset(names)))
        assert who is not None
        assert who.is_operator == is_one


def test_a_section_that_is_gone_has_no_key(local: Program, records: psycopg.Connection) -> None:
    assert reached(local) == {METU}
    renamed = "UPDATE sections SET accounts_platform_slug = %s WHERE id = 1"
    records.execute(renamed, ["tr-anka-new"])
    try:
        assert reached(local) == set()
    finally:
        records.execute(renamed, ["tr-anka-met"])


def test_each_key_may_ask_so_often_from_wherever(places: str, records: psycopg.Connection) -> None:
    clock = Clock()
    limits = {"WEB_KEY_LIMITS": "3/minute", "WEB_LIMITS": "5/minute", "WEB_PROXIES": "127.0.0.1"}
    with served(places, clock, places, **limits) as site:
        first, second = (with_key(site, places, "reader") for _ in range(2))

        def ask(program: Program, number: int) -> Any:
            return program.ask(COUNTRIES, X_Forwarded_For=f"192.0.2.{number}")

        assert [ask(first, number).status_code for number in range(4)] == [200, 200, 200, 429]
        refused = ask(first, 9)
        assert "One key may ask 3 per 1 minute. Please wait for 60 s." in str(
            problem(refused, 429)["detail"]
        )
        assert refused.headers["Retry-After"] == "60"
        assert ask(second, 9).status_code == ask(Program(site), 9).status_code == 200
        clock.now += 60
        assert ask(first, 9).status_code == 200


def test_guesses_count_for_their_address(places: str) -> None:
    with served(places, Clock(), places, WEB_LIMITS="3/minute") as site:
        guesses = [Program(site, f"esnp_AAAAAAAA_{'A' * 42}{number}") for number in range(5)]

        assert [one.ask(COUNTRIES).status_code for one in guesses] == [401, 401, 401, 429, 429]
