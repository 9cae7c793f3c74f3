import pytest

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.web.settings import EsnClient, WebSettings
from tests.conftest import Crawl
from tests.web.servers import web_settings

WRONG = [
    *[("WEB_PORT", value) for value in ("http", "-1", "65536", "80.5", "8000/tcp")],
    *[
        (name, value)
        for name in ("WEB_URL", "WEB_CORS_ORIGINS")
        for value in (
            "example.org",
            "//example.org",
            "ftp://example.org",
            "https://",
            "https:///",
            "https://example.org/pulse",
            "https://example.org//",
            "https://example.org?x=1",
            "https://example.org#x",
            "https://me:hunter2@example.org",
            "https://example.org:99999",
            "https://example.org:http",
            "https://[::1",
            "https://*.example.org",
            'https://example.org"',
            "null",
        )
    ],
    *[("WEB_METRICS_OPEN", value) for value in ("maybe", "on")],
    ("WEB_URL", "https://exa mple.org"),
    ("WEB_URL", "*"),
    *[
        ("WEB_PROXIES", value)
        for value in ("*", "proxy", "10.0.0.1/8", "10.0.0.0/33", "300.1.1.1", "127.0.0.1:80", "::g")
    ],
    *[
        ("WEB_LIMITS", value)
        for value in ("300", "minute", "300/fortnight", "-1/minute", "0/minute", "5/hour; 0/minute")
    ],
]


def read(**given: str) -> WebSettings:
    return WebSettings.read(web_settings(**given))


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(**{name: value})

    said = str(refused.value)
    assert said.startswith(name)
    assert value.split(maxsplit=1)[0] in said
    assert "Give it" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "value"), [("WEB_PORT", "80000"), ("WEB_URL", "x"), ("WEB_LIMITS", "many")]
)
def test_the_command_says_so_in_one_line_before_it_looks_for_a_database(
    name: str, value: str, crawl: Crawl
) -> None:
    ended = crawl("web", **{name: value}, DATABASE_URL="no address")

    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"Error: {name} ")


def test_what_is_there_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    told = read(WEB_PORT="8000", WEB_LIMITS="300/minute")

    assert (told.host, told.port, told.url) == ("127.0.0.1", 8000, None)
    assert (told.proxies, told.cors_origins) == ([], [])
    assert [str(limit) for limit in told.limits] == ["300 per 1 minute"]
    assert not told.metrics_open


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("HTTPS://Example.ORG:443", "https://example.org"),
        ("http://example.org:80/", "http://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_understood_as_browsers_write_it(given: str, understood: str) -> None:
    assert read(WEB_URL=given).url == understood
    assert read(WEB_CORS_ORIGINS=given).cors_origins == [understood]


def test_several_words_are_parted_by_commas_or_spaces() -> None:
    told = read(
        WEB_PROXIES=" 127.0.0.1,10.0.0.0/8  ::1\n2001:DB8::/32",
        WEB_CORS_ORIGINS="https://a.example, https://b.example",
        WEB_LIMITS="5/second; 300/minute",
    )

    assert told.proxies == ["127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"]
    assert told.cors_origins == ["https://a.example", "https://b.example"]
    assert [limit.amount for limit in told.limits] == [5, 300]


def test_whoever_wants_it_lets_all_pages_read_and_everybody_ask_as_often_as_he_likes() -> None:
    assert read(WEB_CORS_ORIGINS="*").cors_origins == ["*"]
    assert read(WEB_LIMITS=" ").limits == []


def as_client(patch: pytest.MonkeyPatch, client_id: str, secret: str) -> None:
    patch.setenv("ESN_CLIENT_ID", client_id)
    patch.setenv("ESN_CLIENT_SECRET", secret)


def test_esn_knows_us_by_what_the_environment_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read().esn is None
    as_client(monkeypatch, "pulse", "hunter2")
    told = read(WEB_URL="https://pulse.example/", ESN_ACCOUNTS_URL="https://accounts.example/")
    assert told.esn == EsnClient(
        "https://accounts.example", "https://pulse.example", "pulse", "hunter2"
    )
    assert "hunter2" not in repr(told)


@pytest.mark.parametrize(
    ("client", "settings", "said"),
    [
        (("pulse", ""), {}, "ESN's sign-in needs both ESN_CLIENT_ID and ESN_CLIENT_SECRET"),
        (("", "hunter2"), {}, "ESN's sign-in needs both ESN_CLIENT_ID and ESN_CLIENT_SECRET"),
        (("pulse", "hunter2"), {"WEB_URL": ""}, "Set WEB_URL to how the public reaches this web"),
        (
            ("pulse", "hunter2"),
            {"ESN_ACCOUNTS_URL": "http://accounts.example"},
            "ESN_ACCOUNTS_URL is 'http://accounts.example', but must start with https://",
        ),
    ],
)
def test_a_sign_in_that_could_not_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, client: tuple[str, str], settings: dict[str, str], said: str
) -> None:
    as_client(monkeypatch, *client)
    with pytest.raises(ConfigurationError) as refused:
        read(**{"WEB_URL": "https://pulse.example", **settings})
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)
