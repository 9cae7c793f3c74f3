"""Pages that stand in place of those that were asked for: whole, but not what they should be."""

import re
from random import Random
from typing import Literal, get_args

from markupsafe import Markup, escape

from sample.network.model import SiteName
from sample.sites.render import error_page, framed

Impostor = Literal["rejection", "bot_wall", "maintenance", "not_found", "login", "unknown", "empty"]
IMPOSTORS: tuple[Impostor, ...] = get_args(Impostor)

_ELEMENTS = ("h1", "h2", "p", "article", "section", "span", "time", "li", "strong", "pre", "footer")
_LETTERS = "aeiouyäöşžαβλдж日本bcdfghklmnprstvz"
_LINKS = ("/{}", "/news/{}", "/country/xk", "/section/xk-{}", "/activity/{}-{}", "/organisation/{}")
_LINK = Markup('<a href="{}">{}</a>')
_CONTENT = re.compile(r"(<main\b[^>]*>).*(</main>)", re.DOTALL)
_SETTINGS = re.compile(r'(<script type="application/json"[^>]*>).*?(</script>)', re.DOTALL)


def impostor(which: Impostor, site: SiteName, target: str, seed: int) -> str:
    """Return a page of a kind, as a site gives it in place of ``target``; the same each time."""
    rng = Random(f"{seed}/{site}/{target}/{which}")
    match which:
        case "empty":
            return ""
        case "not_found":
            return error_page("Page not found", site)
        case "unknown":
            return _unknown(site, rng)
    number, host = rng.randrange(10**18, 10**19), f"{site}.esn.example"
    return framed(site, f"impostors/{which}.html", number=number, host=host, target=target)


def _unknown(site: SiteName, rng: Random) -> str:
    """Return a page on which only its frame and links, if they, are as the site's own ones."""
    parts = [(rng.choice(_ELEMENTS), _word(rng), _text(rng)) for _ in range(rng.randint(0, 15))]
    framing, title = rng.random() < 0.5, f"{_word(rng)} {_word(rng)}"
    return framed(site, "impostors/unknown.html", framed=framing, title=title, parts=parts)


def _text(rng: Random) -> Markup:
    """Return some words, a few of which lead to pages such as the sites have."""
    words = []
    for _ in range(rng.randint(0, 12)):
        word, link = _word(rng), rng.choice(_LINKS).format(_word(rng), rng.randrange(10**5))
        words.append(_LINK.format(link, word) if rng.random() < 0.2 else escape(word))
    return Markup(" ").join(words)


def _word(rng: Random) -> str:
    return "".join(rng.choices(_LETTERS, k=rng.randint(1, 9)))


def emptied(page: str) -> str:
    """Return the frame of a page, without its content and the settings that come with it."""
    frame = _CONTENT.sub(r"\1\2", page)
    return _SETTINGS.sub(r'\1{"path": {"baseUrl": "/"}, "user": {"uid": 0}}\2', frame)


def cut(body: bytes, part: float, *, closed: bool) -> bytes:
    """Return the first part of a page (a share of its bytes), with the end of one if ``closed``."""
    return body[: int(len(body) * part)] + (b"</body></html>" if closed else b"")
