"""The report's file: whole or not at all."""

from pathlib import Path
from uuid import uuid4

from esn_pulse.exceptions import ReportError
from esn_pulse.extras import needing
from esn_pulse.report.reading import read

_MADE_WITHOUT_DATA = "There is no section in the database yet. Fill it with: scrapy pulse"


def write_report(conninfo: str, path: Path, *, make_folder: bool = False) -> str:
    """Write the report; a file of that name is replaced, whole or not at all.

    :param make_folder: make the file's folder if there is none.
    :returns: what is to be said about it: '' if nothing.
    :raises DatabaseUnavailable: when the database can't be reached, or the views can't be read.
    :raises ReportError: when the file can't be written, or the extra is missing that draws it.
    """
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        partial.touch(exist_ok=False)  # before the work is done
        with needing("report", ReportError):
            from esn_pulse.report.page import render  # noqa: PLC0415  Altair takes a second
        content = read(conninfo)
        partial.write_text(render(content), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise ReportError(
            f"no report can be written to {path} ({error.strerror}). Name a file in a folder that"
            " exists and that you may write to: scrapy report FILE"
        ) from error
    finally:
        _remove(partial)
    return "" if content.has_sections else _MADE_WITHOUT_DATA


def _remove(partial: Path) -> None:
    try:
        partial.unlink(missing_ok=True)
    except OSError:
        return  # where nothing can be written, nothing was
