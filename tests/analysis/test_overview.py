import json
from datetime import date, timedelta

import psycopg
import pytest

from esn_pulse.analysis.background import NETWORK, read_background
from esn_pulse.analysis.overview import Overview, overview
from esn_pulse.analysis.queries.scopes import country_scope, section_scope
from esn_pulse.analysis.scope import Period, Scope
from tests.analysis.conftest import Show
from tests.analysis.counting import activities, counted
from tests.report.networks import HOSTILE

EPOCH = date(1970, 1, 1)
SCOPES = ["network", "TR", "CZ", "AD", "LI", "ESN Ankara", "ESN Brno", "ESN Réunion", HOSTILE]
PERIODS = {
    "lately": (-364, 0),
    "one day": (-40, -40),
    "half a year": (-364, -180),
    "to come": (1, 400),
    "all": (-3000, 3000),
    "long before": (-20_000, -19_000),
}
OF_A_SECTION = {
    *("map", "activities", "participants", "formats", "types", "causes", "goals", "history"),
}
RANKINGS = {"sections", "countries", "growth", "quiet", "freshness"}


def scope_named(connection: psycopg.Connection, name: str) -> Scope:
    if name == "network":
        return NETWORK
    if len(name) == 2:
        found = country_scope(connection, name)
    else:
        query = "SELECT id FROM sections WHERE name = %s"
        [(section_id,)] = connection.execute(query, [name]).fetchall()
        found = section_scope(connection, section_id)
    assert found
    return found


@pytest.fixture(params=SCOPES)
def scope(request: pytest.FixtureRequest, connection: psycopg.Connection) -> Scope:
    return scope_named(connection, request.param)


@pytest.fixture(params=PERIODS)
def period(request: pytest.FixtureRequest, today: date) -> Period:
    first, last = PERIODS[request.param]
    return Period(today + timedelta(first), today + timedelta(last))


@pytest.fixture
def shown(show: Show, scope: Scope, period: Period) -> Overview:
    return show(scope, period)


def tiles(overview: Overview) -> dict[str, str]:
    return {tile.label: tile.value for tile in overview.key_tiles}


def note(overview: Overview, label: str) -> str:
    [found] = [tile.note for tile in overview.key_tiles if tile.label == label]
    return found


def test_key_figures_are_those_of_the_tables(
    connection: psycopg.Connection, shown: Overview
) -> None:
    scope, period = shown.scope, shown.period
    stored, national, _, people = activities(connection, scope, Period(date.min, date.max))
    now, _, _, people_now = activities(connection, scope, period)
    before, *_ = activities(connection, scope, period.year_before)

    assert tiles(shown)["Activities"] == f"{stored}"
    assert tiles(shown)["Participants"] == f"{people:,}"
    assert note(shown, "Activities").startswith(f"{now} ")
    assert note(shown, "Participants").startswith(f"{people_now:,} ")
    assert ("none in the" in note(shown, "Activities")) is (before == 0)
    if not scope.is_section:
        assert tiles(shown)["National activities"] == f"{national}"


@pytest.mark.parametrize(
    ("name", "field", "months"),
    [
        ("activities", "month", 1),
        ("participants", "month", 1),
        ("formats", "quarter", 3),
    ],
)
def test_months_and_quarters_are_those_of_the_tables(
    connection: psycopg.Connection, shown: Overview, name: str, field: str, months: int
) -> None:
    rows = shown.figures[name].rows
    starts = [EPOCH + timedelta(milliseconds=row[field]) for row in rows]
    if not rows:
        assert shown.figures[name].says.startswith("No activity of ")
        return
    assert all(start.day == 1 for start in starts)
    numbers = [start.year * 12 + start.month for start in starts]
    assert numbers == [*range(numbers[0], numbers[-1] + 1, months)]  # without gaps
    last = min(_end(starts[-1], months), _end(shown.period.last, 1))
    inside = activities(connection, shown.scope, Period(starts[0], last))
    total, national, online, people = inside

    expected = {
        "activities": {"activities": total, "national": national},
        "participants": {"participants": people},
        "formats": {"online": online, "physical": total - online},
    }[name]
    assert {key: sum(row[key] for row in rows) for key in expected} == expected


