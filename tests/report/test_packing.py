from datetime import date

from esn_pulse.analysis.figure import Column, Figure, Tile
from esn_pulse.analysis.overview import Overview
from esn_pulse.analysis.scope import Period, Scope
from esn_pulse.report.packing import pack

DAY = date(2026, 11, 28)


def overview(scope: Scope, *rows: tuple[object, ...]) -> Overview:
    figure = Figure(
        name="activities",
        title="Activities",
        says="Some.",
        rows=[dict(zip(("label", "activities", "running"), row, strict=True)) for row in rows],
        columns=[Column("Month"), Column("Activities", is_number=True)],
        table=[[str(row[0]), str(row[1])] for row in rows],
    )
    tiles = [Tile("Activities", "1", "so far")]
    return Overview(scope, Period(DAY, DAY), tiles, [], {"activities": figure})


def test_what_is_the_same_is_kept_once() -> None:
    network = overview(Scope("the network"), ("May", 1, False), ("June", 0, False))
    country = overview(Scope("the Czech Republic", "CZ"), ("May", 0, False), ("June", 0, False))
    packed = pack([network, country])

    assert packed["columns"] == [
        ("May", "June"),
        (1, 0),
        (False, False),
        ("1", "0"),
        (0, 0),
        ("0", "0"),
    ]
    assert [type(value) for value in packed["columns"][4]] == [int, int]
    figures = [packed["scopes"][code]["figures"]["activities"] for code in ("", "CZ")]
    assert [figure["rows"] for figure in figures] == [[0, 1, 2], [0, 4, 2]]
    assert [figure["table"] for figure in figures] == [[0, 3], [0, 5]]
    assert packed["scopes"]["CZ"]["name"] == "The Czech Republic"


def test_a_figure_without_rows() -> None:
    packed = pack([overview(Scope("the network"))])

    figure = packed["scopes"][""]["figures"]["activities"]
    assert (figure["rows"], figure["table"], figure["names"]) == ([], [], [])
