"""Sites over TLS: a certificate that does not prove the site ends the run, in one line."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from tests.authority import expired, self_signed, served_with, written
from tests.conftest import Crawl
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village
from tests.relays import both_relayed

AUTHORITY = trustme.CA(organization_name="Tests", organization_unit_name="Authority")
NOBODY = trustme.CA(organization_name="Tests", organization_unit_name="Nobody")

REFUSED: dict[str, tuple[Callable[[], ssl.SSLContext], str, str]] = {
    "self-signed": (self_signed, "it is self-signed", "SSL_CERT_FILE"),
    "unknown issuer": (
        lambda: served_with(NOBODY.issue_cert("localhost")),
        "its issuer, OU=Nobody,O=Tests, is not trusted here",
        "SSL_CERT_FILE",
    ),
    "other host": (
        lambda: served_with(AUTHORITY.issue_cert("elsewhere.test")),
        "it is for elsewhere.test, not for this host",
        "check both",
    ),
    "expired": (
        lambda: served_with(expired(AUTHORITY, "localhost")),
        "it expired on 2020-02-01",
        "clock",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_certificate_that_proves_nothing_ends_the_run(
    case: str, village: Village, crawl: Crawl, database: str, tmp_path: Path
) -> None:
    serve, why, what_next = REFUSED[case]
    urls = village.site.accounts_url, village.site.activities_url
    with both_relayed(urls, "127.0.0.1", serve()) as (accounts, activities):
        finished = crawl(
            "crawl",
            "accounts",
            DATABASE_URL=database,
            ESN_ACCOUNTS_URL=f"https://localhost:{accounts}",
            ESN_ACTIVITIES_URL=f"https://localhost:{activities}",
            SSL_CERT_FILE=written(AUTHORITY, tmp_path),
        )

    last = finished.stderr.splitlines()[-1]
    assert finished.returncode == 1
    assert f"The run failed: the certificate of localhost was refused: {why}. " in last
    assert what_next in last
    assert "same command" in last
    assert village.asked() == []
    assert "Asking again in" not in finished.stderr  # it would be refused again
    [(error,)] = rows(database, "SELECT error_message FROM scraper_status")
    assert last.endswith(error)


def test_authorities_that_are_not_there_are_told_at_once(
    village: Village, crawl: Crawl, database: str, tmp_path: Path
) -> None:
    missing = str(tmp_path / "missing.pem")
    finished = crawl(
        "crawl",
        "accounts",
        DATABASE_URL=database,
        ESN_ACCOUNTS_URL="https://localhost:1",
        ESN_ACTIVITIES_URL="https://localhost:1",
        SSL_CERT_FILE=missing,
    )

    last = finished.stderr.splitlines()[-1]
    assert finished.returncode == 1
    assert f"The run failed: SSL_CERT_FILE is '{missing}', but no certificates can be read" in last
