"""The table of who may do what, by what has to be true of any such table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.scope import Scope
from esn_pulse.web.rules import ANYBODY, RULES, SENTENCES, Action, Level, Reach, Rules, Who

SECTIONS, COUNTRIES = (1, 2, 3), ("TR", "CZ")
SCOPES = [
    NETWORK,
    *(Scope(code, code) for code in COUNTRIES),
    *(Scope(str(number), code, number) for number in SECTIONS for code in (*COUNTRIES, None)),
]
people = st.builds(
    Who,
    st.just("esn:anna"),
    st.frozensets(st.sampled_from(SECTIONS)),
    st.frozensets(st.sampled_from(COUNTRIES)),
    st.booleans(),
)
tables = st.builds(Rules, is_public=st.booleans(), metrics_are_open=st.booleans())

TR, METU = Scope("Türkiye", "TR"), Scope("METU", "TR", 1)
IZMIR, BRNO = Scope("Izmir", "TR", 2), Scope("Brno", "CZ", 3)
NOTHING, ALL = set[Scope](), {NETWORK, TR, METU, IZMIR, BRNO}
LOCAL, NATIONAL = {METU}, {TR, METU, IZMIR}
# To what each of those below may do what, as it was required; written down apart from the rules.
REQUIRED = {
    "sign in": (ALL, ALL, ALL, ALL, ALL),
    "read the figures": (ALL, ALL, ALL, ALL, ALL),
    "read the metrics": (NOTHING, ALL, ALL, ALL, ALL),
    "see the problems of the data": (NOTHING, NOTHING, LOCAL, NATIONAL, ALL),
    "ask for a refresh": (NOTHING, NOTHING, LOCAL, NATIONAL, ALL),
    "follow a job": (NOTHING, NOTHING, LOCAL, NATIONAL, ALL),
    "operate ESN PULSE": (NOTHING, NOTHING, NOTHING, NOTHING, ALL),
}
ASKING = (
    ANYBODY,
    Who("esn:anna"),
    Who("esn:anna", sections=frozenset([1])),
    Who("esn:anna", countries=frozenset(["TR"])),
    Who("esn:anna", is_operator=True),
)


def test_every_action_is_required() -> None:
    assert REQUIRED.keys() == {action.value for action in Action}


@pytest.mark.parametrize("action", Action)
def test_each_may_do_what_was_required_and_no_more(action: Action) -> None:
    rules = Rules(is_public=True)
    given = [{one for one in ALL if rules.permit(who, action).is_for(one)} for who in ASKING]
    some = [rules.permit(who, action).reach is not Reach.NOTHING for who in ASKING]

    assert given == [*REQUIRED[action]]
    assert some == [bool(scopes) for scopes in given]


def allowed(rules: Rules, who: Who) -> set[tuple[Action, Scope]]:
    """Return all that somebody may do, and to what."""
    return {
        (action, scope)
        for action in Action
        for scope in SCOPES
        if rules.permit(who, action).is_for(scope)
    }


@given(tables, people, people)
def test_who_is_more_may_do_no_less(rules: Rules, one: Who, other: Who) -> None:
    both = Who(
        one.name,
        one.sections | other.sections,
        one.countries | other.countries,
        one.is_operator or other.is_operator,
    )

    assert allowed(rules, ANYBODY) <= allowed(rules, one) <= allowed(rules, both)


@given(tables, people, people)
def test_a_key_lets_nobody_do_more_than_it_or_its_maker_may(
    rules: Rules, key: Who, maker: Who
) -> None:
    limited = allowed(rules, key.limited_by(maker))

    assert limited <= allowed(rules, key) & allowed(rules, maker)
    if maker.is_operator:
        assert limited == allowed(rules, key)


@given(people)
def test_what_is_closed_is_closed_to_those_only_who_are_not_known(who: Who) -> None:
    opened, closed = (Rules(is_public=one, metrics_are_open=one) for one in (True, False))

    assert allowed(opened, who) == allowed(closed, who)
    lost = {action for action, _ in allowed(opened, ANYBODY) - allowed(closed, ANYBODY)}
    assert lost == {Action.READ, Action.READ_METRICS}


def test_the_table_names_every_level_and_action() -> None:
    assert RULES.keys() == SENTENCES.keys() == {*Action}
    assert {len(reaches) for reaches in RULES.values()} == {len(Level)}


def test_what_is_a_section_s_is_not_its_country_s() -> None:
    local = Who("esn:anna", frozenset([1]))

    assert local.owns(Scope("METU", "TR", 1))
    for scope in NETWORK, Scope("Türkiye", "TR"), Scope("Izmir", "TR", 2), Scope("?", None, 2):
        assert not local.owns(scope)
