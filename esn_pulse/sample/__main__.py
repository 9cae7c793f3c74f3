"""``python -m esn_pulse.sample``: serve the sample network until told to stop."""

import argparse
import asyncio
import json
import signal
import sys
from datetime import date

from esn_pulse.sample.model import Network
from esn_pulse.sample.network import generate
from esn_pulse.sample.server import serving


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m esn_pulse.sample",
        description="Serve the sample network on loopback; its addresses are printed as JSON.",
    )
    parser.add_argument("--accounts-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--activities-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--seed", type=int, default=2026, help="default: 2026")
    parser.add_argument("--today", type=date.fromisoformat, help="default: the present day, UTC")
    return parser.parse_args()


async def _serve(network: Network, accounts_port: int, activities_port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ports = {"accounts_port": accounts_port, "activities_port": activities_port}
    async with serving(network, **ports) as addresses:
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Serve until SIGINT or SIGTERM; exit with a message if a port is taken."""
    arguments = _arguments()
    network = generate(arguments.seed, arguments.today)
    try:
        asyncio.run(_serve(network, arguments.accounts_port, arguments.activities_port))
    except OSError as error:
        sys.exit(f"cannot serve the sample network: {error}")


if __name__ == "__main__":
    main()
