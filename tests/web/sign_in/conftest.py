"""A web in which local users and ESN accounts sign in."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg import AsyncConnection

from esn_pulse.web.sign_in import local_users
from esn_pulse.web.sign_in.passwords import hash_password
from esn_pulse.web.sign_in.people import Belongings
from tests.bi.network import Network
from tests.conftest import filled_database
from tests.web.servers import Clock, Site, served
from tests.web.sign_in.browsers import Browser
from tests.web.sign_in.provider import CLIENT, SECRET, Provider, provided

URL = "http://pulse.example"
CALLBACK = f"{URL}/sign-in/esn/callback"
PASSWORD = "correct horse battery"


async def fill(conninfo: str) -> None:
    async with await AsyncConnection.connect(conninfo) as connection:
        network = Network(connection)
        await network.country("TR", "Türkiye")
        await network.section("ESN METU", "TR", accounts_platform_slug="tr-anka-met")
        await network.refreshed()


@pytest.fixture(scope="module")
def web_database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with one section, and the local user ``anna``."""
    with filled_database(server, migrated_template, fill) as conninfo:
        with psycopg.connect(conninfo) as connection:
            local_users.add(connection, "anna", hash_password(PASSWORD), Belongings())
        yield conninfo


@pytest.fixture
def connection(web_database: str) -> Iterator[psycopg.Connection]:
    """Connection to it, each statement its own transaction."""
    with psycopg.connect(web_database, autocommit=True) as connected:
        yield connected


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The web's clock."""
    return Clock()


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[Provider]:
    """ESN's sign-in for all tests of a module."""
    with provided(CALLBACK) as provider:
        yield provider


@pytest.fixture
def provider(shared_provider: Provider) -> Provider:
    """That, as it is when all is well."""
    fresh = Provider(CALLBACK)
    for name in "userinfo", "is_denied", "answers", "asked", "secrets":
        setattr(shared_provider, name, getattr(fresh, name))
    shared_provider.may_answer.set()
    return shared_provider


@contextmanager
def esn_site(
    conninfo: str, provider: Provider, clock: Clock, url: str = URL, secret: str = SECRET
) -> Iterator[Site]:
    """A web with ESN's sign-in."""
    given = {"WEB_URL": url, "ESN_ACCOUNTS_URL": provider.url, "WEB_PROXIES": "127.0.0.1"}
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ESN_CLIENT_ID", CLIENT)
            patch.setenv("ESN_CLIENT_SECRET", secret)
            site = stack.enter_context(served(conninfo, clock, conninfo, **given))
        yield site


@pytest.fixture(scope="module")
def site(web_database: str, shared_provider: Provider, clock: Clock) -> Iterator[Site]:
    """A web, as the public reaches it by http."""
    with esn_site(web_database, shared_provider, clock) as opened:
        yield opened


@pytest.fixture
def browser(site: Site, clock: Clock) -> Browser:
    """A browser with nothing in it, when nobody has tried anything for an hour."""
    clock.now += 3600
    return Browser(site, URL)
