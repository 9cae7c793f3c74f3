"""By which names sections are addressed."""

from typing import Any

from tests.bi.network import Network


async def section(network: Network, accounts: str, alias: str | None = None) -> int:
    slugs: dict[str, Any] = {"accounts_platform_slug": accounts, "activities_platform_slug": alias}
    return await network.section(accounts, **slugs)


async def slugs(network: Network) -> list[Any]:
    found = await network.rows("sections", "section_id", "section_slug", "accounts_slug")
    return [row[1:] for row in found]


async def test_the_alias_is_the_slug_or_else_the_name_on_accounts(network: Network) -> None:
    await section(network, "tr-anka-met", "esn-metu")
    await section(network, "tr-izmi-ege")

    assert await slugs(network) == [("esn-metu", "tr-anka-met"), ("tr-izmi-ege", "tr-izmi-ege")]


async def test_an_alias_that_two_have_is_the_first_one_s(network: Network) -> None:
    await section(network, "a", "esn-x")
    await section(network, "b", "esn-x")

    assert await slugs(network) == [("esn-x", "a"), ("b", "b")]


async def test_who_has_no_name_of_its_own_is_addressed_by_its_number(network: Network) -> None:
    other = await section(network, "esn-x")
    number = await section(network, "7")
    await section(network, "a", "esn-x")

    assert await slugs(network) == [(str(other), "esn-x"), (str(number), "7"), ("esn-x", "a")]


async def test_organisers_and_countries_have_theirs(network: Network) -> None:
    await network.country("IT", "Italy", activities_platform_slug="esn-italy")
    await section(network, "tr-anka-met", "esn-metu")
    await network.organisation("Committee")
    await network.activity("joint", "tr-anka-met", "Committee")
    await network.refreshed()

    found = await network.rows("activity_organisers", "section_slug", "organisation_slug")
    assert found == [("esn-metu", "esn-metu"), (None, "Committee")]
    assert await network.rows("countries", "organisation_slug") == ["esn-italy"]
