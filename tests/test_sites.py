import pytest
from scrapy.settings import Settings

from esn_pulse.exceptions import ConfigurationError, RunFailed
from esn_pulse.sites import ACCOUNTS, ACTIVITIES, site_url


@pytest.mark.parametrize("name", [ACCOUNTS, ACTIVITIES])
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
def test_https_or_this_machine_is_accepted(name: str, given: str, expected: str) -> None:
    assert site_url(Settings({name: given}), name) == expected


@pytest.mark.parametrize("name", [ACCOUNTS, ACTIVITIES])
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
    name: str, given: str | None
) -> None:
    with pytest.raises(
        ConfigurationError, match=f"{name} is .* must start with https://"
    ) as caught:
        site_url(Settings({name: given}), name)
    assert isinstance(caught.value, RunFailed)


def test_the_refusal_shows_what_was_given() -> None:
    with pytest.raises(ConfigurationError, match=r"'http://accounts\.esn\.org'"):
        site_url(Settings({ACCOUNTS: "http://accounts.esn.org/"}), ACCOUNTS)
