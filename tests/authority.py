"""Certificates for tests, good and bad, from an authority of their own."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import trustme


def served_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return what a server needs that proves itself by a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def expired(authority: trustme.CA, host: str) -> trustme.LeafCert:
    """Issue a certificate that was valid until 1 February 2020."""
    begin, end = (datetime(2020, month, 1, tzinfo=UTC) for month in (1, 2))
    return authority.issue_cert(host, not_before=begin, not_after=end)


def self_signed() -> ssl.SSLContext:
    """Return what a server needs that vouches for itself."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context


def written(authority: trustme.CA, folder: Path) -> str:
    """Write what trusts an authority's certificates to a file; returns its path."""
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return str(folder / "authority.pem")
