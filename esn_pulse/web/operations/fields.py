"""What operators' forms have in common; '' is what was left out."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from esn_pulse.analysis.filters import CountryCode
from esn_pulse.web.dashboard.periods import filled


def _in_capitals(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


OfCountry = Annotated[CountryCode | None, BeforeValidator(filled), BeforeValidator(_in_capitals)]
