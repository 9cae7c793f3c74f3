"""Files for node_exporter's textfile collector."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from esn_pulse.exceptions import CommandError

_READABLE = 0o644  # node_exporter has a user of its own


def write_textfile(path: Path, text: bytes) -> None:
    """Write a file that is never seen in part; an earlier one is replaced.

    :raises CommandError: when that is not possible; an earlier one is left then.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as partial:
            try:
                partial.write(text)
                partial.flush()
                os.fchmod(partial.fileno(), _READABLE)
                Path(partial.name).replace(path)
            except OSError:
                Path(partial.name).unlink()
                raise
    except OSError as error:
        raise CommandError(
            f"{path} can't be written ({error.strerror}). Name a file in a folder that is there and"
            " that you may write to: the one that node_exporter has as"
            " --collector.textfile.directory"
        ) from error
