"""What needs no database, of the machine that tells it: the disk, the backups, the nodes."""

from collections.abc import Iterator

from scrapy.settings import BaseSettings

from esn_pulse.backups.backup import backups_folder
from esn_pulse.health.machine import ask_nodes, dated_backups, disk_usage
from esn_pulse.metrics.metric import Sample, gauge

DISK_USED = gauge("disk_used_bytes", "What is used of the file system that PULSE_DIR is on.")
DISK_FREE = gauge(
    "disk_free_bytes", "What is free of it; what is root's alone is neither used nor free."
)
BACKUPS = gauge("backups", "Backups in BACKUPS_DIR.")
LAST_BACKUP = gauge("last_backup_timestamp_seconds", "When the newest backup was begun.")
LAST_BACKUP_SIZE = gauge("last_backup_size_bytes", "How large the newest backup is.")
NODE_UP = gauge(
    "node_up", "1 if a node of SCRAPYD_URL says how many jobs wait, 0 if it does not.", "node"
)

_SECONDS = 1  # for how long a node may keep us waiting


def disk(settings: BaseSettings) -> Iterator[Sample]:
    """Tell how full the disk is."""
    used, free = disk_usage(settings)
    yield DISK_USED(used)
    yield DISK_FREE(free)


def backups(settings: BaseSettings) -> Iterator[Sample]:
    """Tell of the backups.

    :raises FileNotFoundError: when their folder is not here, so that there is nothing to tell.
    """
    folder = backups_folder(settings)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    found = dated_backups(folder)
    yield BACKUPS(len(found))
    for newest in found[:1]:
        yield LAST_BACKUP(newest.made_at.timestamp())
        yield LAST_BACKUP_SIZE(newest.path.stat().st_size)


def nodes(settings: BaseSettings) -> Iterator[Sample]:
    """Ask all nodes at once whether they are there; none where ``SCRAPYD_URL`` is not set."""
    for node, answer in ask_nodes(settings, _SECONDS).items():
        yield NODE_UP(isinstance(answer, int), node)
