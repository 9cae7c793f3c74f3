import psycopg

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.activities import Filters, listed
from esn_pulse.analysis.queries.subjects import subjects
from tests.analysis.queries.drawn import CAUSES, TYPES


def test_names_are_those_that_lists_are_filtered_by(reading: psycopg.Connection) -> None:
    found = {
        kind: [one.name for one in subjects(reading) if one.kind == kind]
        for kind in ("SDG", "cause", "type", "objective")
    }

    assert found["SDG"] == [f"SDG {number}" for number in range(1, 18)]
    assert (found["cause"], found["type"], found["objective"]) == (sorted(CAUSES), TYPES, [])
    for cause in found["cause"]:
        assert listed(reading, Filters(cause=cause), Window()).total
    for name in found["type"]:
        assert listed(reading, Filters(type=name), Window()).total
