"""Alert rules and the dashboard ask for what is told."""

import re
from collections import defaultdict

from tests.deploy.watchers import expressions
from tests.metrics.readings import Reading

SELECTOR = re.compile(r"\b((?:esn_pulse|process)_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')
GROUPED = re.compile(r"\b(?:by|on) \(([^)]*)\)")
AGGREGATED = re.compile(r"\b(?:max|min|sum)(?: by)? ?\(")
FILLED_IN = re.compile(r"{{ ?(?:\$labels\.)?(\w+) ?}}")
OF_PROMETHEUS = {"instance", "job"}


def test_each_selector_finds_something(everything: Reading) -> None:
    told = samples(everything)
    asked = {
        (name, matchers)
        for _, expression, _ in expressions()
        for name, matchers in SELECTOR.findall(expression)
    }

    assert len(asked) > 40
    for name, matchers in asked:
        conditions = MATCHER.findall(matchers)
        assert bool(conditions) == bool(matchers)
        assert any(
            all(holds(labels[label], how, value) for label, how, value in conditions)
            for labels in told[name]
        ), f"{name}{{{matchers}}}"


def holds(found: str, how: str, value: str) -> bool:
    if how == "=~":
        return bool(re.fullmatch(value, found))
    return (found == value) == (how == "=")


def test_labels_are_those_of_what_is_asked_for(everything: Reading) -> None:
    told = samples(everything)
    for where, expression, text in expressions():
        names = [name for name, _ in SELECTOR.findall(expression)]
        known = {label for name in names for labels in told[name] for label in labels}
        grouped = {
            label.strip()
            for labels in GROUPED.findall(expression)
            for label in labels.split(",")
            if label.strip()
        }

        assert grouped <= known, where
        assert {*FILLED_IN.findall(text)} <= (known | OF_PROMETHEUS), where
        if AGGREGATED.search(expression):
            assert {*FILLED_IN.findall(text)} <= grouped, where


def samples(told: Reading) -> dict[str, list[dict[str, str]]]:
    """Return the labels of all samples, by their names."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for family in told.families.values():
        for sample in family.samples:
            found[sample.name].append(sample.labels)
    return found
