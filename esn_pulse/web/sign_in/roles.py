"""What keys are for; the command line names it without the extra that the web takes."""

from datetime import timedelta
from typing import Literal, get_args

Role = Literal["reader", "local", "national", "operator"]
Place = Literal["section", "country"]

ROLES: tuple[Role, ...] = get_args(Role)
# Of which a key of a role is; others are of none.
PLACES: dict[Role, Place] = {"local": "section", "national": "country"}
LONGEST = timedelta(days=3653)  # for which a key lasts that ends: ten years


def in_words(role: Role, place: str | None) -> str:
    """Return what a key is: ``local of tr-anka-met``."""
    return f"{role} of {place}" if place else role
