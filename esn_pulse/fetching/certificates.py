"""Certificates: whose word is taken for a site's, and why one was refused."""

import os
import ssl
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from OpenSSL import SSL
from OpenSSL.SSL import X509VerificationCodes as Code
from service_identity.exceptions import CertificateError as MalformedCertificate
from service_identity.exceptions import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from esn_pulse.exceptions import CertificateError, ConfigurationError
from esn_pulse.rules.text import clean_text

# Where systems keep the certificates of the authorities that they trust.
_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_UNTRUSTED = {
    Code.ERR_SELF_SIGNED_CERT_IN_CHAIN,
    Code.ERR_UNABLE_TO_GET_ISSUER_CERT,
    Code.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
    Code.ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
}
ASK_THE_SITE = "Nothing was read there; tell the site's operators, then run the same command"
IF_OTHER_HOST = (
    "Something else answers in its place, such as a proxy or a network's login page, or the"
    " address is wrong: check both, then run the same command"
)
_IF_UNTRUSTED = (
    "Nothing was read there. If it has to be trusted, as that of your network's own authority, name"
    " a file in SSL_CERT_FILE with the authority's certificate and all others that count (in place"
    " of the system's), and run the same command"
)
IF_DATES = f"Is this machine's clock right? {ASK_THE_SITE}"


def given_authorities() -> Path | None:
    """Return the file of certificates that ``SSL_CERT_FILE`` names, None when it names none."""
    named = os.environ.get("SSL_CERT_FILE")
    return Path(named) if named and named != certifi.where() else None


def settle_authorities() -> None:
    """Trust those that ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` names, otherwise the system's.

    A bare system has none; then it is those of Mozilla's list that certifi brings along.

    :raises ConfigurationError: when ``SSL_CERT_FILE`` has no certificates.
    """
    for name in "SSL_CERT_FILE", "SSL_CERT_DIR":
        if not os.environ.get(name):
            os.environ.pop(name, None)  # OpenSSL would take an empty one for the name of nothing
    if given := given_authorities():
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(given)
        except OSError as error:
            raise ConfigurationError(
                f"SSL_CERT_FILE is '{given}', but no certificates can be read there ({error}). It"
                " has to be a file in PEM format; without the variable the system's are used"
            ) from error
    elif "SSL_CERT_DIR" not in os.environ and not any(map(os.path.exists, _STORES)):
        os.environ["SSL_CERT_FILE"] = certifi.where()


def refusal(host: str, why: str, what_next: str) -> CertificateError:
    """Make the error that says why the certificate of a host was refused."""
    return CertificateError(f"the certificate of {host} was refused: {why}. {what_next}")


@implementer(IPolicyForHTTPS)
class TellingPolicy:
    """Scrapy's policy; a certificate that is refused is a ``CertificateError`` that says why.

    What it makes for a host is kept, as Scrapy's reads all authorities again for each request.
    """

    def __init__(self, policy: Any) -> None:
        self._policy = policy
        self._creators: dict[tuple[bytes, int], _TellingCreator] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_TellingCreator":  # noqa: N802
        """Return what makes the connections to a host."""
        key = hostname, port
        if key not in self._creators:
            creator = self._policy.creatorForNetloc(hostname, port)
            self._creators[key] = _TellingCreator(creator, hostname.decode("ascii"))
        return self._creators[key]


@implementer(IOpenSSLClientConnectionCreator)
class _TellingCreator:
    def __init__(self, creator: Any, host: str) -> None:
        self._creator = creator
        self._host = host

    def clientConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)

        def verify(_: SSL.Connection, certificate: Any, code: int, depth: int, ok: int) -> bool:
            problem = None
            if not ok:
                problem = _distrust(certificate.to_cryptography(), code)
            elif depth == 0 and not _is_for(certificate, self._host):
                names = _names(certificate.to_cryptography())
                problem = f"it is {names}, not for this host", IF_OTHER_HOST
            if problem:
                failure = Failure(refusal(self._host, *problem))  # type: ignore[no-untyped-call]
                protocol.failVerification(failure)  # type: ignore[no-untyped-call]
            return problem is None

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)
        return connection


def _distrust(certificate: x509.Certificate, code: int) -> tuple[str, str]:
    """Say why OpenSSL does not trust a certificate, and what to do next."""
    if code == Code.ERR_CERT_HAS_EXPIRED:
        return f"it expired on {_day(certificate.not_valid_after_utc)}", IF_DATES
    if code == Code.ERR_CERT_NOT_YET_VALID:
        return f"it is not valid before {_day(certificate.not_valid_before_utc)}", IF_DATES
    if code == Code.ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "it is self-signed", _IF_UNTRUSTED
    if code in _UNTRUSTED:
        issuer = clean_text(certificate.issuer.rfc4514_string())[:200]
        return f"its issuer, {issuer}, is not trusted here", _IF_UNTRUSTED
    return f"OpenSSL's verification ends with code {code}", ASK_THE_SITE


def _is_for(certificate: Any, host: str) -> bool:
    try:
        identity = IPAddress_ID(host) if _is_address(host) else DNS_ID(host)
        verify_service_identity(extract_patterns(certificate), [identity], [])
    except (VerificationError, MalformedCertificate):
        return False
    return True


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _names(certificate: x509.Certificate) -> str:
    """Say whom a certificate is for."""
    try:
        extension = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        )
    except (x509.ExtensionNotFound, ValueError):
        return "for nobody"
    names = [str(name.value) for name in extension.value]  # type: ignore[attr-defined]
    return f"for {clean_text(', '.join(names))[:200]}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
