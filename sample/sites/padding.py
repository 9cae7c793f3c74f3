"""What makes a real Drupal page heavy and says nothing: styles, menus with drawings, settings."""

from typing import NamedTuple

from sample.sites.routes import Answer

_MENU_ITEM = (
    '<li class="menu-item"><a href="/topic/{0:04}" data-drupal-link-system-path="node/{0:04}">'
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12h{0:04}l-6-6z"/></svg>'
    "<span>Topic {0:04}</span></a></li>\n"
)
_RULE = ".icon-{0:04}{{background:url(\"data:image/svg+xml,%3Cpath d='M{0:04} 12z'/%3E\")}}\n"
_SETTING = ', {{"id": "views_dom_id:{0:04}", "url": "\\/topic\\/{0:04}", "depth": 2}}'
_SETTINGS_GO_ON = ', "user": {"uid": 0}'


class _Filler(NamedTuple):
    """Pieces of markup, each of which is ``width`` long."""

    pieces: str
    width: int

    def weighing(self, weight: float) -> str:
        """Return as many whole pieces as weigh at most ``weight``."""
        return self.pieces[: int(weight / self.width) * self.width]


def _filler(template: str, weight: int) -> _Filler:
    width = len(template.format(0))
    return _Filler("".join(template.format(number) for number in range(weight // width)), width)


class Padding:
    """Pads HTML pages to about ``weight`` bytes. What a reader takes from them stays the same."""

    def __init__(self, weight: int) -> None:
        self._weight = weight
        self._rules = _filler(_RULE, weight)
        self._menu = _filler(_MENU_ITEM, weight)
        self._settings = _filler(_SETTING, weight)

    def pad(self, answer: Answer) -> Answer:
        """Return an answer whose page has its weight; what is no page is returned as it is."""
        missing = self._weight - len(answer.body.encode())
        if missing <= 0:
            return answer
        styles = f"<style>{self._rules.weighing(missing * 0.25)}</style>"
        menu = f'<nav role="navigation"><ul>{self._menu.weighing(missing * 0.3)}</ul></nav>'
        settings = f', "views": [0{self._settings.weighing(missing * 0.15)}]'
        body = (
            answer.body.replace("</head>", f"{styles}</head>", 1)
            .replace("</header>", f"{menu}</header>", 1)
            .replace("</footer>", f"{menu}</footer>", 1)
            .replace(_SETTINGS_GO_ON, settings + _SETTINGS_GO_ON, 1)
        )
        return answer._replace(body=body)
