"""What an answer of ESN's says of an account; what can't be read gives no right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esn_pulse.web.sign_in.people import Belongings
from esn_pulse.web.sign_in.userinfo import Account, AccountError, read
from tests.web.sign_in.provider import ANNA

WHO = {"sub": "4711", "preferred_username": "anna"}
METU: dict[str, Any] = {"label": "ESN METU", "type": "section", "scope": "TR-ANKA-MET"}
TURKEY: dict[str, Any] = {"label": "ESN Turkey", "type": "country", "scope": "TR"}
CHAIR = {"role": "COMMITTEE:itcom-chair", "label": "Chair"}
COMMITTEE: dict[str, Any] = {"label": "IT", "type": "committee", "scope": "itcom", "roles": [CHAIR]}
NOTHING = Belongings()


def belongings(**told: object) -> Belongings:
    return read(WHO | told).belongings


def test_both_forms() -> None:
    assert read(ANNA) == Account(
        "4711", "anna", Belongings(["tr-anka-met"], ["TR"], ["COMMITTEE:itcom-chair"])
    )


CHAIRS = Belongings(groups=["COMMITTEE:itcom-chair"])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, NOTHING),
        ({"groups": None, "detailed_groups": None}, NOTHING),
        ({"groups": [], "detailed_groups": []}, NOTHING),
        ({"groups": {"8": "COMMITTEE:a", "9": "B:b"}}, Belongings(groups=["COMMITTEE:a", "B:b"])),
        ({"groups": ["COMMITTEE:a", "COMMITTEE:a"]}, Belongings(groups=["COMMITTEE:a"])),
        ({"groups": "COMMITTEE:a"}, Belongings(groups=["COMMITTEE:a"])),
        ({"detailed_groups": METU}, Belongings(["tr-anka-met"])),
        ({"detailed_groups": [METU, TURKEY, METU]}, Belongings(["tr-anka-met"], ["TR"])),
        ({"detailed_groups": ["x", 7, None, [], {}, TURKEY]}, Belongings(countries=["TR"])),
        ({"detailed_groups": [COMMITTEE]}, CHAIRS),
        ({"detailed_groups": COMMITTEE | {"roles": CHAIR}}, CHAIRS),
    ],
)
def test_what_is_there_counts(told: dict[str, Any], expected: Belongings) -> None:
    assert belongings(**told) == expected


SCOPES_OF_NO_SECTION = [
    *("tr-anka-met", "TR", "TR-", "TR ANKA MET", "TR-ANKA-MET ", " TR-ANKA-MET", "TR-ANKA-MET\n"),
    *("TR-ANKA-MET\0", "\u0422R-ANKA-MET", "\uff34R-ANKA-MET", "TR-AN\u212aA-MET", "TR-\u0130"),
    *("TR\u2013ANKA", "TR-ANKA-MET;CZ-BRNO-ISC", "%", "*", "", f"TR-{'A' * 100}", None, 7, True),
    *(["TR-ANKA-MET"], {"0": "TR-ANKA-MET"}),
]
SCOPES_OF_NO_COUNTRY = [
    *("tr", "TUR", "T", "TR-ANKA-MET", "\u0422R", "\uff34R", "T\u212a", "TR\n", "TR ", "\u202eRT"),
    *("", None, 0, ["TR"], {"TR": "TR"}),
]
ODD_TYPES = [
    *("Section", "sections", "SECTION", "section ", "committee", "national", "", None, 1),
    *(["section"], {"section": 1}),
]
ODD_ROLES = [
    *("COMMITTEE:itcom-chair", ["COMMITTEE:itcom-chair"], {"8": CHAIR}, [[CHAIR]], None, 7),
    *({"role": "itcom-chair"}, {"role": ["COMMITTEE:itcom-chair"]}, {"role": "COMMITTEE:x "}),
    *({"role": "COMMITTEE:\u0430"}, {"role": "esn:COMMITTEE:x"}, {"label": "COMMITTEE:x"}),
]


@pytest.mark.parametrize(
    "entry",
    [
        *(METU | {"scope": scope} for scope in SCOPES_OF_NO_SECTION),
        *(TURKEY | {"scope": scope} for scope in SCOPES_OF_NO_COUNTRY),
        *(one | {"type": kind} for one in (METU, TURKEY) for kind in ODD_TYPES),
        *(METU | {"type": "country"}, TURKEY | {"type": "section"}),
        *(COMMITTEE | {"roles": roles} for roles in ODD_ROLES),
        *({"type": "section"}, {"scope": "TR-ANKA-MET"}, METU | {"type": "x", "roles": [CHAIR]}),
        *([METU], [[TURKEY]], "TR", {"0": METU}),
    ],
)
def test_what_can_not_be_read_gives_no_right(entry: object) -> None:
    assert belongings(detailed_groups=[entry]) == NOTHING


@pytest.mark.parametrize(
    "group",
    [
        *("", "x", ":", "COMMITTEE", "COMMITTEE:", ":itcom", "committee:itcom", "A:b:c"),
        *("COMMITTEE:itcom chair", "COMMITTEE:x\n", "COMMITTEE:x\0", "COMMITTEE:itc\u043em"),
        *(f"COMMITTEE:{'x' * 99}", None, 7, ["COMMITTEE:x"], {"a": "COMMITTEE:x"}),
    ],
)
def test_nor_does_a_group_that_is_none(group: object) -> None:
    assert belongings(groups={"8": group}) == NOTHING
    assert belongings(groups=[group]) == NOTHING


@pytest.mark.parametrize(
    "name",
    ["anna", "Anna.B", "anna@esn.org", "Anna Maria", "Žofie", "Ελένη", "a'b", "x" * 60, "0"],
)
def test_names_that_people_have(name: str) -> None:
    assert read(WHO | {"preferred_username": name}).user_name == name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            " ",
            " anna",
            "anna ",
            "esn:anna",
            "COMMITTEE:itcom-chair",
            ":",
            "a\nb",
            "a\tb",
            "a\0",
        ),
        *("a\x1b", "a\u202eb", "a\u200bb", "a\u00adb", "a\u2028b", "a\u00a0b", "\ud800", "x" * 61),
        *(None, 7, ["anna"], {"a": 1}),
    ],
)
def test_names_that_nobody_signs_in_with(name: object) -> None:
    with pytest.raises(AccountError, match="user name that can't be used"):
        read(WHO | {"preferred_username": name})


@pytest.mark.parametrize(
    "subject", ["", " ", "a b", "a\n", "a\0", "é", "x" * 256, None, 4711, 4711.0, True, ["4711"]]
)
def test_accounts_without_a_subject(subject: object) -> None:
    with pytest.raises(AccountError, match="did not say which account"):
        read(WHO | {"sub": subject})


@pytest.mark.parametrize("userinfo", [None, [], [WHO], "anna", 7, True, [[["anna"]]], {}])
def test_answers_that_say_nothing(userinfo: object) -> None:
    with pytest.raises(AccountError, match="did not say which account"):
        read(userinfo)


SCOPES = ["TR-ANKA-MET", "TR", "tr", "CZ-BRNO-ISC", "COMMITTEE:itcom-chair", "ТR", "\0", "x:y:z"]
TEXTS = st.sampled_from(SCOPES) | st.sampled_from(["section", "country", "committee"]) | st.text()
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(PLAIN, lambda one: st.lists(one) | st.dictionaries(TEXTS, one), max_leaves=20)
ENTRY = st.fixed_dictionaries(
    {}, optional={"type": JSON | TEXTS, "scope": JSON | TEXTS, "roles": JSON, "label": JSON}
)
ENTRIES = st.lists(ENTRY | JSON) | ENTRY | JSON
USERINFO = JSON | st.fixed_dictionaries(
    {"sub": st.just("4711") | JSON, "preferred_username": st.just("anna") | TEXTS | JSON},
    optional={"groups": JSON | st.lists(TEXTS), "detailed_groups": ENTRIES},
)


@given(USERINFO)
def test_whatever_comes_only_what_is_well_formed_gives_rights(userinfo: Any) -> None:
    try:
        account = read(userinfo)
    except AccountError:
        return
    assert (account.subject, account.user_name) == (userinfo["sub"], userinfo["preferred_username"])
    assert ":" not in account.user_name
    assert account.user_name.isprintable()
    told = userinfo.get("detailed_groups")
    entries = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, dict)]
    found = account.belongings
    scopes = [(one["type"], one["scope"]) for one in entries if {"type", "scope"} <= one.keys()]
    assert all(("section", one.upper()) in scopes for one in found.sections)
    assert all(("country", one) in scopes for one in found.countries)
    for group in found.groups:
        assert group.count(":") == 1
        assert repr(group) in repr((userinfo.get("groups"), entries))
