"""Values that break a rule, or nearly, or look as if they were more than text."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

MEGABYTE = 1_000_000

# Stored as they are.
TEXT = (
    "Robert'); DROP TABLE activities;--<script>%s %(x)s {0} {{x}} \\' \\x00 \"$$&amp;"
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}\N{RIGHT-TO-LEFT OVERRIDE}א</script>"
)
LINK = "https://esn.example/?q='%22);DROP--<script>&amp;=%s"

# Stored without what can't be.
ENTITIES = "A&#0;B&#x1;C&#xD800;D&#xFFFF;E&#8203;F&#xFEFF;G&#173;H&#x1F600;I&#99999999;J&nosuch;"

Value = tuple[str, str, Any]  # the column, what the page shows, what is stored
NO_ROW = "no row"
_WRONG_DAYS = ("31/02/2024", "00/00/0000", "99/99/9999", "2024-02-03", "3/2/24", "٠٣/٠٢/٢٠٢٤")
_WRONG_COUNTS = ("-5", "1" + "0" * 20, "9" * 5000, "2147483648", "∞", "NaN", "1e3", "0x10", "1.5")
_WRONG_LINKS = ("javascript:alert(1)", "data:text/html,x", "http://[", f"{LINK}{'x' * 3000}")

BROKEN: list[Value] = [
    *(("start_date", day, NO_ROW) for day in _WRONG_DAYS),
    *(("end_date", day, None) for day in (*_WRONG_DAYS, "02/02/2014")),
    *(("participants", count, None) for count in _WRONG_COUNTS),
    *(("registration_url", link, None) for link in _WRONG_LINKS),
    ("title", "\u200b\xa0", NO_ROW),
    ("description", "\u200b\xa0", ""),
]
ODD: list[Value] = [
    ("start_date", "01/01/0001", date(1, 1, 1)),
    ("end_date", "31/12/9999", date(9999, 12, 31)),
    ("participants", "2,147,483,647", 2147483647),
    ("participants", "007", 7),
    ("registration_url", "//esn.example", "http://esn.example"),
]
BROKEN_SECTIONS: list[Value] = [
    *(("latitude", text, None) for text in ("NaN", "1e308", "-91", "Infinity", "12,5", "9" * 5000)),
    *(("email", text, None) for text in ("x", "a@b", "é" * MEGABYTE, f"{'a' * 300}@esn.example")),
    ("website", "javascript:alert(1)", None),
]
ODD_SECTIONS: list[Value] = [
    ("latitude", "1e-99999", Decimal(0)),
    ("longitude", f"29.{'0' * 5000}1", Decimal(29)),
]


def _numbered(broken: list[Value], odd: list[Value]) -> list[Any]:
    return [
        pytest.param(f"{kind}-{number}", *value, id=f"{value[0]} {value[1][:30]}")
        for kind, values in (("broken", broken), ("odd", odd))
        for number, value in enumerate(values)
    ]


# For tests: the slug of the page, and the value.
OF_ACTIVITIES = _numbered(BROKEN, ODD)
OF_SECTIONS = _numbered(BROKEN_SECTIONS, ODD_SECTIONS)

# Of statistics, as JSON. None: nothing is stored, which is an error.
COUNTS: dict[str, Any] = {
    **dict.fromkeys(["NaN", "Infinity", "-Infinity", "1e400", "-5", '"-5"', "2147483648"]),
    **dict.fromkeys(
        ["1.5", "true", "[1]", '{"a": 1}', '"∞"', '"1e3"', '"many"', f'"{"9" * 5000}"']
    ),
    "null": 0,
    "0": 0,
    '"1,234"': 1234,
    '" 7\\u00a0"': 7,
    "2147483647": 2147483647,
}
