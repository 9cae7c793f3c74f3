"""Clean text: what every value read from a page goes through."""

import re

# Control characters that are no white space, lone surrogates; and layout that is no text:
# zero-width space, word joiner, byte-order mark, soft hyphen. (The zero-width joiner stays: emoji
# are made with it.)
_UNSTORABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\u2060\ufeff\u00ad]"
)

_TWISTED_FAILURE = re.compile(r"<twisted\.python\.failure\.Failure [\w.]+: (.*?)>")


def clean_text(value: str) -> str:
    """Normalise one line of text.

    Runs of white space of any kind (non-breaking too) become one space, ends are trimmed, and
    characters that PostgreSQL or JSON can't store (NUL, control characters, lone surrogates) go.

    :returns: the text, ``''`` when nothing is left.
    """
    return " ".join(_UNSTORABLE.sub("", value).split())


def clean_lines(value: str) -> str:
    """Normalise a text of several paragraphs to clean lines; empty ones are left out."""
    return "\n".join(line for raw in value.splitlines() if (line := clean_text(raw)))


def reason(error: BaseException | None) -> str:
    """Tell in one clean line why a request failed: the kind of error and what it says."""
    kind = type(error).__name__
    told = clean_text(_TWISTED_FAILURE.sub(r"\1", str(error))).strip("[]")
    return f"{kind}: {told}" if told else kind
