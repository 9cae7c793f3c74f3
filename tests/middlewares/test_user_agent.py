import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

from esn_pulse.middlewares.user_agent import RotatingUserAgent

URL = "https://accounts.esn.org/"


def drawn(middleware: RotatingUserAgent, request: Request) -> str:
    middleware.process_request(request)
    return (request.headers["User-Agent"] or b"").decode()


def test_a_user_agent_is_drawn_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([2, 0, 0, 1])
    monkeypatch.setattr(
        "esn_pulse.middlewares.user_agent.random.choice", lambda agents: agents[next(draws)]
    )
    middleware = RotatingUserAgent(["one/1.0", "two/2.0", "three/3.0"])
    agents = [drawn(middleware, Request(URL)) for _ in range(4)]
    assert agents == ["three/3.0", "one/1.0", "one/1.0", "two/2.0"]


def test_every_user_agent_gets_its_turn() -> None:
    agents = ["one/1.0", "two/2.0", "three/3.0"]
    middleware = RotatingUserAgent(agents)
    assert {drawn(middleware, Request(URL)) for _ in range(500)} == set(agents)


def test_a_request_keeps_the_user_agent_it_has() -> None:
    middleware = RotatingUserAgent(["one/1.0"])
    assert drawn(middleware, Request(URL, headers={"User-Agent": "own/1.0"})) == "own/1.0"
    request = Request(URL)
    drawn(middleware, request)
    assert drawn(RotatingUserAgent(["two/2.0"]), request.copy()) == "one/1.0"


def test_without_user_agents_it_is_switched_off() -> None:
    with pytest.raises(NotConfigured, match="ESN_USER_AGENTS"):
        RotatingUserAgent([])


@pytest.mark.parametrize("given", [["one/1.0", "two/2.0"], "one/1.0,two/2.0"])
def test_user_agents_are_a_setting(given: object) -> None:
    crawler = Crawler(Spider, Settings({"ESN_USER_AGENTS": given}))
    middleware = RotatingUserAgent.from_crawler(crawler)
    assert drawn(middleware, Request(URL)) in {"one/1.0", "two/2.0"}


def test_by_default_there_are_three_browsers() -> None:
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    agents = settings.getlist("ESN_USER_AGENTS")
    assert len(set(agents)) == 3
    assert all(agent.startswith("Mozilla/5.0 (") for agent in agents)
