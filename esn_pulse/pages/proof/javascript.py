"""Pages that only JavaScript fills: how such an empty shell is told from a page with content."""

from parsel import Selector
from scrapy.http import TextResponse

from esn_pulse.rules.text import clean_text

_FILLED = 200  # characters; a page that has so many of its own needs no script to fill it

# What surrounds the content of any page. A link into the page itself is a skip link.
_SURROUNDINGS = (
    "ancestor::head or ancestor::nav or ancestor::header or ancestor::footer"
    " or ancestor::script or ancestor::style or ancestor::noscript or ancestor::template"
    " or ancestor::a[starts-with(@href, '#')]"
)
_CONTENT = f".//text()[not({_SURROUNDINGS})]"

# Where frameworks put what they render: React, Vue, Angular, Next, Nuxt, Gatsby and their like.
_MOUNT_IDS = ("app", "main-app", "root", "react-root", "__next", "__nuxt", "___gatsby", "q-app")
_MOUNT_ATTRIBUTES = ("data-app", "data-v-app", "data-reactroot", "ng-app", "data-ng-app")
_MOUNT_POINTS = "//body//*[{}]".format(
    " or ".join(
        [
            "self::app-root",
            *(f"@id='{name}'" for name in _MOUNT_IDS),
            *(f"@{name}" for name in _MOUNT_ATTRIBUTES),
        ]
    )
)


def needs_javascript(page: TextResponse) -> bool:
    """Say whether a page that lacks what must be on it looks as if only JavaScript fills it.

    It runs a script, and has next to no text of its own. A page that is read all right may look
    the same (every Drupal page runs scripts), so this is only asked of one that is not.
    """
    return _runs_script(page) and len(_text(page.selector)) < _FILLED


def has_mount_point(page: TextResponse) -> bool:
    """Say whether a page also shows outright that a script is to fill it.

    That is an empty element of a name that such scripts look for, or a note to those without
    JavaScript. Asked of pages that may lack content with reason, such as an empty listing.
    """
    return needs_javascript(page) and (_has_empty_mount_point(page) or _asks_for_javascript(page))


def _runs_script(page: TextResponse) -> bool:
    """Look for a script that is code: others carry data, such as JSON."""
    kinds = (script.attrib.get("type", "").strip().lower() for script in page.css("script"))
    return any(kind in ("", "module") or "javascript" in kind for kind in kinds)


def _text(element: Selector) -> str:
    return clean_text(" ".join(element.xpath(_CONTENT).getall()))


def _has_empty_mount_point(page: TextResponse) -> bool:
    return any(not _text(element) for element in page.xpath(_MOUNT_POINTS))


def _asks_for_javascript(page: TextResponse) -> bool:
    """Look for a note of the whole page; a form's own says only that the form needs it."""
    notes = page.xpath("//noscript[not(ancestor::form)]").xpath("string()").getall()
    return any("javascript" in note.lower() for note in notes)
