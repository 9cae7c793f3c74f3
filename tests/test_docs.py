"""The documents: what cites or links a place in one finds it there."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]
CODE = ["esn_pulse", "sample", "sql", "tests", "bench", "soak", "deploy"]
TEXT = {".py", ".sql", ".yaml", ".example"}
# A document, and up to two of its headings; a comment may break anywhere.
CITATION = re.compile(
    r'docs/([\w-]+\.md)(?:,[\s#-]+"([^"]+)"(?:[\s#-]+and[\s#-]+"([^"]+)")?)?', re.ASCII
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
MODULE = re.compile(r"`(?:esn_pulse/)?([\w/]+\.py)`")


def headings(path: Path) -> set[str]:
    prose = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return set(re.findall(r"^#+ (.+)$", prose, re.M))


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def citations(path: Path) -> Iterator[tuple[Path, str]]:
    """The documents that a file cites, and the headings, '' for a document as a whole."""
    for document, *cited in CITATION.findall(path.read_text(encoding="utf-8")):
        for heading in filter(None, cited) if any(cited) else [""]:
            yield PROJECT / "docs" / document, re.sub(r"[\s#-]*\n[\s#-]*", " ", heading)


def test_what_the_code_cites_exists() -> None:
    files = [
        path for folder in CODE for path in (PROJECT / folder).rglob("*") if path.suffix in TEXT
    ]
    cited = [(path.name, *citation) for path in files for citation in citations(path)]

    assert any(heading for _, _, heading in cited)
    assert [
        f"{name}: {document.name}, {heading!r}"
        for name, document, heading in cited
        if not document.exists() or heading not in {"", *headings(document)}
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_what_exists(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    local = [link.partition("#") for link in links if not re.match(r"\w+:", link)]
    targets = [(document.parent / name if name else document, place) for name, _, place in local]

    assert [str(target) for target, _ in targets if not target.exists()] == []
    assert [
        f"{target.name}#{place}"
        for target, place in targets
        if place and place not in map(anchor, headings(target))
    ] == []


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/sites.md", "docs/decisions.md"]
)
def test_the_modules_named_exist(name: str) -> None:
    modules = MODULE.findall((PROJECT / name).read_text(encoding="utf-8"))
    folders = [PROJECT / "esn_pulse", PROJECT]

    assert modules
    assert [m for m in modules if not any((folder / m).exists() for folder in folders)] == []


def test_the_picture_of_the_layers_is_that_which_lint_checks() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    picture = re.findall(r'^    [A-Z]\["(.+?)"\]', (PROJECT / "README.md").read_text("utf-8"), re.M)

    assert picture == [layer.replace(" | ", ", ") for layer in layers]
