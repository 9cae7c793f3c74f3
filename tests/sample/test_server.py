import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, ClientSession
from parsel import Selector

from sample.network.model import Network, SiteName
from sample.network.week import a_week_later
from sample.sites.server import serving

Addresses = dict[SiteName, str]


@pytest.fixture
async def addresses(network: Network) -> AsyncIterator[Addresses]:
    async with serving(network) as found:
        yield found


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def status(client: ClientSession, method: str, url: str) -> int:
    async with client.request(method, url, allow_redirects=False) as response:
        return response.status


async def fail(client: ClientSession, addresses: Addresses, **fault: object) -> None:
    async with client.post(addresses["accounts"] + "/_sample/faults", json=[fault]) as response:
        assert response.status == 204


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("accounts", "/"),
        ("accounts", "/robots.txt"),
        ("accounts", "/country/tr"),
        ("accounts", "/section/tr-anka-met"),
        ("activities", "/"),
        ("activities", "/organisation/esn-metu"),
        ("activities", "/organisation/esn-metu/activities?page=3"),
        ("activities", "/organisation/esn-metu/activities?page=nonsense"),
        ("activities", "/organisation/esn-tromso/statistics"),
        ("activities", "/activity/adventure-trip-lofoten-551"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_page_is_there(
    client: ClientSession, addresses: Addresses, site: SiteName, path: str, method: str
) -> None:
    assert await status(client, method, addresses[site] + path) == 200


@pytest.mark.parametrize(
    ("site", "path", "expected"),
    [
        ("accounts", "/section/tr-kony-sel", 500),
        ("accounts", "/country/xx", 404),
        ("activities", "/activity/power-cut-party-651", 500),
        ("activities", "/activity/deleted-scenes-652", 404),
        ("activities", "/organisation/esn-leiden/activities", 404),
        ("activities", "/organisation/esn-metu/nonsense", 404),
        ("activities", "/section/tr-anka-met", 404),
    ],
)
async def test_page_is_not_there(
    client: ClientSession, addresses: Addresses, site: SiteName, path: str, expected: int
) -> None:
    assert await status(client, "GET", addresses[site] + path) == expected


@pytest.mark.parametrize(
    ("alias", "head", "get"),
    [
        ("esn-metu", 200, 200),
        ("esn-kozani", 404, 404),
        ("esn-siena-0", 405, 404),
        ("esn-siena-1", 405, 200),
        ("esn-university-cork", 405, 200),
        ("esn-trondheim", 403, 200),
        ("esn-maynooth", 301, 301),
        ("esn-italy", 301, 301),
        ("esn-italia", 200, 200),
        ("esn-lublin", 200, 200),
        ("esn-vsb-tu-ostrava-0", 404, 404),
        ("esn-uk", 404, 404),
    ],
)
async def test_alias(
    client: ClientSession, addresses: Addresses, alias: str, head: int, get: int
) -> None:
    url = f"{addresses['activities']}/organisation/{alias}/activities"
    assert await status(client, "HEAD", url) == head
    assert await status(client, "GET", url) == get


async def test_redirect_leads_to_the_present_alias(
    client: ClientSession, addresses: Addresses
) -> None:
    url = f"{addresses['activities']}/organisation/esn-maynooth/activities"
    async with client.head(url, allow_redirects=True) as response:
        assert response.url.path == "/organisation/esn-kildare-students/activities"


@pytest.mark.parametrize(("asked", "given"), [("gzip, br", "gzip"), ("identity", None)])
async def test_gzip_when_asked_for(
    client: ClientSession, addresses: Addresses, asked: str, given: str | None
) -> None:
    headers = {"Accept-Encoding": asked}
    async with client.get(addresses["accounts"] + "/", headers=headers) as response:
        assert response.headers.get("Content-Encoding") == given
        assert response.charset == "utf-8"
        assert "ESN Türkiye" in await response.text()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_pages_have_the_weight_that_was_asked_for(
    client: ClientSession, network: Network, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    async with serving(network, page_weight=60_000) as heavy:
        for path in ("/activity/adventure-trip-lofoten-551", "/activity/nothing-0"):
            async with client.get(heavy["activities"] + path, headers=headers) as response:
                assert 59_000 < len(await response.read()) < 61_000


async def test_a_week_passes_on_both_sites(
    client: ClientSession, addresses: Addresses, network: Network
) -> None:
    week = a_week_later(network)
    former = [old for one in week.network.activities for old in one.former_slugs]
    statuses = {week.changes["new"][0]: (404, 200), week.changes["removed"][0]: (200, 404)}
    statuses[former[0]] = (200, 301)
    urls = {slug: f"{addresses['activities']}/activity/{slug}" for slug in statuses}
    before = {slug: await status(client, "GET", url) for slug, url in urls.items()}
    async with client.post(addresses["accounts"] + "/_sample/week") as response:
        assert await response.json() == {"today": str(week.network.today)}
    after = {slug: await status(client, "GET", url) for slug, url in urls.items()}
    assert {slug: (before[slug], after[slug]) for slug in urls} == statuses


@pytest.mark.parametrize("retry_after", [7, "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_status_with_retry_after(
    client: ClientSession, addresses: Addresses, retry_after: int | str
) -> None:
    await fail(client, addresses, kind="status", status=429, retry_after=retry_after, times=1)
    async with client.get(addresses["activities"] + "/") as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == str(retry_after)
    assert await status(client, "GET", addresses["activities"] + "/") == 200


async def test_fault_strikes_only_what_it_names(
    client: ClientSession, addresses: Addresses
) -> None:
    await fail(client, addresses, kind="status", site="accounts", method="HEAD", path="^/country/")
    country = addresses["accounts"] + "/country/tr"
    assert await status(client, "HEAD", country) == 503
    assert await status(client, "GET", country) == 200
    assert await status(client, "HEAD", addresses["accounts"] + "/") == 200
    assert await status(client, "HEAD", addresses["activities"] + "/country/tr") == 404


async def test_share_of_requests(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="status", status=500, share=0.5)
    url = addresses["accounts"] + "/country/tr"
    found = [await status(client, "GET", url) for _ in range(40)]
    assert 10 < found.count(500) < 30


async def test_dropped_connection(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="drop")
    with pytest.raises(ClientConnectionError):
        await status(client, "GET", addresses["accounts"] + "/")


async def test_truncated_body(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="truncate")
    async with client.get(addresses["accounts"] + "/") as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()


async def test_slow_answer_is_a_proper_one(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="slow", seconds=0.05)
    async with client.get(addresses["accounts"] + "/country/tr") as response:
        page = Selector(await response.text())
    assert page.css("h1::text").get() == "ESN Türkiye"


async def test_a_slow_answer_comes_once_all_works_again(
    client: ClientSession, addresses: Addresses
) -> None:
    orders = addresses["accounts"] + "/_sample"
    await fail(client, addresses, kind="slow", seconds=1000)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(status(client, "GET", addresses["accounts"] + "/slow"))
        asked = ""
        while "/slow" not in asked:
            async with client.get(f"{orders}/requests") as response:
                asked = await response.text()
        assert not asking.done()

        assert await status(client, "DELETE", f"{orders}/faults") == 204

    assert asking.result() == 404


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("shell", "<noscript>You need to enable JavaScript"),
        ("other_markup", "<strong>ESN Türkiye</strong>"),
    ],
)
async def test_page_in_disguise(
    client: ClientSession, addresses: Addresses, kind: str, text: str
) -> None:
    url = addresses["accounts"] + "/country/tr"
    async with client.get(url) as response:
        assert text not in await response.text()
    await fail(client, addresses, kind=kind, times=1)
    async with client.get(url) as response:
        assert response.status == 200
        assert text in await response.text()


async def text(client: ClientSession, url: str) -> str:
    async with client.get(url) as response:
        assert response.status == 200
        return await response.text()


@pytest.mark.parametrize("status", [200, 403, 429, 503])
async def test_impostor(client: ClientSession, addresses: Addresses, status: int) -> None:
    await fail(client, addresses, kind="impostor", page="login", status=status)
    async with client.get(addresses["accounts"] + "/section/tr-anka-met") as response:
        assert response.status == status
        assert "destination=/section/tr-anka-met" in await response.text()


async def test_another_page_in_place_of_the_one_asked_for(
    client: ClientSession, addresses: Addresses
) -> None:
    other = "/country/no"
    proper = await text(client, addresses["accounts"] + other)
    await fail(client, addresses, kind="swapped", other=other)
    assert await text(client, addresses["accounts"] + "/country/tr") == proper


async def test_cut_page_passes_for_a_whole_one(client: ClientSession, addresses: Addresses) -> None:
    url = addresses["accounts"] + "/country/tr"
    proper = (await text(client, url)).encode()
    await fail(client, addresses, kind="cut", part=0.7, times=1)
    async with client.get(url) as response:
        body = await response.read()
    assert body == proper[: int(len(proper) * 0.7)]
    await fail(client, addresses, kind="cut", part=0.2, closed=True)
    assert (await text(client, url)).endswith("</body></html>")


async def test_emptied_page(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="emptied")
    page = Selector(await text(client, addresses["accounts"] + "/country/tr"))
    assert page.css("main")
    assert not page.css("h1")


async def test_cards_of_a_day_come_in_another_order_each_time(
    client: ClientSession, network: Network
) -> None:
    days = {one.start for one in network.activities}
    crowded = replace(
        network,
        cards_a_page=5,
        activities=tuple(
            replace(one, start=min(days), end=min(days)) for one in network.activities
        ),
    )
    count = len(crowded.listing("esn-metu"))
    async with serving(crowded) as found:
        await fail(client, found, kind="shuffled")
        url = f"{found['activities']}/organisation/esn-metu/activities?page="
        readings = [
            [
                Selector(await text(client, f"{url}{number}"))
                .css(".eg-c-card-title a::attr(href)")
                .getall()
                for number in range(-(-count // 5))
            ]
            for _ in range(2)
        ]
    for pages in readings:
        assert {len(page) for page in pages[:-1]} == {5}
        assert len(set().union(*pages)) < count  # some hide, as others repeat
    assert readings[0] != readings[1]


async def test_shuffled_listings_keep_their_days(client: ClientSession, network: Network) -> None:
    async with serving(network) as found:
        url = f"{found['activities']}/organisation/esn-metu/activities"
        await fail(client, found, kind="shuffled")
        page = Selector(await text(client, url))
    shown = page.css(".act-date time:first-of-type::text").getall()
    assert shown == [f"{one.start:%d/%m/%Y}" for one in network.listing("esn-metu")[:10]]


async def test_faults_can_be_cleared(client: ClientSession, addresses: Addresses) -> None:
    await fail(client, addresses, kind="status")
    async with client.delete(addresses["activities"] + "/_sample/faults") as response:
        assert response.status == 204
    assert await status(client, "GET", addresses["accounts"] + "/") == 200


@pytest.mark.parametrize("body", ["{", '[{"kind": "flood"}]', '[{"kind": "drop", "path": "("}]'])
async def test_refuses_a_fault_that_makes_no_sense(
    client: ClientSession, addresses: Addresses, body: str
) -> None:
    url = addresses["accounts"] + "/_sample/faults"
    async with client.post(url, data=body) as response:
        assert response.status == 400


async def test_requests_are_written_down(client: ClientSession, addresses: Addresses) -> None:
    await status(client, "GET", addresses["accounts"] + "/country/tr")
    await status(client, "HEAD", addresses["activities"] + "/organisation/x/activities?page=1")
    log = addresses["accounts"] + "/_sample/requests"
    async with client.get(log) as response:
        assert await response.json() == [
            ["accounts", "GET", "/country/tr"],
            ["activities", "HEAD", "/organisation/x/activities?page=1"],
        ]
    await status(client, "DELETE", log)
    async with client.get(log) as response:
        assert await response.json() == []
