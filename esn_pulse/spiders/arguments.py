"""What ``-a`` accepts in both spiders."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


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
