"""Who may do what: the only module that knows roles. What is nobody's business is 404 to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from http import HTTPStatus

from starlette.exceptions import HTTPException

from esn_pulse.analysis.scope import Scope


class Level(IntEnum):
    """What somebody is, from the least to the most; one may be several things."""

    ANYBODY = 0
    SIGNED_IN = 1
    LOCAL = 2
    NATIONAL = 3
    OPERATOR = 4


class Reach(IntEnum):
    """Of what somebody may do something."""

    NOTHING = 0
    OWN = 1
    ALL = 2


class Action(StrEnum):
    """What can be done, in words that follow "may"."""

    SIGN_IN = "sign in"
    READ = "read the figures"
    READ_METRICS = "read the metrics"
    SEE_PROBLEMS = "see the problems of the data"
    REFRESH = "ask for a refresh"
    FOLLOW_JOB = "follow a job"
    OPERATE = "operate ESN PULSE"


_NO, _OWN, _ALL = Reach
# fmt: off
RULES = {
    #                     anybody, signed in, local, national, operator
    Action.SIGN_IN:      (_ALL, _ALL, _ALL, _ALL, _ALL),
    Action.READ:         (_ALL, _ALL, _ALL, _ALL, _ALL),
    Action.READ_METRICS: (_NO,  _ALL, _ALL, _ALL, _ALL),
    Action.SEE_PROBLEMS: (_NO,  _NO,  _OWN, _OWN, _ALL),
    Action.REFRESH:      (_NO,  _NO,  _OWN, _OWN, _ALL),
    Action.FOLLOW_JOB:   (_NO,  _NO,  _OWN, _OWN, _ALL),
    Action.OPERATE:      (_NO,  _NO,  _NO,  _NO,  _ALL),
}
# fmt: on
_OWNERS = "those whose section or country it is, and by operators"
# What those are told who may not.
SENTENCES = {
    Action.SIGN_IN: "Everybody may sign in.",
    Action.READ: "The figures are read by those who have signed in.",
    Action.READ_METRICS: "The metrics are read by those who have a key.",
    Action.SEE_PROBLEMS: f"Problems of the data are seen by {_OWNERS}.",
    Action.REFRESH: f"A refresh is asked for by {_OWNERS}.",
    Action.FOLLOW_JOB: f"A job is followed by {_OWNERS}.",
    Action.OPERATE: "This is done by operators.",
}
# Of what is not theirs people are not even told that it is there.
_SECRET = {Action.FOLLOW_JOB}


@dataclass(frozen=True)
class Who:
    """Somebody who asks.

    :ivar name: such as ``esn:anna``, ``local:anna``, ``key:3fA9xkQ2``; '' of whom nothing is known.
    :ivar sections: the numbers of those that are their own.
    :ivar countries: the codes of those that are their own.
    """

    name: str = ""
    sections: frozenset[int] = field(default=frozenset())
    countries: frozenset[str] = field(default=frozenset())
    is_operator: bool = False

    def levels(self) -> Iterator[Level]:
        """Tell what they are."""
        yield Level.ANYBODY
        if self.name:
            yield Level.SIGNED_IN
        if self.sections:
            yield Level.LOCAL
        if self.countries:
            yield Level.NATIONAL
        if self.is_operator:
            yield Level.OPERATOR

    def owns(self, place: Scope) -> bool:
        """Tell whether a section or a country is their own; a country's sections are, too."""
        return place.section_id in self.sections or place.country_code in self.countries

    def limited_by(self, maker: "Who") -> "Who":
        """Return the same, with no more than whoever made it may do by now."""
        if maker.is_operator:
            return self
        return Who(self.name, self.sections & maker.sections, self.countries & maker.countries)


ANYBODY = Who()


class SignInNeeded(HTTPException):
    """Who asks is not known, and somebody who has signed in may be allowed to."""

    def __init__(self, sentence: str) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, sentence, {"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True)
class Permit:
    """What somebody who asks may do.

    :ivar reach: to what they may do it, at the most.
    """

    who: Who
    action: Action
    reach: Reach

    def is_for(self, scope: Scope) -> bool:
        """Tell whether they may do it to the network, or to a country or section."""
        return self.reach is Reach.ALL or (self.reach is Reach.OWN and self.who.owns(scope))

    def demand(self, scope: Scope) -> None:
        """Go on if they may do it to that.

        :raises HTTPException: when they may not.
        """
        if not self.is_for(scope):
            raise self._refusal()

    def demand_some(self) -> None:
        """Go on if there is anything that they may do it to.

        :raises HTTPException: when there is nothing.
        """
        if self.reach is Reach.NOTHING:
            raise self._refusal()

    def _refusal(self) -> HTTPException:
        sentence = SENTENCES[self.action]
        if self.who == ANYBODY:
            return SignInNeeded(f"{sentence} Please sign in, or send a key.")
        if self.action in _SECRET:
            return HTTPException(HTTPStatus.NOT_FOUND)
        return HTTPException(HTTPStatus.FORBIDDEN, sentence)


class Rules:
    """The table, as it holds here.

    :param is_public: whether anybody may read.
    :param metrics_are_open: whether anybody may read the metrics.
    """

    def __init__(self, *, is_public: bool, metrics_are_open: bool = False) -> None:
        of_anybody = {
            Action.READ: Reach.ALL if is_public else Reach.NOTHING,
            Action.READ_METRICS: Reach.ALL if metrics_are_open else Reach.NOTHING,
        }
        self._table = {
            action: (of_anybody.get(action, reaches[0]), *reaches[1:])
            for action, reaches in RULES.items()
        }

    def permit(self, who: Who, action: Action) -> Permit:
        """Return what somebody may do: the most that anything that they are lets them."""
        reaches = self._table[action]
        return Permit(who, action, max(reaches[level] for level in who.levels()))
