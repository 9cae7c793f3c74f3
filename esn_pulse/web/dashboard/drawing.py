"""The charts' files, made by a process of its own: what compiles them takes 180 MB, only once."""

import json
import subprocess
import sys
from functools import cache

_MAKE = """
import json, sys
from esn_pulse.analysis.charts import charts, vega
json.dump({"vega.js": vega(), "charts.json": json.dumps(charts())}, sys.stdout)
"""


@cache
def chart_files() -> dict[str, str]:
    """Return the script that draws, and the charts, by the names of their files."""
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _MAKE], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, str] = json.loads(made.stdout)
    return found
