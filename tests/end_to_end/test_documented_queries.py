"""The queries that the README and the demo suggest run, and find something."""

import re

import psycopg
import pytest

from sample.demo import QUERIES
from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
DOCUMENTED = [
    statement.strip()
    for block in [QUERIES, *re.findall(r"```sql\n(.*?)```", README, re.DOTALL)]
    for statement in block.split(";")
    if statement.strip()
]


@pytest.mark.parametrize("statement", DOCUMENTED)
def test_a_documented_statement_works(statement: str, crawled: str) -> None:
    with psycopg.connect(crawled) as connection:
        cursor = connection.execute(statement.encode())
        assert cursor.rowcount > 0
