"""What ``-a`` accepts in both spiders."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator


class RepairArguments(BaseModel):
    """Instead of a crawl: ask for failed pages again, or check broken records again."""

    model_config = ConfigDict(extra="forbid")

    retry_failed: bool = False
    revalidate: bool = False

    @model_validator(mode="after")
    def _stands_alone(self) -> Self:
        """Refuse a repair together with another argument, which it would ignore."""
        if (self.retry_failed or self.revalidate) and len(self.model_fields_set) > 1:
            raise ValueError("retry_failed and revalidate stand alone, without other arguments")
        return self


class ActivitiesArguments(RepairArguments):
    """What ``scrapy crawl activities -a`` accepts: which sections to visit, or what to repair.

    With ``full`` every page is read, also those that can't have changed.
    """

    section: Annotated[str, StringConstraints(min_length=1)] | None = None
    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None
    limit: Annotated[int, Field(gt=0)] | None = None
    full: bool = False
