"""A browser, as far as cookies go: it keeps them whatever their flags are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

import requests
from parsel import Selector

from tests.web.servers import Site


@dataclass
class Browser:
    """A browser.

    :ivar origin: of the pages that it shows.
    :ivar cookies: what it has.
    :ivar set: what it was told to keep, with all flags.
    """

    site: Site
    origin: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    set: dict[str, "Morsel[str]"] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> requests.Response:
        """Ask for a page."""
        return self._kept(self.site.get(path, **self._sent(), **headers))

    def post(self, path: str, form: Mapping[str, str] | None = None) -> requests.Response:
        """Send a form of one of our pages."""
        origin = self.origin or self.site.url
        sent = self.site.send_form(path, form or {}, **self._sent(), Origin=origin)
        return self._kept(sent)

    def sign_in(self, name: str, password: str, leads_to: str = "/") -> requests.Response:
        """Send the form of the sign-in."""
        return self.post("/sign-in", {"name": name, "password": password, "next": leads_to})

    def go_to_esn(self, leads_to: str = "/") -> str:
        """Sign in there; returns the path by which one is led back."""
        went = self.get(f"/sign-in/esn?next={leads_to}")
        assert went.status_code == 303, went.text
        there = requests.get(went.headers["Location"], allow_redirects=False, timeout=30)
        back = urlsplit(there.headers["Location"])
        return f"{back.path}?{back.query}"

    @property
    def name(self) -> str:
        """The name that a page shows; '' of nobody."""
        page = Selector(self.get("/sign-in/nothing").text)
        return page.xpath("normalize-space(//header//*[@class='name'])").get(default="")

    def _sent(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}

    def _kept(self, answer: requests.Response) -> requests.Response:
        for line in answer.raw.headers.getlist("Set-Cookie"):
            for name, one in SimpleCookie(line).items():
                self.set[name] = one
                self.cookies[name] = one.value
                if one["max-age"] == "0":
                    del self.cookies[name]
        return answer


def refusal(answer: requests.Response, status: int) -> str:
    """Return what the page of the sign-in says of why it did not work."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    return Selector(answer.text).css("[role=alert]::text").get(default="")
