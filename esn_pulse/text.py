"""Clean text: what every value read from a page goes through."""

import re
import unicodedata

# Zero-width space, word joiner, byte-order mark, soft hyphen: layout, not text.
# (The zero-width joiner stays: emoji are made with it.)
_INVISIBLE = dict.fromkeys((0x200B, 0x2060, 0xFEFF, 0x00AD))
_MAYBE_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(value: str) -> str:
    """Normalise one line of text.

    Runs of white space of any kind (non-breaking too) become one space, ends are trimmed, and
    characters that PostgreSQL or JSON can't store (NUL, control characters, lone surrogates) go.

    :returns: the text, ``''`` when nothing is left.
    """
    line = " ".join(value.translate(_INVISIBLE).split())
    if _MAYBE_UNSTORABLE.search(line):
        line = "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    return line


def clean_lines(value: str) -> str:
    """Normalise a text of several paragraphs to clean lines; empty ones are left out."""
    return "\n".join(line for raw in value.splitlines() if (line := clean_text(raw)))
