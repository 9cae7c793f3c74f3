"""Runs ``scrapy`` in forks of this process, which has imported what takes long to import.

``tests.forked`` starts it and gives the orders.
"""

import gc
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time
from importlib import import_module

import coverage

import esn_pulse
from esn_pulse.web.dashboard.drawing import chart_files

# What every crawl imports, too.
LIBRARIES = (
    "apscheduler.schedulers.background",
    "rich.console",
    "rich.syntax",
    "rich.table",
    "scrapy.cmdline",
    "scrapy.commands.check",
    "scrapy.commands.crawl",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.extensions.remote_control",
    "twisted.internet.asyncioreactor",
    "yoyo.backends.core.postgresql",
)
# They read the environment or the arguments when they are imported, or choose a reactor.
LEFT_OUT = (
    "esn_pulse.settings",
    "esn_pulse.commands",
    "esn_pulse.node",
    "sample.__main__",
)


def preload() -> None:
    """Import, and make, whatever does not depend on the environment of a crawl."""
    ours = (module.name for module in pkgutil.walk_packages(esn_pulse.__path__, "esn_pulse."))
    for name in (*LIBRARIES, *ours):
        if not name.startswith(LEFT_OUT):
            import_module(name)
    chart_files()  # compiled once for all of them
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a reactor is installed, and a crawl could no longer choose its own")


def forks(orders: socket.socket) -> list[int]:
    """Fork for every order; returns the files that came with it, and only in the fork.

    The server itself ends when nobody can give it an order any more.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    while True:
        message, files, *_ = socket.recv_fds(orders, 1, 4)
        if not message:
            sys.exit()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return files
        for file in files:
            os.close(file)


def become_the_command(connection: socket.socket) -> None:
    """Fork again, tell the pid and in the end the exit status; returns only in that fork."""
    if pid := os.fork():
        connection.sendall(pid.to_bytes(4, signed=True))
        _, status = os.waitpid(pid, 0)
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, signed=True))
        os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the commands
    preload()
    gc.freeze()  # or every fork would copy the memory of all that was imported, only to free it
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        order, *standard = forks(orders)
    with socket.socket(fileno=order) as connection, connection.makefile() as lines:
        become_the_command(connection)
        words, environment = json.loads(lines.readline())
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["scrapy", *words]
    if coverage.process_startup():  # the environment asks for it
        for name in [name for name in sys.modules if name.startswith("esn_pulse")]:
            del sys.modules[name]  # the lines that run when it is imported count, too
    runpy.run_module("scrapy", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
