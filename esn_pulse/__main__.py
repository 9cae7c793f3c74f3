"""``esn-pulse``: the project's commands, from any folder and wherever the package is installed."""

import os
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version

from scrapy.cmdline import execute
from scrapy.utils.conf import closest_scrapy_cfg

from esn_pulse import commands

PROGRAM = "esn-pulse"


def main() -> None:
    """Run the command that the arguments name, as ``scrapy`` does in the project's folder.

    :raises SystemExit: at the end of a command, and where the folder can't be used.
    """
    try:
        closest_scrapy_cfg()  # which Scrapy and the settings look for
    except OSError as error:
        sys.exit(f"Error: the present folder can't be used ({error.strerror}). Go to another one")
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "esn_pulse.settings")
    words = sys.argv[1:]
    if words == ["--version"]:
        print(f"{PROGRAM} {version(PROGRAM)}")  # noqa: T201
    elif all(word.startswith("-") for word in words):
        print("\n".join(_overview()))  # noqa: T201
    else:
        execute()


def _overview() -> Iterator[str]:
    yield f"Usage: {PROGRAM} COMMAND [options]\n"
    for module in pkgutil.iter_modules(commands.__path__):
        command = import_module(f"{commands.__name__}.{module.name}").Command()
        yield f"  {module.name:<15}  {command.short_desc()}"
    yield f"\nMore on one: {PROGRAM} COMMAND -h; which version this is: {PROGRAM} --version"


if __name__ == "__main__":
    main()