def _end(day: date, months: int) -> date:
    """The last day of so many months, that of a day being the first."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(1)


def test_months_go_from_the_networks_first_to_the_periods_last(
    show: Show, connection: psycopg.Connection, today: date
) -> None:
    first = connection.execute("SELECT min(start_date) FROM activities").fetchall()[0][0]
    for code in "network", "AD", "CZ":
        months = show(scope_named(connection, code)).figures["activities"].rows
        ends = [EPOCH + timedelta(milliseconds=months[at]["month"]) for at in (0, -1)]
        assert ends == [first.replace(day=1), today.replace(day=1)]
        assert [row["running"] for row in months] == [False] * (len(months) - 1) + [True]

    until = today - timedelta(300)
    months = show(NETWORK, Period.until(until)).figures["activities"].rows
    assert EPOCH + timedelta(milliseconds=months[-1]["month"]) == until.replace(day=1)
    assert not months[-1]["running"]


@pytest.mark.parametrize(("kind", "table"), [("types", "type"), ("causes", "cause")])
def test_shares_are_those_of_the_tables(
    connection: psycopg.Connection, shown: Overview, kind: str, table: str
) -> None:
    query = f"""
        SELECT n.name, count(DISTINCT own.id)::float / (
            SELECT count(*) FROM own WHERE start_date BETWEEN %(first)s AND %(last)s
        )
        FROM own JOIN activity_to_{table} AS l ON l.activity_id = own.id
        JOIN activity_{table}s AS n ON n.id = l.{table}_id
        WHERE start_date BETWEEN %(first)s AND %(last)s GROUP BY n.name
    """
    figure = shown.figures[kind]
    own = dict(counted(connection, query, shown.scope, shown.period))
    network = dict(counted(connection, query, NETWORK, shown.period))

    assert {row["name"]: row["share"] for row in figure.rows if row["share"]} == pytest.approx(
        own, abs=0.0001
    )
    if own:
        assert {row["name"]: row["network"] for row in figure.rows} == pytest.approx(
            network, abs=0.0001
        )
        assert figure.signals == {"compared": not shown.scope.is_network}
    else:
        assert figure.says.startswith("No activity of ")


def test_sections_and_their_growth_are_those_of_the_tables(
    connection: psycopg.Connection, show: Show, period: Period
) -> None:
    query = """
        SELECT s.name, count(*) FROM organised AS o
        JOIN sections AS s ON s.id = o.section_id JOIN counted AS a ON a.id = o.id
        WHERE start_date BETWEEN %(first)s AND %(last)s GROUP BY s.name
    """
    for code in "TR", "CZ", "LI":
        scope = scope_named(connection, code)
        own = query.replace("WHERE", "WHERE s.country_code = %(country)s AND")
        now = dict(counted(connection, own, scope, period))
        before = dict(counted(connection, own, scope, period.year_before))
        figures = show(scope, period).figures

        assert {row["name"]: row["activities"] for row in figures["sections"].rows} == now
        change = {name: now.get(name, 0) - before.get(name, 0) for name in now | before}
        table = figures["growth"].table
        assert {row[0]: (int(row[1]), int(row[2])) for row in table} == {
            name: (now.get(name, 0), before.get(name, 0)) for name in change
        }
        grown = {name: more for name, more in change.items() if more > 0}
        assert {row["name"]: row["more"] for row in figures["growth"].rows} == grown


def test_who_went_quiet(show: Show, connection: psycopg.Connection, today: date) -> None:
    quiet = show(NETWORK).figures["quiet"]

    assert [row[0] for row in quiet.table] == ["ESN Réunion · France"]
    assert quiet.table[0][3] == "850"
    assert quiet.says.startswith("1 section of the network had activities before, but none in")
    query = "SELECT section_slug FROM bi.sections WHERE section = 'ESN Réunion'"
    assert quiet.keys == list(connection.execute(query).fetchone() or ())
    assert not show(scope_named(connection, "TR")).figures["quiet"].rows  # Izmir has one to come


def test_an_activity_of_two_countries_counts_once_for_the_network(
    connection: psycopg.Connection, show: Show, today: date
) -> None:
    day = Period(today - timedelta(40), today - timedelta(40))

    assert note(show(NETWORK, day), "Activities").startswith("1 on ")
    countries = show(NETWORK, day).figures["countries"]
    assert [row[::2] for row in countries.table[:2]] == [
        ["The Czech Republic", "1", "1,000"],
        ["Türkiye", "1", "1,000"],
    ]


def test_the_place_of_a_section(show: Show, connection: psycopg.Connection) -> None:
    shown = show(scope_named(connection, "ESN Ankara"))

    assert tiles(shown)["Place in Türkiye"] == "1 of 3"
    assert tiles(shown)["Place in the network"] == "1 of 5"
    assert "ahead of 100\u00a0% of the other sections" in note(shown, "Place in the network")
    idle = show(scope_named(connection, "ESN Réunion"))
    assert tiles(idle)["Place in the network"] == "4 of 5"  # as Izmir, which has one to come
    assert "ahead of 0\u00a0% of the other sections" in note(idle, "Place in the network")
    assert tiles(idle)["Place in France"] == "1 of 1"


def test_a_section_is_held_against_its_country_and_the_network(
    show: Show, connection: psycopg.Connection
) -> None:
    causes = show(scope_named(connection, "ESN Brno")).figures["causes"]

    titles = [column.title for column in causes.columns]
    assert titles == ["Cause", "Share", "The Czech Republic", "Whole network"]
    assert causes.table[0] == ["Education & Youth", *("100\u00a0%",) * 2, "25\u00a0%"]


def test_the_map_of_a_section_is_that_of_its_country(
    show: Show, connection: psycopg.Connection
) -> None:
    ankara = scope_named(connection, "ESN Ankara")
    figure = show(ankara).figures["map"]

    assert [row["section"] for row in figure.rows] == ["ESN Ankara", "ESN Izmir"]
    assert figure.signals["chosen"] == ankara.section_id
    assert figure.says == "ESN Ankara, and 1 other section of Türkiye."
    without = show(scope_named(connection, HOSTILE)).figures["map"]
    assert "is not on the map" in without.says
    assert len(without.rows) == 2


def test_what_is_shown_of_whom(shown: Overview) -> None:
    names = OF_A_SECTION if shown.scope.is_section else OF_A_SECTION | RANKINGS

    assert set(shown.figures) == names
    for name, figure in shown.figures.items():
        assert figure.name == name
        assert figure.title
        assert figure.says.endswith(".")
        assert "{" not in figure.title + figure.says.replace(HOSTILE, "")
        assert all(len(row) == len(figure.columns) for row in figure.table)
        assert all(isinstance(cell, str) for row in figure.table for cell in row)
        assert len(figure.keys) in {0, len(figure.table)}
        assert not figure.rows or figure.table
        assert len({tuple(row) for row in figure.rows}) <= 1  # all rows have the same fields
        json.dumps([figure.rows, figure.signals], allow_nan=False)
    said = json.dumps([figure.table for figure in shown.figures.values()])
    assert "None" not in said
    assert "nan" not in said


def test_an_overview_says_the_same_with_a_background_at_hand(
    connection: psycopg.Connection, show: Show, scope: Scope, today: date
) -> None:
    period = Period.until(today)
    background = read_background(connection, period, today)

    assert overview(connection, scope, period, today, background) == show(scope)


def test_who_is_not_there(connection: psycopg.Connection) -> None:
    assert country_scope(connection, "XX") is None
    assert section_scope(connection, -1) is None


def test_a_database_with_nothing(migrated_template: str) -> None:
    with psycopg.connect(migrated_template) as empty:
        shown = overview(empty, NETWORK, Period.until(date(2026, 1, 1)), date(2026, 1, 1))

    assert set(tiles(shown).values()) == {"0"}
    assert not [figure for figure in shown.figures.values() if figure.rows or figure.table]
