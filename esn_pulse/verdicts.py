"""The judgement of an item: what of it can be stored, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from esn_pulse.items import (
    ActivityItem,
    ActivityMovedItem,
    CountryItem,
    FailedScrapeItem,
    PageReadItem,
    PulseItem,
    SectionItem,
    SectionMovedItem,
    SectionVisitItem,
    StatisticsItem,
)
from esn_pulse.schemas import (
    Activity,
    ActivityMoved,
    Country,
    FailedScrape,
    PageRead,
    Section,
    SectionMoved,
    SectionVisit,
    Statistics,
)

MODELS: dict[type[PulseItem], type[BaseModel]] = {
    CountryItem: Country,
    SectionItem: Section,
    ActivityItem: Activity,
    StatisticsItem: Statistics,
    SectionMovedItem: SectionMoved,
    ActivityMovedItem: ActivityMoved,
    SectionVisitItem: SectionVisit,
    PageReadItem: PageRead,
    FailedScrapeItem: FailedScrape,
}


@dataclass
class Verdict:
    """An item after validation.

    :ivar item: the record as it was read.
    :ivar row: what can be stored, None when a required field is broken.
    :ivar errors: what is wrong, by field; empty for a valid record.
    :ivar failure: what a pipeline asked for and could not have, if anything.
    """

    item: PulseItem
    row: BaseModel | None
    errors: dict[str, str]
    failure: FailedScrapeItem | None = None


def judge(item: PulseItem) -> Verdict:
    """Validate an item against its model and repair what can be.

    A broken value gives way to its field's default, an over-long text is cut, an element of a
    list is left out; each leaves a message under its field.
    """
    model = MODELS[type(item)]
    values: dict[str, Any] = dict(vars(item))
    del values["asked_url"]  # how the page was found is no part of the record
    errors: dict[str, str] = {}
    while True:
        try:
            return Verdict(item, model.model_validate(values), errors)
        except ValidationError as error:
            storable = True
            # From the last to the first: leaving out a list's element moves those behind it.
            for problem in reversed(error.errors()):
                field = str(problem["loc"][0])
                message = _message(problem)
                errors[field] = f"{message}; {errors[field]}" if field in errors else message
                storable = _repair(model, values, problem) and storable
            if not storable:
                return Verdict(item, None, errors)


def _message(problem: ErrorDetails) -> str:
    if problem["input"] is None:
        return "is missing"
    shown = repr(problem["input"])
    return f"{problem['msg']} (got {shown if len(shown) <= 80 else shown[:79] + '…'})"


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
