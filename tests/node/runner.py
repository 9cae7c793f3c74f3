"""Stands in for a node's runner: the job runs in a fork of a process that has done the imports.

Only what runs is quicker. For its node it is the job's process: it ends with the job's exit status,
passes on signals, and when it is killed, so is the job.
"""

import json
import os
import signal
import socket
import sys


def main() -> None:
    with socket.socket(socket.AF_UNIX) as connection, connection.makefile() as answers:
        connection.connect(os.environ["FORK_SERVER"])
        connection.sendall(json.dumps([sys.argv[1:], dict(os.environ)]).encode() + b"\n")
        pid = int(answers.readline())
        signal.signal(signal.SIGINT, lambda *_: os.kill(pid, signal.SIGINT))
        status, output = json.loads(answers.readline())
    sys.stdout.write(output)
    sys.exit(status)


if __name__ == "__main__":
    main()
