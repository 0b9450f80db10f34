"""What Ctrl-C becomes within a block that says what is kept."""

import signal

import pytest

from streams.errors import BrokerError, Interrupted, interrupted_as

SENTENCE = "interrupted; nothing is kept"


def _fail_on_ctrl_c() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise BrokerError("Kafka is gone") from None


def test_an_error_that_hides_ctrl_c_is_reported_as_an_interruption() -> None:
    with pytest.raises(Interrupted, match=SENTENCE), interrupted_as(SENTENCE):
        _fail_on_ctrl_c()


def test_an_error_without_ctrl_c_stays_what_it_is() -> None:
    with pytest.raises(BrokerError, match="Kafka is gone"), interrupted_as(SENTENCE):
        raise BrokerError("Kafka is gone")


def test_after_the_block_ctrl_c_does_what_it_did_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupted_as(SENTENCE):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
