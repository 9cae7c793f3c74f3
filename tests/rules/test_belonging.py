from dataclasses import replace
from random import Random

import pytest

from esn_pulse.items import Owner
from esn_pulse.rules.belonging import Belonging, Claimant, Names
from esn_pulse.rules.names import comparable
from esn_pulse.rules.slugs import candidates

SEEDS = range(60)
NAMES = ["ESN Ostravská", "ESN VSB - TU Ostrava", "ESN Malta", "ESN Brno", "ESN Işık", "ESN The"]


def section(number: int, name: str, alias: str | None = None, **others: object) -> Claimant:
    return replace(Claimant(Owner(section_id=number), name, alias), **others)  # type: ignore[arg-type]


def country(code: str, name: str, alias: str | None = None, **others: object) -> Claimant:
    return replace(Claimant(Owner(country_code=code), name, alias), **others)  # type: ignore[arg-type]


def settle(names: Names, *claimants: Claimant) -> list[str | None]:
    """The aliases of the claimants, in their order."""
    settled = Belonging(claimants, names).settle()
    return [settled[one.owner] for one in claimants]


def test_what_bears_its_name_is_its_alias_whoever_had_it() -> None:
    assert settle(
        {"esn-vsb-tu-ostrava": "ESN Ostravská"},
        section(1, "ESN VSB - TU Ostrava", "esn-vsb-tu-ostrava"),
        section(2, "ESN Ostravská"),
    ) == [None, "esn-vsb-tu-ostrava"]


def test_an_alias_of_a_name_that_nobody_has_stays_whose_it_is() -> None:
    olomouc = section(1, "ESN UP OLOMOUC", "esn-olomouc")
    assert settle({"esn-olomouc": "ESN Olomouc"}, olomouc) == ["esn-olomouc"]


@pytest.mark.parametrize("names", [{}, {"esn-vsb-tu-ostrava": None}])
def test_without_cards_it_stays_whose_it_is(names: Names) -> None:
    assert settle(
        names,
        section(1, "ESN VSB - TU Ostrava", "esn-vsb-tu-ostrava"),
        section(2, "ESN Ostravská"),
    ) == ["esn-vsb-tu-ostrava", None]


@pytest.mark.parametrize("land", ["Malta", "Luxembourg"])
@pytest.mark.parametrize("had", [(None, None), (0, None), (None, 0), (0, 0), (1, 0), (0, 1)])
def test_of_one_name_the_section_has_the_plain_alias(
    land: str, had: tuple[int | None, int | None]
) -> None:
    plain = f"esn-{land.lower()}"
    aliases = [plain, f"{plain}-0"]
    before = [None if one is None else aliases[one] for one in had]
    assert (
        settle(
            dict.fromkeys(aliases, f"ESN {land}"),
            section(1, f"ESN {land}", before[0]),
            country(land[:2].upper(), f"ESN {land}", before[1]),
        )
        == aliases
    )


def test_a_country_has_nothing_where_only_the_plain_alias_is_there() -> None:
    assert settle(
        {"esn-malta": "ESN Malta"},
        section(1, "ESN Malta"),
        country("MT", "ESN Malta", "esn-malta"),
    ) == ["esn-malta", None]


def test_a_country_has_its_own_name_s_alias_where_no_section_bears_it() -> None:
    names = {"esn-italy": "ESN Italy", "esn-netherlands": "ESN the Netherlands"}
    italy, netherlands = country("IT", "ESN Italy"), country("NL", "ESN the Netherlands")
    assert settle(names, italy, netherlands, section(1, "ESN Roma", "esn-roma")) == [
        "esn-italy",
        "esn-netherlands",
        "esn-roma",
    ]


def test_what_is_pinned_wins_over_names() -> None:
    assert settle(
        {"esn-a": "ESN B", "esn-malta": "ESN Malta", "esn-malta-0": "ESN Malta"},
        section(1, "ESN A", pinned="esn-a"),
        section(2, "ESN B", "esn-a"),
        section(3, "ESN Malta", "esn-malta"),
        country("MT", "ESN Malta", "esn-malta-0", pinned="esn-malta"),
    ) == ["esn-a", None, None, "esn-malta"]


def test_who_is_pinned_to_what_is_not_known_to_be_there_gets_nothing_else() -> None:
    assert settle(
        {"esn-a": "ESN A"}, section(1, "ESN A", pinned="esn-b"), section(2, "ESN B", "esn-b")
    ) == [None, None]


def test_an_alias_whose_address_would_not_lead_back_is_nobody_s() -> None:
    for hostile in "esn-a" * 50, "esn?x=1#", "esn%41", "esn a":
        assert settle({hostile: "ESN A"}, section(1, "ESN A")) == [None]


def test_a_section_that_has_left_takes_nothing_from_its_country() -> None:
    left = section(1, "ESN Italy", is_present=False)
    assert settle({"esn-italy": "ESN Italy"}, left, country("IT", "ESN Italy", "esn-italy")) == [
        None,
        "esn-italy",
    ]


def test_what_is_pinned_to_two_is_both_s() -> None:
    assert settle(
        {"esn-a": "ESN A"}, section(1, "ESN A", pinned="esn-a"), section(2, "ESN B", pinned="esn-a")
    ) == ["esn-a", "esn-a"]


