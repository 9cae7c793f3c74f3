"""Where a node keeps what was deployed to it."""

from pathlib import Path

from scrapyd import Config
from scrapyd.eggstorage import FilesystemEggStorage

from esn_pulse.node.settings import node_settings


def data_folder() -> Path:
    """Return the folder of Scrapyd's own files, inside ``PULSE_DIR``."""
    return Path(node_settings()["PULSE_DIR"]).absolute() / "scrapyd"


class EggStorage(FilesystemEggStorage):
    """Scrapyd's own, in ``data_folder``: its processes find it wherever they are started."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.basedir = str(data_folder() / "eggs")
