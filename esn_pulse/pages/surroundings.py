"""What stands around the content of a page: menus, footers, side bars, the site's own header."""

from itertools import takewhile

from esn_pulse.pages.markup import Element, find_xpath, has_class, texts

_FOOTERS = " or ".join(has_class(name) for name in ("footer", "site-footer", "region-footer"))
_ROLES = " or ".join(f'@role="{role}"' for role in ("navigation", "contentinfo", "complementary"))
# An article has a header and a footer of its own, which belong to it.
_OF_ARTICLE = "ancestor::article or .//main or .//article or self::body"
_IS_HEADER = f'(self::header or @role="banner") and not(ancestor::main or {_OF_ARTICLE})'
_IS_FOOTER = f"(self::footer or {_FOOTERS}) and not({_OF_ARTICLE})"
_IS_AROUND = f"self::nav or self::aside or {_ROLES} or ({_IS_FOOTER})"

AROUND = f".//*[{_IS_AROUND} or ({_IS_HEADER})]"

# A block of its own within the content, but not that of the page's title.
_FOREIGN_BLOCK = (
    f'ancestor::*[{has_class("block")}][1][not(contains(@class, "page-title"))]'
    '[not(.//article or .//*[contains(@class, "field--name-field-")])]'
)
_HEADING = (
    ".//h1[not(ancestor::article or .//a[@href='/'] or ancestor::a[@href='/'])]"
    f"[not(ancestor::*[{_IS_AROUND}])][not({_FOREIGN_BLOCK})]"
)
_IN_SITE_HEADER = f"ancestor::*[{_IS_HEADER}]"


def headings(root: Element) -> list[Element]:
    """Find the h1 of a page, but not those of its surroundings, of articles and other blocks."""
    return find_xpath([root], _HEADING)


def page_heading(root: Element, before: Element | None) -> list[Element]:
    """Find the heading of the page's content, among those of the site, its blocks and teasers.

    :param root: of the page.
    :param before: the article that it stands above, if the page has one.
    :returns: one element, or none when several might be it and the page's ``title`` names none.
    """
    above = set(takewhile(lambda one: one is not before, root.iter("h1", "article")))
    found = [h1 for h1 in headings(root) if h1 in above and texts([h1]) != [""]]
    of_content = [h1 for h1 in found if not find_xpath([h1], _IN_SITE_HEADER)]
    if len(set(texts(of_content))) == 1:
        return of_content[:1]
    titles = texts(find_xpath([root], ".//head/title"))
    named = [
        heading
        for heading, text in zip(found, texts(found), strict=True)
        if any(title.startswith(f"{text} |") for title in titles)
    ]
    return named[:1]
