"""Redirects that lead to a page which is asked for anyway are not followed."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response


class MergingRedirect(RedirectMiddleware):
    """Scrapy's, which first tells where it leads to whoever asked for the page.

    That is a function in ``meta["leads_to"]``, which takes the address, and raises
    ``AskedAlready`` when the page there is asked for by itself.
    """

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Follow a redirect, unless nobody needs the page at its end."""
        outcome = super().process_response(request, response)
        if isinstance(outcome, Request) and (leads_to := request.meta.get("leads_to")):
            leads_to(outcome.url)
        return outcome
