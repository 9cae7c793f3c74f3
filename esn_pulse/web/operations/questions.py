"""What is asked once more before anything is done."""

from dataclasses import dataclass, field

from fastapi import Request
from starlette.responses import Response

from esn_pulse.web.dashboard.rendering import Page, Pages


@dataclass(frozen=True)
class Question(Page):
    """Whether to do something.

    :ivar says: what there is to know of it, in sentences.
    :ivar action: where the answer goes.
    :ivar fields: that go with it.
    :ivar button: does it; '' when it can't be done.
    :ivar back: leads to where one came from.
    :ivar instead: text and path of what there is to see in its place.
    """

    says: list[str]
    action: str
    button: str
    back: str
    fields: dict[str, str] = field(default_factory=dict)
    instead: tuple[str, str] | None = None


def ask(request: Request, question: Question, status: int = 200) -> Response:
    """Ask it, on a page of its own."""
    pages: Pages = request.app.state.pages
    return pages.render(request, "operations_question.html.j2", question, status)
