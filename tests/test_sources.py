import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from esn_pulse.exceptions import ConfigurationError, RunFailed
from esn_pulse.sources import ACCOUNTS, SOURCES, Source


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://accounts.esn.org", "https://accounts.esn.org"),
        ("https://accounts.esn.org/", "https://accounts.esn.org"),
        (" https://accounts.esn.org \n", "https://accounts.esn.org"),
        ("https://mirror.example:8443/esn/", "https://mirror.example:8443/esn"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://LOCALHOST", "http://LOCALHOST"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_https_or_this_machine_is_accepted(source: Source, given: str, expected: str) -> None:
    assert source.url(Settings({source.url_setting: given})) == expected


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "given",
    [
        "http://accounts.esn.org",
        "https://accounts .esn.org",
        "https://user:secret@accounts.esn.org",
        "https://accounts.esn.org?a=b",
        "https://accounts.esn.org#a",
        "http://192.168.0.7:8000",
        "http://0.0.0.0",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1@accounts.esn.org",
        "http://accounts.esn.org#127.0.0.1",
        "ftp://127.0.0.1",
        "file:///etc/hosts",
        "accounts.esn.org",
        "//accounts.esn.org",
        "https://",
        "https:///country",
        "https://:8000",
        "https://accounts.esn.org:99999",
        "https://accounts.esn.org:eight",
        "https://[broken",
        "",
        None,
    ],
)
def test_anything_else_is_refused_with_the_name_of_the_setting(
    source: Source, given: str | None
) -> None:
    with pytest.raises(
        ConfigurationError, match=f"{source.url_setting} is .* must start with https://"
    ) as caught:
        source.url(Settings({source.url_setting: given}))
    assert isinstance(caught.value, RunFailed)


def test_the_refusal_shows_what_was_given() -> None:
    with pytest.raises(ConfigurationError, match=r"'http://accounts\.esn\.org'"):
        ACCOUNTS.url(Settings({"ESN_ACCOUNTS_URL": "http://accounts.esn.org/"}))


def test_each_source_has_the_spider_of_its_name() -> None:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["esn_pulse.spiders"]}))
    spiders = {name: loader.load(name) for name in loader.list()}
    assert {name: getattr(spider, "source", None) for name, spider in spiders.items()} == {
        source.name: source for source in SOURCES
    }


@pytest.mark.parametrize("has", ["module", "url_setting", "time_budget"])
def test_no_two_sources_share_what_tells_them_apart(has: str) -> None:
    assert len({getattr(source, has) for source in SOURCES}) == len(SOURCES)


def test_a_kind_of_record_comes_from_one_source() -> None:
    kinds = [kind for source in SOURCES for kind in source.items]
    assert len(set(kinds)) == len(kinds)
