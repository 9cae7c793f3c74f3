from datetime import UTC, datetime
from typing import Any

from tests.bi.network import Network

WHO = ("organisation_slug", "kind", "organisation", "section_id", "country_code", "country")
NOTED = datetime(2026, 1, 2, tzinfo=UTC)


async def test_there_are_three_kinds(two_countries: Network) -> None:
    ankara = two_countries.sections["ESN Ankara"]
    await two_countries.insert("organisations", slug="esn-ank", name="ESN A", section_id=ankara)
    await two_countries.insert("organisations", slug="esn-tr", name="ESN TR", country_code="TR")
    await two_countries.insert("organisations", slug="committee")
    await two_countries.refreshed()

    assert await two_countries.rows("organisations", *WHO) == [
        ("committee", "other", "committee", None, None, None),
        ("esn-ank", "section", "ESN Ankara", ankara, "TR", "Türkiye"),
        ("esn-tr", "national organisation", "ESN TR", None, "TR", "Türkiye"),
    ]


async def test_an_alias_is_there_before_it_is_settled_whose_it_is(network: Network) -> None:
    await network.country("IT", "Italy", activities_platform_slug="esn-italy")
    slug: dict[str, Any] = {"activities_platform_slug": "esn-roma"}
    roma = await network.section("ESN Roma", "IT", **slug)
    await network.insert("organisations", slug="esn-roma", name="ESN Roma e. V.")
    await network.refreshed()

    assert await network.rows("organisations", *WHO, "first_seen") == [
        ("esn-italy", "national organisation", "ESN Italy", None, "IT", "Italy", None),
        ("esn-roma", "section", "ESN Roma", roma, "IT", "Italy", await started(network)),
    ]


async def started(network: Network) -> datetime:
    found = await (await network.connection.execute("SELECT now()")).fetchone()
    assert found
    moment: datetime = found[0]
    return moment


async def test_it_is_known_what_it_was_called_and_that_it_is_gone(network: Network) -> None:
    await network.insert("organisations", slug="new", gone_at=NOTED)
    for former in "old", "older":
        await network.insert("organisation_former_slugs", former_slug=former, slug="new")
    await network.insert("organisations", slug="other")

    columns = ("organisation_slug", "former_slugs", "former_slugs_text", "gone_at")
    assert await network.rows("organisations", *columns) == [
        ("new", ["old", "older"], "old; older", NOTED),
        ("other", [], None, None),
    ]


async def test_figures_are_those_of_its_activities(two_countries: Network) -> None:
    await two_countries.connection.execute(
        "UPDATE sections SET activities_platform_slug = 'esn-brno' WHERE name = 'ESN Brno'"
    )
    await two_countries.organisation("Committee")
    today = await two_countries.today()
    for day in (-500, -10, 5):
        organisers = ("ESN Brno", "Committee") if day == -10 else ("ESN Brno",)
        await two_countries.activity(f"day {day}", *organisers, day=day, participants=10)
    await two_countries.activity("bad", "Committee", is_valid=False)
    await two_countries.refreshed()

    columns = ("activities", "participants", "upcoming_activities", "activities_365_days")
    more = ("participants_365_days", "last_activity_on")
    last = today.fromordinal(today.toordinal() - 10)
    assert await two_countries.rows("organisations", "organisation_slug", *columns, *more) == [
        ("Committee", 1, 10, 0, 1, 10, last),
        ("esn-brno", 3, 30, 1, 1, 10, last),
    ]
