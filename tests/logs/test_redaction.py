import io
import logging
from collections.abc import Iterator
from pprint import pformat
from typing import Any

import pytest
from scrapy.settings import Settings

from esn_pulse.logs.redaction import Redactor, keep_secrets_out_of_logs, known_secrets

ADDRESS = "postgresql://pulse:s3cret%2Fword@db.test:5432/pulse?sslpassword=second-s3cret"
TELEGRAM = "tgram://123456789:AAFabcdefghijklm/4711"
SLACK = "slack://bot@T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7F"


def redact(text: str, settings: dict[str, Any], **environment: str) -> str:
    return Redactor(known_secrets(Settings(settings), environment))(text)


@pytest.mark.parametrize(
    ("settings", "text", "expected"),
    [
        ({"DATABASE_URL": ADDRESS}, f"connect to {ADDRESS}!", "connect to ***!"),
        ({"DATABASE_URL": ADDRESS}, "as s3cret%2Fword or s3cret/word", "as *** or ***"),
        ({"DATABASE_URL": ADDRESS}, "key: second-s3cret", "key: ***"),
        ({"DATABASE_URL": r"host=h password='it\'s secret'"}, "it's secret", "***"),
        ({"DATABASE_URL": "postgresql://me:s3c/ret@h/x"}, "as s3c/ret", "as ***"),
        ({"DATABASE_URL": "postgresql://me:s3c"}, "as postgresql://me:s3c", "as ***"),
        ({"MY_TOKEN": "abcd"}, "<abcd>", "<***>"),
        ({"aws_secret_access_key": "quo\"te's\\"}, repr("quo\"te's\\"), "'***'"),
        ({"MAIL_PASS": "a/b c"}, "?p=a%2Fb%20c", "?p=***"),
        ({"A_TOKEN": "a" * 8, "B_TOKEN": "a" * 8 + "-b"}, "a" * 8 + "-b", "***"),
        ({"API_KEY": "k" * 8}, f"x{'k' * 8}x", "x***x"),
        ({"ALERT_TARGETS": f"{TELEGRAM}, {SLACK}"}, f"to {SLACK}", "to ***"),
        ({"ALERT_TARGETS": [TELEGRAM]}, "/bot123456789:AAFabcdefghijklm/", "/bot123456789:***/"),
        ({"ALERT_TARGETS": SLACK}, "/TIiajkdnlazkcOXrIdevi7F/", "/***/"),
        ({"ALERT_TARGETS": "mailto://me:pw42@example.org"}, "pw42 refused", "*** refused"),
        ({"FEEDS": {"ftp://me:f33ds@h/%(name)s": {}}}, "login f33ds", "login ***"),
        (
            {"ESN_ACCOUNTS_URL": "https://me:s1te-pw@h"},
            "https://me:s1te-pw@h/",
            "https://me:***@h/",
        ),
    ],
)
def test_known_secrets_are_masked(settings: dict[str, Any], text: str, expected: str) -> None:
    assert redact(text, settings) == expected


def test_secrets_in_the_environment_are_known() -> None:
    environment = {"SCRAPYD_PASSWORD": "scr4pyd", "DATABASE_URL": ADDRESS}

    assert redact("scr4pyd s3cret/word", {}, **environment) == "*** ***"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at ftp://me:pass@word@h:21/x", "at ftp://me:***@h:21/x"),
        ("redis://:pw@h", "redis://:***@h"),
        ("user=u password=pw host=h", "user=u password=*** host=h"),
        (r"Password = 'p\'w x' host=h", "Password = *** host=h"),
        ("{'x': 'sslpassword=pw'}", "{'x': 'sslpassword=***'}"),
    ],
)
def test_what_looks_like_a_password_is_masked(text: str, expected: str) -> None:
    assert redact(text, {}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GET http://127.0.0.1:8000/@me and me@h",
        'password authentication failed for user "pulse"',
        "[esn_pulse.spiders] guest lecture: true, 123",
        "host=h user=u dbname=pulse",
    ],
)
def test_other_texts_stay(text: str) -> None:
    settings = {"DATABASE_URL": "host=h user=u dbname=pulse", "X_TOKEN": "true", "Y_TOKEN": "123"}

    assert redact(text, settings, DB_PASSWORD="spider", MAIL_PASS=" ") == text


def test_a_secret_that_pprint_breaks_into_lines() -> None:
    secret = " ".join(["correct horse battery staple"] * 4) + "\nand an end"
    printed = pformat({"FTP_PASSWORD": secret, "BOT_NAME": "x"})
    assert printed.count("\n") > 2

    assert redact(printed, {"FTP_PASSWORD": secret}).count("\n") < 3
    assert "staple" not in redact(printed, {"FTP_PASSWORD": secret})


@pytest.fixture
def plain_records_afterwards() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.usefixtures("plain_records_afterwards")
def test_no_handler_gets_a_secret_in_message_arguments_or_traceback() -> None:
    keep_secrets_out_of_logs(Settings({"MY_TOKEN": "t0ken-t0ken"}))
    logger, written = logging.Logger("any"), io.StringIO()
    logger.addHandler(logging.StreamHandler(written))  # as Scrapy does in the midst of starting

    try:
        int("t0ken-t0ken")
    except ValueError:
        logger.exception("%s, t0ken-t0ken: %r", "t0ken-t0ken", {"a": "t0ken-t0ken"})

    assert "t0ken" not in written.getvalue()
    assert written.getvalue().startswith("***, ***: {'a': '***'}\nTraceback")
    assert written.getvalue().endswith(
        "ValueError: invalid literal for int() with base 10: '***'\n"
    )
