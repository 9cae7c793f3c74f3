"""Pages in disguise: marked up, linked or filled in another way, or not filled at all."""

import json
import re
from zlib import crc32

from lxml import html
from markupsafe import escape

from sample.sites.faults import Fault
from sample.sites.impostors import emptied
from sample.sites.routes import Answer

_SHELL = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>ESN</title></head>
<body>
  <noscript>You need to enable JavaScript to run this app.</noscript>
  <div id="app"></div>
  <script>
    const page = {page};
    setTimeout(() => {{ document.documentElement.innerHTML = page; }}, 50);
  </script>
</body>
</html>
"""

_LINKS = re.compile(r'(href=")(/(?:activity|country|organisation|section)/[^"]*)')
_NODE = re.compile(r"/activity/[^/]*-(\d+)$", re.ASCII)


def as_shell(page: str) -> str:
    """Return an empty page with a script that makes ``page`` of it."""
    text = json.dumps(page).replace("<", "\\u003c")  # so that no tag in it ends the script
    return _SHELL.format(page=text)


def in_other_markup(page: str) -> str:
    """Return a page with the same text, in which nothing is marked as it was.

    Classes, ids, data attributes and scripts are gone, headings are bold text, and the site's own
    links lead elsewhere.
    """
    tree = html.document_fromstring(page)
    for element in tree.xpath("//script"):
        element.drop_tree()
    for element in tree.xpath("//h1 | //h2 | //h3 | //h4 | //h5"):
        element.tag = "strong"
    for element in tree.xpath("//*[@*]"):
        for name in element.attrib:
            if name in ("class", "id", "title", "alt") or name.startswith("data-"):
                del element.attrib[name]
    for link in tree.xpath("//a[starts-with(@href, '/')]"):
        link.set("href", "/new" + link.get("href"))
    return str(html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))


def with_prefix(page: str, prefix: str, part: float) -> str:
    """Return a page in which part of the links lead to the same pages in a roundabout way."""

    def lead(link: re.Match[str]) -> str:
        is_chosen = crc32(link[2].encode()) % 1000 < 1000 * part
        return f"{link[1]}{prefix if is_chosen else ''}{link[2]}"

    return _LINKS.sub(lead, page)


def with_own_address(page: str, url: str) -> str:
    """Return a page whose head says where it lies, as Drupal's modules let it."""
    address = escape(url.partition("?")[0])
    links = f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">'
    if number := _NODE.search(address):
        links += f'<link rel="shortlink" href="/node/{number[1]}">'
    return page.replace("</head>", f"{links}</head>", 1)


def disguised(answer: Answer, fault: Fault, url: str) -> Answer:
    """Return the page at ``url`` as a fault disguises it; what is no page is returned as it is."""
    if (answer.status, answer.content_type) != (200, "text/html"):
        return answer
    match fault.kind:
        case "shell":
            body = as_shell(answer.body)
        case "other_markup":
            body = in_other_markup(answer.body)
        case "emptied":
            body = emptied(answer.body)
        case "prefixed":
            body = with_prefix(answer.body, fault.prefix, fault.part)
        case "canonical":
            body = with_own_address(answer.body, url)
        case _:
            return answer
    return answer._replace(body=body)
