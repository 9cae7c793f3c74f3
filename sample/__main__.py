"""``python -m sample``: serve the sample network until told to stop."""

import argparse
import asyncio
import json
import signal
import sys
from datetime import date

from sample.network.generation import generate
from sample.network.model import Network
from sample.sites.server import serving


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sample",
        description="Serve the sample network on loopback; its addresses are printed as JSON.",
    )
    parser.add_argument("--accounts-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--activities-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--seed", type=int, default=2026, help="default: 2026")
    parser.add_argument("--today", type=date.fromisoformat, help="default: the present day, UTC")
    parser.add_argument("--sections", type=int, default=50, help="how many; default: 50")
    parser.add_argument(
        "--activities-per-section", type=int, default=7, help="a mean; default: 7; at most 300"
    )
    parser.add_argument(
        "--page-weight", type=int, default=0, help="bytes to pad HTML pages to; default: 0"
    )
    parser.add_argument(
        "--official-list", action="store_true", help="let the accounts site have its JSON list"
    )
    return parser.parse_args()


async def _serve(network: Network, arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving(
        network,
        accounts_port=arguments.accounts_port,
        activities_port=arguments.activities_port,
        page_weight=arguments.page_weight,
    ) as addresses:
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Serve until SIGINT or SIGTERM; exit with a message if a port is taken."""
    arguments = _arguments()
    network = generate(
        arguments.seed,
        arguments.today,
        sections=arguments.sections,
        activities_per_section=arguments.activities_per_section,
        official_list=arguments.official_list,
    )
    try:
        asyncio.run(_serve(network, arguments))
    except OSError as error:
        sys.exit(f"cannot serve the sample network: {error}")


if __name__ == "__main__":
    main()
