"""The judgement of an item: what of it can be stored, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from esn_pulse.items import (
    ActivityItem,
    ActivityMovedItem,
    CountryItem,
    FailedScrapeItem,
    NationalOrganisationItem,
    OrganisationMovedItem,
    OrganisationsItem,
    PageReadItem,
    PulseItem,
    SectionItem,
    StatisticsItem,
    VisitItem,
)
from esn_pulse.rules.schemas import (
    Activity,
    ActivityMoved,
    Country,
    FailedScrape,
    NationalOrganisation,
    OrganisationMoved,
    Organisations,
    PageRead,
    Section,
    Statistics,
    Visit,
)

MODELS: dict[type[PulseItem], type[BaseModel]] = {
    CountryItem: Country,
    SectionItem: Section,
    ActivityItem: Activity,
    StatisticsItem: Statistics,
    NationalOrganisationItem: NationalOrganisation,
    OrganisationsItem: Organisations,
    OrganisationMovedItem: OrganisationMoved,
    ActivityMovedItem: ActivityMoved,
    VisitItem: Visit,
    PageReadItem: PageRead,
    FailedScrapeItem: FailedScrape,
}


@dataclass
class Verdict:
    """An item after validation.

    :ivar item: the record as it was read.
    :ivar row: what can be stored, None when a required field is broken.
    :ivar errors: which rules are broken, by field; empty for a valid record. A rule is told in the
        same words whatever breaks it.
    :ivar found: what breaks them, by field; no text for what is missing.
    :ivar met: what a pipeline has met on the way: pages that it could not have, organisations.
    """

    item: PulseItem
    row: BaseModel | None
    errors: dict[str, str]
    found: dict[str, str]
    met: list[PulseItem] = field(default_factory=list)


def judge(item: PulseItem) -> Verdict:
    """Validate an item against its model and repair what can be.

    A broken value gives way to its field's default, an over-long text is cut, an element of a
    list is left out; each leaves its rule and itself under its field.
    """
    model = MODELS[type(item)]
    values: dict[str, Any] = dict(vars(item))
    del values["asked_url"]  # how the page was found is no part of the record
    problems: list[ErrorDetails] = []
    while True:
        try:
            row = model.model_validate(values)
        except ValidationError as error:
            # From the last to the first: leaving out a list's element moves those behind it.
            latest = error.errors()[::-1]
            problems += latest
            repaired = [_repair(model, values, problem) for problem in latest]
            if not all(repaired):
                return Verdict(item, None, *_told(problems))
        else:
            return Verdict(item, row, *_told(problems))


def _told(problems: Iterable[ErrorDetails]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the rules that are broken and what breaks them, both by field, each once."""
    fields: defaultdict[str, list[ErrorDetails]] = defaultdict(list)
    for problem in problems:
        fields[str(problem["loc"][0])].append(problem)
    errors = {field: "; ".join(sorted({_rule(p) for p in told})) for field, told in fields.items()}
    found = {field: "; ".join(dict.fromkeys(_shown(told))) for field, told in fields.items()}
    return errors, found


def _rule(problem: ErrorDetails) -> str:
    return "is missing" if problem["input"] is None else problem["msg"]


def _shown(problems: Sequence[ErrorDetails]) -> Iterator[str]:
    """Yield what was found, in the order of the page and of moderate length."""
    for problem in reversed(problems):
        if problem["input"] is not None:
            shown = repr(problem["input"])
            yield shown if len(shown) <= 80 else shown[:79] + "…"


def _repair(model: type[BaseModel], values: dict[str, Any], problem: ErrorDetails) -> bool:
    """Change ``values`` so that the problem is gone; False when that is not possible."""
    *path, last = problem["loc"]
    parent: Any = values
    for step in path:
        parent[step] = parent[step].copy()
        parent = parent[step]
    if problem["type"] == "string_too_long":
        parent[last] = parent[last][: problem["ctx"]["max_length"]].rstrip()
    elif not path and model.model_fields[str(last)].is_required():
        return False
    elif isinstance(parent, dict) and last not in parent:
        # An element without a field that it must have.
        element = path.pop()
        del _at(values, path)[element]
    else:
        del parent[last]
    return True


def _at(values: Any, path: Iterable[int | str]) -> Any:
    for step in path:
        values = values[step]
    return values
