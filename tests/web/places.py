"""A few places, of which some have a page to be read."""

from psycopg import AsyncConnection

from tests.bi.network import Network

METU, IZMIR, BRNO = "esn-metu", "esn-izmir", "esn-brno"
ACCOUNTS = {METU: "tr-anka-met", IZMIR: "tr-izmi-izm", BRNO: "cz-brno-brn"}


async def fill(conninfo: str) -> None:
    """Two sections and a national organisation in Türkiye, a section in the Czech Republic.

    ESN Bare has no page of activities, and the committee is of no place.
    """
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        await network.country("TR", "Türkiye", activities_platform_slug="esn-turkiye")
        await network.country("CZ", "the Czech Republic")
        for alias, accounts in ACCOUNTS.items():
            slugs = {"activities_platform_slug": alias, "accounts_platform_slug": accounts}
            await network.section(alias, accounts[:2].upper(), can_scrape_activities=True, **slugs)
        await network.section("esn-bare", "TR", can_scrape_activities=False)
        await network.insert(
            "organisations", slug=METU, name=METU, section_id=network.sections[METU]
        )
        await network.organisation("committee")
        await network.insert("organisation_former_slugs", former_slug="odtu", slug=METU)
        for name, key in network.sections.items():
            error = {"section_id": key, "error_message": name, "url": f"/{name}"}
            await network.insert("failed_scrapes", **error)
        await network.refreshed()
