"""``scrapy schedule``: which jobs it posts to which node, and what it says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from subprocess import CompletedProcess

import pytest

from tests.conftest import Crawl
from tests.scheduling.fake_node import FakeNode, serving

Schedule = Callable[..., CompletedProcess[str]]

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def two_nodes() -> Iterator[list[FakeNode]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(FakeNode())) for _ in range(2)]


@pytest.fixture
def nodes(two_nodes: list[FakeNode]) -> list[FakeNode]:
    for node in two_nodes:
        node.reset()
    return two_nodes


@pytest.fixture
def schedule(crawl: Crawl, nodes: list[FakeNode]) -> Schedule:
    """Run ``scrapy schedule`` with two nodes."""

    def run(*words: str, url: str | None = None) -> CompletedProcess[str]:
        urls = url or " ".join(node.url for node in nodes)
        credentials = {"SCRAPYD_USERNAME": "pulse", "SCRAPYD_PASSWORD": "correct horse"}
        proxy = {"http_proxy": NOBODY}  # not for nodes on this machine
        return crawl("schedule", *words, SCRAPYD_URL=urls, **credentials, **proxy)

    return run


def posted(node: FakeNode, *names: str) -> list[tuple[str, ...]]:
    """Return some values of each form."""
    return [tuple(form.get(name, ["-"])[0] for name in names) for form in node.posted]


def test_a_job_goes_to_the_first_node(schedule: Schedule, nodes: list[FakeNode]) -> None:
    ended = schedule("activities", "-a", "country=tr", "-a", "full=1", "-s", "RETRY_TIMES=7")

    assert (ended.returncode, ended.stderr) == (0, "")
    (form,) = nodes[0].posted
    assert (form["spider"], form["country"], form["full"]) == (["activities"], ["tr"], ["1"])
    assert "RETRY_TIMES=7" in form["setting"]
    assert ended.stdout == f"Posted activities to {nodes[0].url}: job {form['jobid'][0]}\n"
    assert nodes[0].credentials == ["pulse:correct horse"]
    assert nodes[1].posted == []


def test_where_the_nodes_are_is_not_told_to_the_job(
    schedule: Schedule, nodes: list[FakeNode]
) -> None:
    assert schedule("accounts", "-s", f"SCRAPYD_URL={nodes[1].url}").returncode == 0

    (form,) = nodes[1].posted
    assert not any(setting.startswith("SCRAPYD_URL") for setting in form["setting"])


def test_activities_can_be_split(schedule: Schedule, nodes: list[FakeNode]) -> None:
    ended = schedule("activities", "--split", "3", "-a", "full=1")

    assert posted(nodes[0], "part", "full") == [("1/3", "1"), ("2/3", "1"), ("3/3", "1")]
    jobs = [job for (job,) in posted(nodes[0], "jobid")]
    assert len(set(jobs)) == 3
    assert ended.stdout.splitlines() == [
        f"Posted activities, part {part}/3 to {nodes[0].url}: job {job}"
        for part, job in enumerate(jobs, start=1)
    ]


def test_every_node_gets_a_part(schedule: Schedule, nodes: list[FakeNode]) -> None:
    assert schedule("activities", "--every", "node").returncode == 0

    assert [posted(node, "part") for node in nodes] == [[("1/2",)], [("2/2",)]]


def test_the_part_of_a_node_that_is_away_goes_to_another(
    schedule: Schedule, nodes: list[FakeNode]
) -> None:
    ended = schedule("activities", "--every", "node", url=f"{NOBODY} {nodes[0].url}")

    assert ended.returncode == 0
    assert posted(nodes[0], "part") == [("1/2",), ("2/2",)]


def test_accounts_is_posted_once(schedule: Schedule, nodes: list[FakeNode]) -> None:
    ended = schedule("accounts", "--every", "node")

    assert [posted(node, "spider", "part") for node in nodes] == [[("accounts", "-")], []]
    assert ended.stdout.startswith("Posting accounts once: one run at a time reads it")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "expected one spider, accounts or activities; got: none"),
        (("everything",), "got: everything"),
        (("accounts", "activities"), "got: accounts activities"),
        (("accounts", "--splitt", "2"), "got: accounts --splitt 2"),
        (("activities", "-a", "limit=many"), "-a limit: "),
        (("accounts", "-a", "section=esn-metu"), "accounts accepts: "),
        (("activities", "-a", "retry_failed=1", "--split", "2"), "stand alone"),
        (("activities", "-a", "part=1/2", "--split", "2"), "give either -a part or --split"),
        (("activities", "--split", "0"), "--split takes a number of jobs, 1 or more"),
        (("accounts", "--split", "2"), "accounts can't be split"),
        (("activities", "-a", "limit"), "use -a NAME=VALUE"),
        (("activities", "--split", "2", "--every", "node"), "not allowed with"),
    ],
)
def test_what_makes_no_sense_is_not_posted(
    schedule: Schedule, nodes: list[FakeNode], words: tuple[str, ...], told: str
) -> None:
    ended = schedule(*words)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert nodes[0].posted == []


def test_a_refusal_is_told(schedule: Schedule, nodes: list[FakeNode]) -> None:
    nodes[0].refuses("project 'esn_pulse' not found")

    ended = schedule("accounts")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(
        f"Error: {nodes[0].url} refused the job: project 'esn_pulse' not found. "
    )


def test_parts_that_were_not_posted_are_named(schedule: Schedule, nodes: list[FakeNode]) -> None:
    regularly = nodes[0].answer

    def tires(form: dict[str, list[str]]) -> tuple[int, str]:
        return regularly(form) if form["part"] == ["1/3"] else (401, "Unauthorized")

    nodes[0].answer = tires

    ended = schedule("activities", "--split", "3")

    assert ended.returncode == 1
    assert ended.stdout.startswith("Posted activities, part 1/3 to ")
    assert "Not posted; post each with -a part=…: 2/3 3/3" in ended.stderr
    assert "refused the name and password" in ended.stderr
