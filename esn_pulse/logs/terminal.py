"""Output for terminals of any encoding: what can't be shown is written as something like it."""

import codecs
import io
import sys

from text_unidecode import unidecode


def show_what_can_be_shown() -> None:
    """Let standard output and errors take any character from now on."""
    codecs.register_error("esn_pulse.alike", _alike)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="esn_pulse.alike")


def _alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(unidecode(character) or "?" for character in characters), error.end
