import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseNeverReceived as NeverAnswered

from esn_pulse.rules.text import clean_lines, clean_text, reason


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("ESN Tromsø", "ESN Tromsø"),
        ("  ESN\n\t  Yıldız  ", "ESN Yıldız"),
        ("ESN\u00a0the\u202fNetherlands", "ESN the Netherlands"),
        ("\u00a0\u00a0ESN\u00a0 \u00a0METU\u00a0", "ESN METU"),
        ("a\u2003b\u3000c\u2028d\u2029e\x85f", "a b c d e f"),
        ("a \x00 b", "a b"),
        ("", ""),
        (" \u00a0\t\r\n ", ""),
        ("Ιασονος 62", "Ιασονος 62"),
        ("UŚ Katowice", "UŚ Katowice"),
        ("Caf\u0065\u0301 🎉", "Caf\u0065\u0301 🎉"),
    ],
)
def test_white_space_of_any_kind_becomes_single_spaces(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize("invisible", ["\u200b", "\u2060", "\ufeff", "\u00ad"])
def test_characters_that_only_lay_out_text_are_dropped(invisible: str) -> None:
    assert clean_text(f"{invisible}Era{invisible}smus{invisible}") == "Erasmus"
    assert clean_text(f" {invisible} ") == ""


@pytest.mark.parametrize("unstorable", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800"])
def test_characters_that_no_database_stores_are_dropped(unstorable: str) -> None:
    assert clean_text(f"{unstorable}Era{unstorable}smus{unstorable}") == "Erasmus"
    assert clean_text(f"Erasmus {unstorable}") == "Erasmus"
    assert clean_text(unstorable) == ""


def test_emoji_joined_of_several_stay_joined() -> None:
    family = "👨\u200d👩\u200d👧"
    assert clean_text(f" {family} ") == family


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("one\ntwo", "one\ntwo"),
        ("one\r\n\r\n \u00a0\n  two\u00a0 three ", "one\ntwo three"),
        ("\n\none\n\n", "one"),
        ("one\u2028two\x85three", "one\ntwo\nthree"),
        ("one\x00\n\x00\ntwo", "one\ntwo"),
        (" \n\u200b\n", ""),
        ("", ""),
    ],
)
def test_paragraphs_stay_on_lines_of_their_own(raw: str, clean: str) -> None:
    assert clean_lines(raw) == clean


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("too  slow\nby far\x00"), "OSError: too slow by far"),
        (TimeoutError(), "TimeoutError"),
        (
            NeverAnswered([Failure(ConnectionLost("cut"))]),  # type: ignore[no-untyped-call]
            "ResponseNeverReceived: Connection to the other side was lost in a non-clean fashion:"
            " cut.",
        ),
    ],
)
def test_a_request_s_failure_is_told_in_one_line(error: BaseException, told: str) -> None:
    assert reason(error) == told


# Surrogates included, which the strategy leaves out by default.
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
def test_clean_text_can_always_be_stored_on_one_line(raw: str) -> None:
    clean = clean_text(raw)
    clean.encode()  # fails for a surrogate
    assert "\x00" not in clean
    assert clean == clean.strip()
    assert len(clean.splitlines()) <= 1


@given(ANY_TEXT)
def test_clean_lines_are_each_clean_and_none_is_empty(raw: str) -> None:
    clean = clean_lines(raw)
    clean.encode()
    assert "\x00" not in clean
    assert all(line and line == line.strip() for line in clean.split("\n") if clean)
