"""Secrets that are drawn by lot: who has one is who it was given to. Only hashes are stored."""

import secrets
from hashlib import sha256

FORM = r"[\w-]{43}"  # what they look like, as a pattern for ASCII


def new_token() -> str:
    """Return 256 bits by lot, as letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> bytes:
    """Return what is stored of a token; as nobody can guess one, a fast hash does."""
    return sha256(token.encode()).digest()
