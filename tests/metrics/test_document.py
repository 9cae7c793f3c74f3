"""``docs/metrics.md`` lists what is told, all of it and nothing else."""

from tests.metrics.readings import Reading, complaints, documented


def test_the_document_lists_what_is_told(everything: Reading) -> None:
    assert everything.of("collector_success").keys() == {
        (name,)
        for name in (
            *("database", "runs", "pages", "problems", "freshness", "queue", "calendar"),
            *("disk", "backups", "nodes"),
        )
    }
    assert {*everything.of("collector_success").values()} == {1}
    told = {
        name: (family.type, labels(name, everything), family.documentation)
        for name, family in everything.families.items()
    }
    assert told == {
        name: (kind, {*filter(None, listed.split(", "))}, text)
        for name, kind, listed, text in documented()
    }


def labels(name: str, told: Reading) -> set[str]:
    return {label for sample in told.families[name].samples for label in sample.labels} - {"le"}


def test_prometheus_has_nothing_to_complain_of(everything: Reading) -> None:
    assert complaints(everything.text) == ""
