"""By which name an organisation is known that a run has met on many pages."""

from collections.abc import Mapping

from esn_pulse.visits.names import ShownNames

METU = {"esn-metu": "ESN METU"}


def told(names: ShownNames) -> list[tuple[str, str | None, bool]]:
    return [(one["slug"], one["name"], one["is_own"]) for one in names.news()]


def met(*shown: Mapping[str, str], listing_of: str | None = None) -> ShownNames:
    names = ShownNames()
    for one in shown:
        names.add(one, listing_of)
    return names


def test_all_that_a_page_links_to_are_told() -> None:
    names = met({"esn-metu": "ESN METU", "esn-turkiye": "ESN Türkiye"})

    assert names.news() == [
        {"slug": "esn-metu", "name": "ESN METU", "is_own": False, "is_repeated": False},
        {"slug": "esn-turkiye", "name": "ESN Türkiye", "is_own": False, "is_repeated": False},
    ]


def test_each_is_told_once_unless_its_name_changes() -> None:
    names = met(METU)
    assert told(names) == [("esn-metu", "ESN METU", False)]
    assert told(names) == []

    names.add(METU)
    assert told(names) == [("esn-metu", "ESN METU", False)]  # and now it is no single label
    names.add(METU)
    assert told(names) == []
    for _ in range(4):
        names.add({"esn-metu": "ESN ODTÜ"})
    assert told(names) == [("esn-metu", "ESN ODTÜ", False)]


def test_the_name_that_is_shown_most_often_leads_and_of_equals_the_first_by_alphabet() -> None:
    assert told(met(METU, {"esn-metu": "ESN Old"}, METU)) == [("esn-metu", "ESN METU", False)]
    assert told(met({"esn-metu": "ESN Z"}, {"esn-metu": "ESN A"})) == [("esn-metu", "ESN A", False)]


def test_a_card_of_the_feed_is_the_same_as_in_a_listing() -> None:
    names = met()
    names.add_feed(METU)
    assert told(names) == [("esn-metu", "ESN METU", False)]

    names.add(METU)
    [one] = met(METU).news()
    assert names.news() == []
    assert not one["is_repeated"]


def test_its_own_listing_wins_over_any_number_of_other_pages() -> None:
    names = met(*[{"esn-metu": "ESN Old"}] * 5)
    assert told(names) == [("esn-metu", "ESN Old", False)]

    names.add(METU, listing_of="esn-metu")

    assert told(names) == [("esn-metu", "ESN METU", True)]


def test_a_name_that_its_own_listing_confirms_is_told_again_as_its_own() -> None:
    names = met(METU)
    assert told(names) == [("esn-metu", "ESN METU", False)]

    names.add(METU, listing_of="esn-metu")

    assert told(names) == [("esn-metu", "ESN METU", True)]


def test_in_its_listing_only_its_own_name_is_its_own() -> None:
    names = met(METU | {"esn-ege": "ESN Ege"}, listing_of="esn-ege")

    assert told(names) == [("esn-ege", "ESN Ege", True), ("esn-metu", "ESN METU", False)]


def test_links_without_a_text_tell_of_an_organisation_but_no_name() -> None:
    names = met({"esn-metu": ""}, {"esn-metu": ""})
    assert told(names) == [("esn-metu", None, False)]

    names.add(METU)

    assert told(names) == [("esn-metu", "ESN METU", False)]


def test_a_listing_without_a_text_leaves_the_name_to_other_pages() -> None:
    names = met(METU)
    names.add({"esn-metu": ""}, listing_of="esn-metu")

    assert told(names) == [("esn-metu", "ESN METU", False)]
