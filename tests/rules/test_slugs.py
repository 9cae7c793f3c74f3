import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esn_pulse.rules.slugs import alias, candidates, is_alias

# fmt: off
SMALL_WORDS = [
    "a", "an", "as", "at", "before", "but", "by", "for", "from", "is", "in", "into", "like",
    "of", "off", "on", "onto", "per", "since", "than", "the", "this", "that", "to", "up", "via",
    "with",
]
# fmt: on


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ESN METU", "esn-metu"),
        ("ESN 3 City", "esn-3-city"),
        ("ESN   Novi\u00a0Pazar ", "esn-novi-pazar"),
        ("ESN Aix-En-Bresse", "esn-aix-en-bresse"),
        ("ESN Foggia - Daunia", "esn-foggia-daunia"),
        ("- ESN -", "esn"),
    ],
)
def test_words_are_joined_by_one_hyphen(name: str, expected: str) -> None:
    assert alias(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ESN Tromsø", "esn-tromso"),
        ("ESN Göttingen", "esn-gottingen"),
        ("ESN Ørsta", "esn-orsta"),
        ("ESN Yıldız", "esn-yildiz"),
        ("ESN İğdır", "esn-igdir"),
        ("ESN Gießen", "esn-giessen"),
        ("ESN Ærø", "esn-aero"),
        ("ESN UŚ Łódź", "esn-us-lodz"),
        ("ESN Česká Třebová", "esn-ceska-trebova"),
        ("ESN Ñuñoa", "esn-nunoa"),
        ("ESN Σύρος", "esn-suros"),
        ("ESN Софія", "esn-sofiia"),
    ],
)
def test_letters_of_every_script_are_transliterated(name: str, expected: str) -> None:
    assert alias(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ESN L'Aquila", "esn-laquila"),
        ("ESN Bonn e.V.", "esn-bonn-ev"),
        ("ESN Witten/Herdecke", "esn-wittenherdecke"),
        ("ESN L’Escala", "esn-lescala"),
        ("ESN S.U.P.E.R. Como", "esn-super-como"),
        ("ESN Rhein/Ruhr (Mitte)", "esn-rheinruhr-mitte"),
        ("ESN Arts & Crafts", "esn-arts-crafts"),
        ("ESN_Ghost!", "esnghost"),
        ("ESN “Quoted”, Town", "esn-quoted-town"),
        ("ESN Party 🎉", "esn-party"),
    ],
)
def test_punctuation_is_dropped_and_not_made_a_hyphen(name: str, expected: str) -> None:
    assert alias(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ESN University of Galway", "esn-university-galway"),
        ("ESN The Hague", "esn-hague"),
        ("ESN CTU in Prague", "esn-ctu-prague"),
        ("ESN UP Village", "esn-village"),
        ("ESN Stratford-upon-Avon", "esn-stratford-upon-avon"),
        ("ESN Stoke-on-Trent", "esn-stoke-trent"),
        ("The University of the West", "university-west"),
    ],
)
def test_small_words_are_left_out(name: str, expected: str) -> None:
    assert alias(name) == expected


@pytest.mark.parametrize("word", SMALL_WORDS)
def test_each_small_word_is_left_out_as_a_word_and_kept_inside_of_one(word: str) -> None:
    assert alias(f"ESN {word.title()} Town") == "esn-town"
    assert alias(f"ESN {word}xq") == f"esn-{word}xq"


@pytest.mark.parametrize("word", ["and", "de", "et", "la", "upon", "under", "within"])
def test_other_short_words_stay(word: str) -> None:
    assert alias(f"ESN {word} Town") == f"esn-{word}-town"


def test_a_name_of_nothing_but_small_words_keeps_them() -> None:
    assert alias("Up & Off") == "up-off"


@pytest.mark.parametrize("name", ["", " ", "🎉", "-", "—!"])
def test_a_name_without_a_letter_or_digit_has_no_alias(name: str) -> None:
    assert alias(name) == ""
    assert candidates(name) == []


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ESN Leiden", "esn-leiden-0"),
        ("ESN Malta", "esn-malta-0"),
        ("ESN Işık", "esn-isik-0"),
        ("ESN Newport", "esn-newport-1"),
    ],
)
def test_an_alias_that_was_taken_is_a_candidate_with_its_number(name: str, taken: str) -> None:
    assert taken in candidates(name)


def test_the_site_s_rule_comes_first_and_the_plain_slug_last() -> None:
    assert candidates("ESN CTU in Prague") == [
        "esn-ctu-prague",
        "esn-ctu-prague-0",
        "esn-ctu-prague-1",
        "esn-ctu-in-prague",
    ]
    assert candidates("ESN L'Aquila")[-1] == "esn-l-aquila"


def test_a_candidate_that_both_rules_give_is_asked_for_once() -> None:
    assert candidates("ESN METU") == ["esn-metu", "esn-metu-0", "esn-metu-1"]


def test_the_older_alias_that_the_rules_happen_to_give_is_found() -> None:
    assert candidates("ESN UP OLOMOUC")[0] == "esn-olomouc"


@given(st.text())
def test_every_candidate_is_fit_for_an_address(name: str) -> None:
    found = candidates(name)
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in found)


@pytest.mark.parametrize("slug", ["esn-metu", "esn.metu", "...", "é~_"])
def test_an_alias_is_a_part_of_an_address(slug: str) -> None:
    assert is_alias(slug)


@pytest.mark.parametrize("slug", ["", ".", "..", "a/b", "a b", "a?b", "x" * 181])
def test_what_is_none_leads_elsewhere(slug: str) -> None:
    assert not is_alias(slug)
