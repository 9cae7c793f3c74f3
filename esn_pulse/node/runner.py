"""Runs Scrapy for a job: what was deployed, if anything was, otherwise the code in this folder."""

import ctypes
import os
import signal
import sys

from scrapyd import Config

from esn_pulse.node.eggs import EggStorage

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become Scrapyd's own runner, with the egg before any other place to import from.

    Scrapyd's own puts it last, where the code that the node itself runs would hide it.

    :raises SystemExit: when the job wants a version that was not deployed here.
    """
    project, version = os.environ["SCRAPY_PROJECT"], os.environ.get("SCRAPYD_EGG_VERSION")
    _, egg = EggStorage(Config()).get(project, version)
    if egg:
        egg.close()
        os.environ |= {"PYTHONPATH": egg.name, "PYTHONSAFEPATH": "1"}
        os.environ.pop("SCRAPY_SETTINGS_MODULE", None)  # the egg names its own
    elif version:
        sys.exit(
            f"Version {version} of {project} is not on this node. Deploy it: scrapyd-deploy -a"
        )
    os.setpgrp()  # Ctrl-C is for the node, which then ends its jobs, once each
    _end_with_the_node()
    ignore = "ignore:pkg_resources is deprecated"  # Scrapyd needs it
    runner = [sys.executable, "-W", ignore, "-m", "scrapyd.runner", *sys.argv[1:]]
    os.execv(sys.executable, runner)  # noqa: S606 (no shell is wanted)


def _end_with_the_node() -> None:
    """Let the job be ended as by a signal when its node is killed: nobody could cancel it then."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    main()
