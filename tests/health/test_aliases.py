"""Which aliases are in doubt, and how an operator says whose they are."""

import psycopg

from esn_pulse.health import Finding, State
from tests.health.factories import add_country, add_section, examined


def doubts(url: str) -> Finding:
    return examined(url)["alias_doubts"]


def test_an_alias_that_bears_the_name_is_no_doubt(healthy: str) -> None:
    found = doubts(healthy)

    assert (found.state, found.value) == (State.OK, [])


def test_both_names_and_the_statement_that_pins_it_are_told(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_section(connection, "esn-vsb", name="ESN L'Ostravská", accounts_platform_slug="cz-ostr")

    found = doubts(healthy)

    assert found.state is State.INFO
    [doubt] = found.value
    assert (doubt["name"], doubt["alias"], doubt["called"]) == (
        "ESN L'Ostravská",
        "esn-vsb",
        "esn-vsb",
    )
    assert "ESN L'Ostravská (section) has esn-vsb, which the site calls esn-vsb" in found.advice
    assert doubt["sql"] in found.advice

    connection.execute(doubt["sql"])

    assert doubts(healthy).value == []
    pinned = connection.execute("SELECT * FROM section_slug_overrides").fetchall()
    assert pinned == [("cz-ostr", "esn-vsb")]


def test_what_no_card_was_seen_of_is_a_doubt(healthy: str, connection: psycopg.Connection) -> None:
    connection.execute("UPDATE organisations SET name = NULL")

    found = doubts(healthy)

    assert [doubt["called"] for doubt in found.value] == [None]
    assert "1 of which no card was seen" in found.text


def test_a_section_and_a_country_of_one_name_are_both_in_doubt(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_section(connection, "esn-malta", name="ESN Malta", accounts_platform_slug="mt-malt-uni")
    add_country(connection, "MT", "esn-malta-0", "Malta")
    connection.execute("UPDATE organisations SET name = 'ESN Malta' WHERE slug = 'esn-malta'")

    found = doubts(healthy)

    assert {doubt["alias"]: doubt["is_shared"] for doubt in found.value} == {
        "esn-malta": True,
        "esn-malta-0": True,
    }
    shared = "but others bear the same name, as the"
    assert f"ESN Malta (section) has esn-malta, {shared} country (esn-malta-0): " in found.advice
    assert f"ESN Malta (country) has esn-malta-0, {shared} section (esn-malta): " in found.advice
    for doubt in found.value:
        connection.execute(doubt["sql"])
    assert doubts(healthy).value == []
    pinned = connection.execute("SELECT * FROM section_slug_overrides ORDER BY 1").fetchall()
    assert pinned == [("mt", "esn-malta-0"), ("mt-malt-uni", "esn-malta")]


def test_without_a_card_it_is_told_who_bears_the_same_name(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_section(connection, "esn-malta", name="ESN Malta")
    add_country(connection, "MT", "esn-malta-0", "Malta")
    connection.execute("UPDATE countries SET activities_platform_slug = NULL")
    connection.execute("UPDATE organisations SET name = NULL WHERE slug LIKE 'esn-malta%'")

    [doubt] = doubts(healthy).value

    assert (doubt["called"], doubt["others"]) == (None, ["the country (no alias)"])
    assert (
        "ESN Malta (section) has esn-malta, of which no card was seen,"
        " but others bear the same name, as the country (no alias): "
    ) in doubts(healthy).advice


def test_an_organisation_that_is_nobody_s_may_bear_the_name_too(
    healthy: str, connection: psycopg.Connection
) -> None:
    add_section(connection, "esn-olomouc", name="ESN UP Olomouc")
    connection.execute("UPDATE organisations SET name = 'ESN Olomouc' WHERE slug = 'esn-olomouc'")
    for slug in "esn-olomouc-0", "esn-olomouc-1":
        connection.execute("INSERT INTO organisations VALUES (%s, 'UP OLOMOUC')", [slug])

    assert (
        "ESN UP Olomouc (section) has esn-olomouc, which the site calls ESN Olomouc,"
        " but others bear the same name, as esn-olomouc-0, esn-olomouc-1: "
    ) in doubts(healthy).advice
