import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from esn_pulse import messenger
from esn_pulse.messenger import Message, Messenger
from tests.receiver import Receiver, receiving

GREETING = Message("Hello", "to you")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.mark.parametrize(
    "form",
    ["{0} {1}", "{0},{1}", "{0}, {1}", " {0}\n,{1} ,", "{0}?to=a,b,{1}", ["{0}", "{1}"]],
)
async def test_targets_may_be_parted_in_many_ways(
    form: str | list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as one, receiving() as other:
        addresses = (
            form.format(one.target, other.target)
            if isinstance(form, str)
            else [part.format(one.target, other.target) for part in form]
        )
        await Messenger(addresses).send([GREETING])

        assert one.messages == other.messages == [("Hello", "to you")]
    assert caplog.messages == []


async def test_one_that_refuses_some_is_reported_once(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.later = 500
    await Messenger(receiver.target).send([GREETING, GREETING, GREETING])

    assert len(receiver.messages) == 3
    assert caplog.messages == [
        "An alert was not delivered: target 1 of 1 in ALERT_TARGETS refused it, or is not there"
    ]


async def test_all_that_can_be_reached_are(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as refusing:
        refusing.status = 500
        told = Messenger(f"{refusing.target} {receiver.target} jsn://nobody/s3cret s3cret")
        await told.send([GREETING, GREETING])

    assert receiver.titles == ["Hello", "Hello"]
    assert "No alert will be delivered to target 3 of 4 in ALERT_TARGETS" in caplog.text
    assert "No alert will be delivered to target 4 of 4 in ALERT_TARGETS" in caplog.text
    assert "An alert was not delivered: target 1 of 4 in ALERT_TARGETS refused it" in caplog.text
    assert len(caplog.messages) == 3
    assert "s3cret" not in caplog.text


async def test_one_that_hangs_does_not_hold_up_the_run(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messenger, "_SECONDS", 8)
    with receiving() as hanging:
        hanging.may_answer.clear()
        began = time.monotonic()
        await Messenger(f"{hanging.target}?rto=60 {receiver.target}").send([GREETING])
        took = time.monotonic() - began
        assert hanging.was_asked.is_set()

    assert 8 <= took < 40
    assert receiver.titles == ["Hello"]
    assert caplog.messages == [
        "An alert was not delivered: target 1 of 2 in ALERT_TARGETS did not answer within 8 s"
    ]


def test_one_that_hangs_does_not_hold_up_the_end_of_the_process(receiver: Receiver) -> None:
    receiver.may_answer.clear()
    script = f"""
import asyncio
from esn_pulse import messenger
messenger._SECONDS = 8
told = messenger.Messenger('{receiver.target}?rto=60')
asyncio.run(told.send([messenger.Message('a', 'b')]))
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, timeout=50)

    assert receiver.titles == ["a"]
