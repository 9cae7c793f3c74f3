"""Days as activities.esn.org writes them, ``dd/mm/yyyy``, one or two in a text."""

import re

_DAY = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b", re.ASCII)
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b", re.ASCII)
# Signs of another day, that can't be read, before or after the one that can.
_ENDS = re.compile(r"\d|(?:[-–—]|\b(?:until|till|to))$", re.IGNORECASE)
_BEGINS = re.compile(r"\d|^(?:[-–—]|(?:until|till|to)\b)", re.IGNORECASE)


def days_in(text: str) -> list[str]:
    """Take the days out of a text, in their order; what stands in place of one is kept as it is.

    ``08/11/2023 - 10/11/2023`` are two, and so are ``soon - 10/11/2023``.
    """
    days: list[str] = _DAY.findall(text)
    if len(days) != 1:
        return days or [text]
    before, after = (_TIME.sub("", part).strip(" ,.()") for part in text.split(days[0], 1))
    if _ENDS.search(before):
        return [before, *days]
    if _BEGINS.search(after) and after.strip("-–— "):
        return [*days, after]
    return days
