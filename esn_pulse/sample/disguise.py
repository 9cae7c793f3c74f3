"""Pages in disguise: as a shell that only JavaScript fills, and as after a redesign of the site."""

import json

from lxml import html

from esn_pulse.sample.routes import Answer

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


_DISGUISES = {"shell": as_shell, "other_markup": in_other_markup}


def disguised(answer: Answer, kind: str) -> Answer:
    """Return a page in the disguise of that kind of fault; all else is returned as it is."""
    if kind not in _DISGUISES or (answer.status, answer.content_type) != (200, "text/html"):
        return answer
    return answer._replace(body=_DISGUISES[kind](answer.body))
