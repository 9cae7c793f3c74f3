"""Who did what, as operators read it."""

import psycopg

from esn_pulse.web import audit
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.audit import Did
from tests.web.api.network import SCRIPT
from tests.web.dashboard.reading import words
from tests.web.operations.operator import Operator, rows


def test_it_says_who_did_what_when_and_from_where(
    operator: Operator, tables: psycopg.Connection
) -> None:
    audit.record(tables, "cli:root", Did.MADE_USER, "local:anna", None)
    operator.confirm(operator.page("/aliases/pin", who="tr", alias="esn-tr"))
    tables.execute("UPDATE web_audit SET at = '2026-11-01 12:00+00'")
    assert operator.rows("/audit", texts.AUDIT_TITLE) == [
        ["1 Nov 2026, 12:00", "esn:operator", "pinned an alias", "tr: esn-tr", "127.0.0.1"],
        ["1 Nov 2026, 12:00", "cli:root", "made a user", "local:anna", texts.BY_COMMAND],
    ]


def test_the_latest_come_first_and_lead_to_the_others(
    operator: Operator, tables: psycopg.Connection
) -> None:
    for number in range(205):
        audit.record(tables, "esn:anna", Did.SIGNED_IN, str(number), "::1")
    seen, path = [], "/audit"
    for _ in range(3):
        shown = operator.page(path)
        seen.append(rows(shown, texts.AUDIT_TITLE))
        path = shown.css("main a[rel=next]::attr(href)").get("").removeprefix("/operations")
    assert path == ""
    assert [len(part) for part in seen] == [100, 100, 5]
    assert [int(row[3]) for part in seen for row in part] == [*range(204, -1, -1)]


def test_what_is_in_it_is_text(operator: Operator, tables: psycopg.Connection) -> None:
    audit.record(tables, SCRIPT, Did.SIGNED_IN, SCRIPT, SCRIPT)
    shown = operator.page("/audit")
    assert not shown.css("main script")
    assert words(shown.css("tbody")).count(SCRIPT) == 3


def test_an_entry_that_is_none_is_refused(operator: Operator) -> None:
    for before in "0", "x", str(2**63):
        operator.page("/audit", 422, before=before)
    assert texts.NO_AUDIT in words(operator.page("/audit", before="1").css("main"))