def test_one_that_left_keeps_what_nobody_else_claims() -> None:
    left = section(1, "ESN Brno", "esn-brno", is_present=False)
    assert settle({"esn-brno": "ESN Brno"}, left, section(2, "ESN Praha")) == ["esn-brno", None]
    assert settle({"esn-brno": None}, left, section(2, "ESN Praha")) == ["esn-brno", None]


@pytest.mark.parametrize("shown", ["ESN Brno", None, "ESN Former Name"])
def test_one_that_was_founded_anew_has_the_alias_of_the_one_that_left(shown: str | None) -> None:
    assert settle(
        {"esn-brno": shown},
        section(1, "ESN Brno", "esn-brno", is_present=False),
        section(2, "ESN Brno", "esn-brno"),
    ) == [None, "esn-brno"]


def test_one_that_has_another_name_now_keeps_an_organisation_of_the_old_one() -> None:
    renamed = section(1, "ESN Brno United", "esn-brno")
    assert settle({"esn-brno": "ESN Brno"}, renamed) == ["esn-brno"]
    assert settle({"esn-brno": "ESN Brno United"}, renamed) == ["esn-brno"]


def test_two_of_one_name_each_keep_what_they_had() -> None:
    names = {"esn-leiden": "ESN Leiden", "esn-leiden-0": "ESN Leiden"}
    two = section(1, "ESN Leiden", "esn-leiden-0"), section(2, "ESN Leiden", "esn-leiden")
    assert settle(names, *two) == ["esn-leiden-0", "esn-leiden"]
    assert settle(names, *(replace(one, alias=None) for one in two)) == [
        "esn-leiden",
        "esn-leiden-0",
    ]


def test_two_countries_of_one_name_are_told_apart_by_their_letters() -> None:
    congo = [country(code, "ESN Congo") for code in ("CD", "CG")]
    for claimants in congo, congo[::-1]:
        settled = Belonging(claimants, {"esn-congo": "ESN Congo"}).settle()
        assert settled == {congo[0].owner: "esn-congo", congo[1].owner: None}


class AnyNetwork:
    """Sections and countries of few names, and organisations that may bear them."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        slugs = sorted({slug for name in NAMES for slug in candidates(name)} | {"esn-x", "esn-y"})
        self.random = random
        self.names: dict[str, str | None] = {
            slug: random.choice([None, "ESN Somewhere", *NAMES, *(name.upper() for name in NAMES)])
            for slug in random.sample(slugs, random.randrange(len(slugs)))
        }

        def any_claimant(owner: Owner) -> Claimant:
            return Claimant(
                owner,
                random.choice(NAMES),
                random.choice([None, *slugs]),
                random.choice([*[None] * 8, *slugs[:3]]),
                random.random() < 0.8,
            )

        self.claimants = [any_claimant(Owner(number)) for number in range(1, random.randint(2, 9))]
        self.claimants += [any_claimant(Owner(None, code)) for code in ("IT", "MT", "TR")]

    @property
    def belonging(self) -> Belonging:
        return Belonging(self.claimants, self.names)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_have_the_same_alias_unless_it_is_pinned(seed: int) -> None:
    network = AnyNetwork(seed)
    settled = network.belonging.settle()

    assert settled.keys() == {one.owner for one in network.claimants}
    pins = {one.owner: one.pinned for one in network.claimants}
    unpinned = [alias for owner, alias in settled.items() if alias and alias != pins[owner]]
    assert len(unpinned) == len(set(unpinned))
    assert not set(unpinned) & set(pins.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_only_one_can_mean_is_its_alias(seed: int) -> None:
    network = AnyNetwork(seed)
    settled = network.belonging.settle()
    pinned = {one.pinned for one in network.claimants}

    for one in network.claimants:
        rivals = [other for other in network.claimants if other.key == one.key]
        bearing = [
            slug for slug, name in network.names.items() if name and one.key == comparable(name)
        ]
        if rivals == [one] and not one.pinned and set(bearing) - pinned:
            assert settled[one.owner] in bearing


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_has_what_bears_the_name_of_another(seed: int) -> None:
    network = AnyNetwork(seed)
    known = {one.key for one in network.claimants}

    for one in network.claimants:
        alias = network.belonging.settle()[one.owner]
        name = network.names.get(alias or "")
        if name and alias != one.pinned:
            assert comparable(name) == one.key or comparable(name) not in known


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_settled_stays_settled(seed: int) -> None:
    network = AnyNetwork(seed)
    settled = network.belonging.settle()
    network.claimants = [replace(one, alias=settled[one.owner]) for one in network.claimants]
    assert network.belonging.settle() == settled


@pytest.mark.parametrize("seed", SEEDS)
def test_it_does_not_matter_in_which_order_they_come(seed: int) -> None:
    network = AnyNetwork(seed)
    settled = network.belonging.settle()
    network.random.shuffle(network.claimants)
    names = [*network.names.items()]
    network.random.shuffle(names)
    network.names = dict(names)
    assert network.belonging.settle() == settled


@pytest.mark.parametrize("seed", SEEDS)
def test_an_organisation_that_nobody_s_name_fits_changes_nothing(seed: int) -> None:
    network = AnyNetwork(seed)
    settled = network.belonging.settle()
    network.names |= {"esn-a-stranger": "ESN Stranger", "esn-nobody": None}
    assert network.belonging.settle() == settled
