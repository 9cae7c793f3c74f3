"""``python -m bench``: measure the project against the sample network at full size."""

import argparse
from pathlib import Path

from bench import crawl, queries, refresh, views, web
from bench.network import Size, served
from bench.report import Figures, show, write


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure crawls of the sample network, by default at the real one's size.",
    )
    parser.add_argument("--sections", type=int, default=517, help="default: 517")
    parser.add_argument(
        "--activities-per-section", type=int, default=97, help="a mean; default: 97"
    )
    parser.add_argument("--page-weight", type=int, default=60_000, help="bytes; default: 60,000")
    parser.add_argument(
        "--results", type=Path, default=Path("bench/results.json"), help="where the figures go"
    )
    return parser.parse_args()


def main() -> None:
    """Take all measurements, print them and write them to a file."""
    arguments = _arguments()
    size = Size(arguments.sections, arguments.activities_per_section, arguments.page_weight)
    measured: list[Figures] = []
    with served(size) as bench:
        with served(size.fifth()) as fifth:
            measured.append(crawl.measure(bench, fifth))
        measured.append(refresh.measure(bench))
        measured.append(queries.measure(bench))
        measured.append(views.measure(bench))
        measured.append(web.measure(bench.conninfo))
    for figures in measured:
        show(figures)
    write(arguments.results, size, measured)


if __name__ == "__main__":
    main()
