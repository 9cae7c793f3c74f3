import pytest

from esn_pulse.rules.names import comparable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ESN Işık-İstanbul", "esn isik istanbul"),
        ("ESN L'Aquila", "ESN L’AQUILA"),
        ("ESN VSB - TU Ostrava", "ESN VŠB-TU Ostrava"),
        ("ESN Tromsø", "ESN Tromso"),
        ("ESN Bonn e.V.", "Bonn eV"),
        ("ESN the Netherlands", "ESN Netherlands"),
        ("  ESN\u00a0Malta ", "Malta"),
        ("ESN-Malta", "ESN Malta"),
        ("ESN Caf\u0065\u0301", "ESN Café"),
    ],
)
def test_names_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ESN Ostravská", "ESN VSB - TU Ostrava"),
        ("ESN Malta", "ESN Maltepe"),
        ("ESN The", "ESN Theatre"),
        ("ESNcard", "ESN card"),
        ("ESN Brno", "ESN Brno 2"),
        ("Autour du Monde - ESN Nantes", "ESN Nantes"),
        ("🎉", "🎈"),
        ("--", "🎉"),
    ],
)
def test_names_are_not_the_same_for_what_they_share(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("name", ["ESN", "esn the", "ESN -", "---", "🎉", "🎉" * 5000])
def test_a_name_of_nothing_that_counts_is_still_one(name: str) -> None:
    assert comparable(name)
