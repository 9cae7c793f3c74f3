"""Bodies in every coding, and such as come to harm on their way."""

from sample.sites.codings import CODINGS
from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.village import Village


def test_bodies_are_read_in_whatever_coding_they_come(
    village: Village, database: str, village_content: Content
) -> None:
    names = list(CODINGS)
    for number, coding in enumerate(names):  # each strikes what the ones before it leave
        village.site.add_fault(Fault(kind="coded", coding=coding, share=1 / (len(names) - number)))

    for spider in ("accounts", "activities"):
        assert village.crawl(database, spider).returncode == 0

    assert differences(content(database), village_content) == []


def test_a_body_that_came_to_harm_is_asked_for_again(
    village: Village, database: str, village_content: Content
) -> None:
    # At most three times each, so that no page fails for good.
    village.site.add_fault(Fault(kind="damaged", path="^/section/", times=3))
    village.site.add_fault(Fault(kind="truncate", path="^/organisation/.*/statistics", times=3))
    for coding in ("br", "bare deflate", "zstd"):
        path = r"^/organisation/.*\?page=|^/activity/"
        village.site.add_fault(Fault(kind="short", coding=coding, path=path, part=0.9, times=1))

    for spider in ("accounts", "activities"):
        assert village.crawl(database, spider).returncode == 0

    assert differences(content(database), village_content) == []
