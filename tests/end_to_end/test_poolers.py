"""What users see of a pooler between them and the database."""

from pathlib import Path

from esn_pulse.export import export
from esn_pulse.health import State
from esn_pulse.report.writing import write_report
from tests.end_to_end.village import Village
from tests.health.factories import examined
from tests.poolers import left_behind, pgbouncer


def test_who_only_reads_can_do_so_by_way_of_a_pooler_by_transaction(
    village: Village, village_crawled: str, tmp_path: Path
) -> None:
    with pgbouncer(village_crawled, "transaction", default_pool_size=1) as pooled:
        write_report(pooled, tmp_path / "report.html")
        export(pooled, tmp_path)
        assert {check.state for check in examined(pooled).values()} <= {*State} - {State.PROBLEM}

        for _ in range(2):
            refused = village.crawl(pooled, "activities")
            assert refused.returncode == 1
            assert "leads to a pooler that gives each transaction another session" in refused.stderr
            assert "Traceback" not in refused.stderr
        assert left_behind(pooled) == {}


def test_a_crawl_works_by_way_of_a_pooler_by_session(
    village: Village, village_crawled: str
) -> None:
    with pgbouncer(village_crawled, "session") as pooled:
        ended = village.crawl(pooled, "activities", "-a", "limit=1")
        assert ended.returncode == 0, ended.stderr
