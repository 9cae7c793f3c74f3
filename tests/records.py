"""Items as the tests of the rules compare them."""

from typing import Any

from esn_pulse.items import PulseItem


def as_read(item: PulseItem) -> dict[str, Any]:
    """Return the record that an item is; where its page was asked for is no part of it."""
    return {name: value for name, value in vars(item).items() if name != "asked_url"}
