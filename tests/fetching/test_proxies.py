import pytest

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.fetching.proxies import proxy_for, spare_loopback

SITE = "https://accounts.esn.org/section/x"
PROXY = "http://proxy.test:3128"


@pytest.fixture(autouse=True)
def _nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")  # so that it is what it was afterwards
    monkeypatch.delenv("no_proxy")


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("given", [PROXY, "proxy.test:3128"])
def test_the_environment_names_it(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, given)
    assert proxy_for(SITE) == PROXY


def test_it_is_that_of_the_scheme_and_lower_case_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in "http_proxy", "HTTPS_PROXY", "all_proxy":
        monkeypatch.setenv(name, "http://other.test")
    monkeypatch.setenv("https_proxy", PROXY)
    assert proxy_for(SITE) == PROXY


@pytest.mark.parametrize(
    ("given", "login"),
    [("token", "token:"), ("a:€@b", "a:%E2%82%AC%40b"), ("a:%e2%82%ac", "a:%E2%82%AC")],
)
def test_a_login_is_whole_and_encoded(
    given: str, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"{given}@proxy.test:3128/")
    assert proxy_for(SITE) == f"http://{login}@proxy.test:3128"


@pytest.mark.parametrize(
    "listed",
    [
        *("accounts.esn.org", "esn.org", ".esn.org", "other, esn.org", "*"),
        *("*.esn.org", "accounts.esn.org:443", "esn.org.", "ESN.org"),
    ],
)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_hosts_can_be_left_out(name: str, listed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", PROXY)
    monkeypatch.setenv(name, listed)
    spare_loopback()  # keeps what is listed
    assert proxy_for(SITE) is None


@pytest.mark.parametrize("listed", ["n.org", "section.accounts.esn.org", "."])
def test_others_are_not(listed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", PROXY)
    monkeypatch.setenv("no_proxy", listed)
    assert proxy_for(SITE) == PROXY


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"])
def test_this_machine_always_is(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", PROXY)
    monkeypatch.setenv("all_proxy", PROXY)
    assert proxy_for(f"http://{host}:8000/") is None


@pytest.mark.parametrize(
    "given",
    [
        "socks5://a:hunter2@proxy.test:1080",
        "https://a:hunter2@proxy.test",
        "http://a:hunter2@b:c",
        "http://a:hunter2#b@proxy.test:3128",
        "http://a:1?hunter2@proxy.test:3128",
        "http://a:1/hunter2@proxy.test:3128",
        "http://proxy.test:3128/hunter2",
        "http://a:hunter2%FF@proxy.test:3128",
        "http://a:hunter2\udcff@proxy.test:3128",
        "http://a:hunter2 @proxy.test:3128",
        "http://:hunter2@proxy.test:3128",
    ],
)
def test_what_is_no_http_proxy_is_refused_without_its_password(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", given)
    with pytest.raises(ConfigurationError, match="all_proxy in the environment is not") as refused:
        proxy_for(SITE)
    assert "hunter2" not in str(refused.value)
    assert "%23 for #" in str(refused.value)
