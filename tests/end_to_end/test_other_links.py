"""Pages that link to each other by another path, or say where they lie, hold the same."""

import pytest

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.village import Village


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="prefixed", prefix="/index.php", part=0.3),
        Fault(kind="prefixed", prefix="/pt-br", part=0.6),
        Fault(kind="prefixed", prefix="/index.php/en"),
        Fault(kind="canonical"),
    ],
    ids=lambda fault: f"{fault.kind}{fault.prefix}" if fault.kind == "prefixed" else fault.kind,
)
def test_a_crawl_finds_the_same_and_asks_for_it_as_ever(
    fault: Fault, village: Village, empty_database: str, village_content: Content
) -> None:
    village.site.add_fault(fault)

    for spider in "accounts", "activities":
        finished = village.crawl(empty_database, spider)
        assert finished.returncode == 0, finished.stderr

    assert differences(content(empty_database), village_content) == []
    assert village.asked("^/(index.php|en|pt-br)/") == []
