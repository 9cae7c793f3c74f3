"""Whether a page is whole: what was opened must have been closed by its end.

A parser mends what is cut short without a word. So this looks at the source.
"""

import re
from collections import Counter

from lxml import etree
from scrapy.http import HtmlResponse

# Those that make up any page, and what holds its content. Others are left open by sloppy markup,
# which is none the less whole.
_BLOCKS = ("html", "body", "main", "article")
_BLOCK_ENDS = re.compile(rf"</(?:{'|'.join(_BLOCKS)})\b", re.IGNORECASE)
_OF_NO_MARKUP = (etree.Comment, "script", "style", "textarea")
_TAG = re.compile(
    r"<(?:(?P<end>/)?(?P<name>[a-z][^\s/>]*)"
    r"""(?:[^>=]|=(?!\s*["'])|=\s*"[^"]*"|=\s*'[^']*')*+>|[!?][^>]*>)""",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"<(?=[!?]|/?(?:[a-z]|\Z))", re.IGNORECASE)
_COMMENT_ENDS = re.compile(r"--!?>")
_RAW = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "textarea")
}


def is_cut_short(page: HtmlResponse) -> bool:
    """Say whether a page ends within a tag or a comment, or lacks the end of a block."""
    text = page.text
    end = text.rfind("</html>")
    if end >= 0 and text.rfind("</body>", 0, end) >= 0 and _adds_up(page, text):
        return _lacks_an_end(text[end:])
    return _lacks_an_end(text)


def _adds_up(page: HtmlResponse, text: str) -> bool:
    """Say whether what the parser has found opened is closed as often: nearly always, it is.

    To go through the source takes longer than to read the page.
    """
    root, begin = page.selector.root, max(text.find("<main"), 0)  # the head is long
    return all(
        sum(1 for _ in root.iter(block)) == text.count(f"</{block}>", begin)
        for block in ("main", "article")
    ) and not any(_BLOCK_ENDS.search(one.text or "") for one in root.iter(*_OF_NO_MARKUP))


def _lacks_an_end(text: str) -> bool:
    """Go through the source tag by tag."""
    still_open: Counter[str] = Counter()
    position = 0
    while begin := _BEGINS.search(text, position):
        found = _token(text, begin.start())
        if found is None:
            return True
        position, tag = found
        if tag and tag["name"] and (name := tag["name"].lower()) in _BLOCKS:
            still_open[name] += -1 if tag["end"] else 1
    return max(still_open.values(), default=0) > 0


def _token(text: str, start: int) -> tuple[int, re.Match[str] | None] | None:
    """Return where a tag ends, a comment, or an element that holds no markup; None: nowhere."""
    if text.startswith("<!--", start):
        end = _COMMENT_ENDS.search(text, start + 2)  # "<!-->" is one, too
        return (end.end(), None) if end else None
    tag = _TAG.match(text, start)
    if tag is None:
        return None
    raw = None if tag["end"] else _RAW.get((tag["name"] or "").lower())
    if raw is None:
        return tag.end(), tag
    end = raw.search(text, tag.end())
    return (end.end(), None) if end else None
