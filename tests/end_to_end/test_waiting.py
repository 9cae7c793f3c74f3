"""A page that waits for another try holds up no other."""

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.village import Village

_ALWAYS_FAILS = {"/activity/power-cut-party-651"}


def test_all_else_is_read_while_many_pages_wait(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    """More of them than may be asked for at a time (CONCURRENT_REQUESTS_PER_DOMAIN).

    They wait for longer than it takes to ask for all else.
    """
    waiting, page = 15, "/activity/.*[02468]$"
    village.site.add_fault(
        Fault(kind="status", path=page, status=429, retry_after=10, times=waiting)
    )

    crawl = village.crawl(village_crawled, "activities", "-s", "ESN_SECTIONS_AT_ONCE=100")

    assert crawl.returncode == 0
    asked = [path for path in village.asked() if path not in _ALWAYS_FAILS]
    first_repeat = next(n for n, path in enumerate(asked) if path in asked[:n])
    assert len(asked) - len(set(asked)) == waiting
    assert set(asked[:first_repeat]) == set(asked)
    assert differences(content(village_crawled), village_content) == []
