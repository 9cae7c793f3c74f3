"""What a page looks like that is not the page.

An activity may be called "Access denied", and a form may have a captcha. So this is asked only of a
page of which nothing proves that it is the one that was asked for: to name it, and to tell it from
one that has nothing to show.
"""

import re

from parsel import Selector
from scrapy.http import Response, TextResponse

from esn_pulse.pages.surroundings import AROUND
from esn_pulse.rules.text import clean_text

ANOTHER_PAGE = "another page"
BOT_WALL = "a bot wall's check"

_READ = 200_000  # characters; no notice is longer
_LONGEST_NOTICE = 2000  # characters that a person sees of it, menus left out

_WALL_STATUSES = {200, 403, 429, 503}
# What a wall has in its markup: Cloudflare (which puts scripts/jsd into ordinary pages, too),
# DDoS-Guard, Sucuri, Imperva, Akamai, AWS, DataDome, PerimeterX; captchas.
_WALL_MARKUP = re.compile(
    r"challenge-platform/(?!(?:h/\w/)?scripts/jsd)|cdn-cgi/challenge/|cf[-_]chl|cf-turnstile"
    r"|cf-browser-verification|challenges\.cloudflare\.com|ddos-guard|sucuri[_.]cloudproxy"
    r"|_incapsula_resource|errors\.edgesuite\.net|awswaf|aws-waf-token"
    r"|captcha-delivery\.com|px-captcha|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/api"
)
_WALL_WORDS = re.compile(
    r"just a moment|attention required|one moment,? please|ddos[- ]guard|ddos protection"
    r"|sucuri website firewall|incapsula|imperva|access denied.*reference #"
    r"|checking (?:your|the) browser|checking if (?:the site connection is secure|you are human)"
    r"|(?:verify|verifying|confirm|prove)(?: that)? you(?: are|['’]re) (?:a )?(?:human|not a)"
    r"|i(?: a|['’])m not a robot|are you a (?:human|robot)|enable javascript and cookies"
    r"|unusual traffic|automated (?:requests|traffic|queries)|captcha|security check"
)

# In the order in which they are looked for; a form is told by its markup.
_WORDS = {
    "a firewall's rejection": (
        r"firewall|support id|mod_?security|incident id|web page blocked|not acceptable"
        r"|requested? (?:url )?(?:was|has been|is) (?:rejected|blocked)"
        r"|you (?:have been|are) blocked"
        r"|(?:request|access|page|site|you) .{0,40}blocked by|rejected"
    ),
    "a maintenance notice": (
        r"maintenance|back (?:soon|shortly|online)|temporarily (?:offline|closed)"
        r"|currently (?:offline|performing)|site is down"
    ),
    "a login form": r"^(?:log|sign) ?in\b",
    "a 'Page not found' page": (
        r"not (?:be )?found|access denied|not authori[sz]ed|forbidden|(?:does not|doesn['’]t) exist"
        r"|no longer (?:exists|available)|\b404\b"
    ),
    "a proxy's error page": (
        r"bad gateway|time-?out|unavailable|internal server error|proxy|cache server|varnish"
        r"|squid|guru meditation|cloudfront|upstream|unexpected error|unreachable|\b50\d\b"
    ),
}
_NAMED = {name: re.compile(words, re.MULTILINE) for name, words in _WORDS.items()}
_LOGIN = '//form[contains(@id, "user-login")] | //main//input[@type="password"]'
_NOTHING = "<html></html>"
_HEADINGS = "//title | //h1 | //h2[not(ancestor::nav)]"


class _Notice:
    """What a page says, in small letters: its headings and, if there is not much, its text."""

    def __init__(self, response: Response) -> None:
        text, self._page = _read(response)
        for around in self._page.xpath(AROUND):
            around.drop()
        said = [clean_text(one) for one in self._page.xpath(_HEADINGS).xpath("string()").getall()]
        words = self._page.xpath("//body//text()[not(parent::script or parent::style)]").getall()
        content = clean_text(" ".join(words))
        self.is_empty = not content
        self.is_short = len(content) <= _LONGEST_NOTICE
        self.markup = text.lower() if self.is_short else ""
        self.words = "\n".join([*said, content] if self.is_short else said).lower()

    @property
    def is_wall(self) -> bool:
        return bool(_WALL_MARKUP.search(self.markup) or _WALL_WORDS.search(self.words))

    @property
    def name(self) -> str:
        if self._page.xpath(_LOGIN):
            return "a login form"
        named = (name for name, words in _NAMED.items() if words.search(self.words))
        return next(named, ANOTHER_PAGE)


def _read(response: Response) -> tuple[str, Selector]:
    try:
        text = response.text[:_READ] if isinstance(response, TextResponse) else ""
        return text, Selector(text=text or _NOTHING, type="html")
    except (LookupError, ValueError):  # a charset that there is not, or that makes no text
        return "", Selector(text=_NOTHING, type="html")


def is_bot_wall(response: Response) -> bool:
    """Say whether an answer is the check of a bot wall, which asks for a person or a browser."""
    return response.status in _WALL_STATUSES and _Notice(response).is_wall


def has_content(response: Response) -> bool:
    """Say whether a page says anything at all beside what stands around any page's content."""
    return not _Notice(response).is_empty


def what_it_is(response: Response) -> str:
    """Name what an answer looks like that is not the page that was asked for.

    :returns: such as ``a maintenance notice``; ``another page`` when it looks like none of them.
    """
    notice = _Notice(response)
    if notice.is_wall and response.status in _WALL_STATUSES:
        return BOT_WALL
    return notice.name


def is_recognised(response: Response) -> bool:
    """Say whether an answer looks like something that is certainly not the page."""
    return what_it_is(response) != ANOTHER_PAGE
