"""What the accounts spider follows so that all failed pages are asked for again."""

from dataclasses import fields
from typing import Any

from esn_pulse.database.queries.repairs import FailedPage
from esn_pulse.pages.accounts import SectionLink
from esn_pulse.visits.scope import Scope, scope_of_failures
from tests.pages import ACCOUNTS, ACTIVITIES

METU = SectionLink("tr-anka-met", "ESN METU", f"{ACCOUNTS}/section/tr-anka-met")
UNKNOWN: dict[str, Any] = dict.fromkeys(field.name for field in fields(FailedPage))


def failed(url: str, **known: Any) -> FailedPage:
    return FailedPage(**UNKNOWN | {"url": url} | known)


def of_section(url: str, link: SectionLink = METU, code: str = "TR") -> FailedPage:
    return failed(
        url,
        section_id=7,
        country_code=code,
        name=link.name,
        accounts_platform_slug=link.slug,
        accounts_url=link.url,
    )


ALIAS = of_section(f"{ACTIVITIES}/organisation/esn-metu/activities")


def test_a_country_s_page_is_wanted_by_itself() -> None:
    pages = [failed(f"{ACCOUNTS}/country/tr"), failed(f"{ACCOUNTS}/country/UK?x=1")]

    assert scope_of_failures(pages) == Scope({"TR", "UK"}, must_exist=False)


def test_a_section_s_page_and_the_search_for_its_alias_are_the_section_once() -> None:
    wanted = Scope(set(), {METU: "TR"}, must_exist=False)

    assert scope_of_failures([of_section(METU.url)]) == wanted
    assert scope_of_failures([ALIAS]) == wanted
    assert scope_of_failures([of_section(METU.url), ALIAS]) == wanted


def test_a_section_comes_with_its_country() -> None:
    ege = SectionLink("it-siena", "ESN Siena", f"{ACCOUNTS}/section/it-siena")
    pages = [of_section(METU.url), of_section(ege.url, ege, "IT"), failed(f"{ACCOUNTS}/country/tr")]

    assert scope_of_failures(pages) == Scope({"TR"}, {ege: "IT"}, must_exist=False)


def test_without_the_start_page_everything_is_wanted() -> None:
    assert scope_of_failures([ALIAS, failed(f"{ACCOUNTS}/"), ALIAS]) == Scope()


def test_with_a_section_that_is_not_known_everything_is_wanted() -> None:
    unknown = failed(f"{ACCOUNTS}/section/tr-new")

    assert scope_of_failures([failed(f"{ACCOUNTS}/country/tr"), unknown]) == Scope()


def test_the_search_for_a_national_organisation_s_alias_is_its_country() -> None:
    searched = failed(f"{ACTIVITIES}/organisation/esn-turkiye/activities", national_of="TR")

    assert scope_of_failures([searched]) == Scope({"TR"}, must_exist=False)
    assert scope_of_failures([of_section(METU.url), searched]) == Scope({"TR"}, must_exist=False)
