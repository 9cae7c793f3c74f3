import gzip
from pathlib import Path

import pytest
from scrapy.settings import Settings

from esn_pulse.exceptions import RunFailed
from esn_pulse.pages.kinds import PageKind
from esn_pulse.run.drift import DriftWatch
from tests.pages import ACTIVITIES, answer


def watch(folder: Path, **changes: object) -> DriftWatch:
    known = {
        "DRIFT_SHARE": 0.2,
        "DRIFT_LEAST_PAGES": 10,
        "DRIFT_PAGES_KEPT": 50,
        "DRIFT_PAGE_BYTES": 1000,
        "PULSE_DIR": str(folder),
    }
    return DriftWatch(Settings(known | changes))


def meet(watching: DriftWatch, read: int = 0, drifted: int = 0) -> None:
    for _ in range(read):
        watching.read(PageKind.ACTIVITY)
    for number in range(drifted):
        page = answer(f"{ACTIVITIES}/activity/boat-{number}", f"<h1>Boat {number}</h1>")
        watching.keep(PageKind.ACTIVITY, page)
        watching.drifted(PageKind.ACTIVITY)


def kept(folder: Path) -> list[str]:
    """Return the pages that were kept, the oldest first."""
    return [gzip.decompress(file.read_bytes()).decode() for file in sorted(folder.rglob("*.gz"))]


def test_more_than_a_fifth_of_a_kind_s_pages_ends_the_run(tmp_path: Path) -> None:
    watching = watch(tmp_path)
    meet(watching, read=8, drifted=2)  # a fifth is not more than a fifth
    with pytest.raises(RunFailed) as failed:
        meet(watching, drifted=1)

    assert str(failed.value) == (
        "markup changed (activity page): 3 of 11 lack what must be on them. Nothing stored was"
        f" overwritten. Compare the pages in {tmp_path / 'drift'} with the selectors in"
        " esn_pulse/pages/"
    )


def test_more_than_a_fifth_of_other_pages_ends_the_run_too(tmp_path: Path) -> None:
    watching = watch(tmp_path)
    meet(watching, read=8, drifted=1)
    watching.impostor(PageKind.ACTIVITY, "a maintenance notice")
    with pytest.raises(RunFailed) as failed:
        watching.impostor(PageKind.ACTIVITY, "a maintenance notice")

    assert str(failed.value) == (
        "the site answers with other pages (activity page): 3 of 11 are not what was asked for,"
        " the last one looks like a maintenance notice. Nothing stored was overwritten. Look at"
        f" the copies in {tmp_path / 'drift'}; when the site is well again, run the same command"
    )


def test_a_few_pages_alone_say_nothing(tmp_path: Path) -> None:
    watching = watch(tmp_path)
    meet(watching, drifted=9)
    with pytest.raises(RunFailed, match="10 of 10"):
        meet(watching, drifted=1)


def test_kinds_of_pages_are_told_apart(tmp_path: Path) -> None:
    watching = watch(tmp_path)
    for _ in range(90):
        watching.read(PageKind.LISTING)
    meet(watching, drifted=9)
    with pytest.raises(RunFailed, match="10 of 10"):
        meet(watching, drifted=1)


def test_drifted_pages_are_kept_to_be_looked_at(tmp_path: Path) -> None:
    meet(watch(tmp_path), drifted=2)

    assert kept(tmp_path) == ["<h1>Boat 0</h1>", "<h1>Boat 1</h1>"]
    names = [file.name for file in sorted((tmp_path / "drift").iterdir())]
    assert [name.split("-", 1)[1] for name in names] == [
        "activity-page-activity-boat-0.html.gz",
        "activity-page-activity-boat-1.html.gz",
    ]


def test_only_the_newest_are_kept_and_only_so_much_of_each(tmp_path: Path) -> None:
    meet(watch(tmp_path), drifted=4)
    meet(watch(tmp_path, DRIFT_PAGES_KEPT=3, DRIFT_PAGE_BYTES=10), drifted=2)

    assert kept(tmp_path) == ["<h1>Boat 3</h1>", "<h1>Boat 0", "<h1>Boat 1"]


def test_none_may_be_kept_at_all(tmp_path: Path) -> None:
    meet(watch(tmp_path, DRIFT_PAGES_KEPT=0), drifted=2)

    assert kept(tmp_path) == []


def test_a_long_address_makes_no_long_name(tmp_path: Path) -> None:
    page = answer(f"{ACTIVITIES}/activity/{'boat' * 500}", "x")
    watch(tmp_path).keep(PageKind.ACTIVITY, page)

    assert kept(tmp_path) == ["x"]


def test_a_folder_that_can_t_be_written_to_is_only_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "drift").write_text("a file in its place")
    meet(watch(tmp_path), drifted=1)

    [warning] = caplog.messages
    assert f"{ACTIVITIES}/activity/boat-0 could not be kept" in warning
