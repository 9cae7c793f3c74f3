"""Which part of the network a run of accounts reads."""

from dataclasses import dataclass, field

from esn_pulse.database.queries.repairs import FailedPage
from esn_pulse.pages.accounts import SectionLink
from esn_pulse.pages.addresses import slug_in


@dataclass
class Scope:
    """What to follow from the start page.

    :ivar countries: their codes; None for all.
    :ivar sections: the codes of their countries, for sections to ask for by themselves.
    :ivar must_exist: whether somebody asked for the countries, who may have mistyped them.
    """

    countries: set[str] | None = None
    sections: dict[SectionLink, str] = field(default_factory=dict)
    must_exist: bool = True


def scope_of_failures(failures: list[FailedPage]) -> Scope:
    """Tell what has to be followed so that all failed pages are asked for again."""
    scope = Scope(set(), must_exist=False)
    for page in failures:
        code = slug_in(page.url, "country") or page.national_of
        if code and scope.countries is not None:
            scope.countries.add(code.upper())
        elif page.accounts_platform_slug and page.accounts_url and page.country_code:
            # Its own page, or the search for its alias.
            link = SectionLink(page.accounts_platform_slug, page.name, page.accounts_url)
            scope.sections[link] = page.country_code
        else:  # the start page, or a section of which nothing could be stored yet
            return Scope()
    known = scope.countries or set()
    scope.sections = {link: code for link, code in scope.sections.items() if code not in known}
    return scope


def no_country(scope: Scope, known: set[str]) -> str:
    """Say that there are none of the countries that somebody asked for."""
    missing, there = (", ".join(sorted(codes)) for codes in (scope.countries or (), known))
    return f"the site has no country '{missing}'; it has: {there.lower()}"
