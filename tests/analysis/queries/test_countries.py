import psycopg

from esn_pulse.analysis.queries.countries import countries, one


def test_they_come_by_their_names_without_an_article(reading: psycopg.Connection) -> None:
    everyone = countries(reading)

    assert [row.country for row in everyone] == ["the Czech Republic", "Italy", "Türkiye"]
    assert [one(reading, row.country_code) for row in everyone] == everyone
    assert one(reading, "XX") is one(reading, "") is None
