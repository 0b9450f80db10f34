"""What an answer of the endpoint means."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

import msgspec

LONGEST_WAIT = 60.0
#: No request has more tokens: a server that says so must not spoil the counters.
MOST_TOKENS = 10_000_000
MOST_QUOTED = 200
#: A key or a URL that is wrong is wrong for every article.
MISCONFIGURED = frozenset({401, 402, 403, 404, 405, 407})
#: Models that think aloud do so before these words.
THOUGHTS_END = "</think>"


class Outcome(StrEnum):
    """How a request ended."""

    OK = "ok"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    TIMED_OUT = "timed-out"
    UNREACHABLE = "unreachable"
    MISCONFIGURED = "misconfigured"
    REJECTED = "rejected"
    MALFORMED = "malformed"
    CUT_OFF = "cut-off"


#: The next attempt may succeed.
PASSING = frozenset({Outcome.RATE_LIMITED, Outcome.SERVER_ERROR, Outcome.TIMED_OUT, Outcome.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The outcome of a request; what the model wrote, or else a reason for people, and how long to wait."""

    outcome: Outcome
    text: str = ""
    reason: str = ""
    wait: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0


class Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Message(msgspec.Struct):
    content: str | None = None


class Choice(msgspec.Struct):
    message: Message
    finish_reason: str | None = None


class Completion(msgspec.Struct):
    """As much as is needed of a `chat.completion`."""

    choices: Annotated[list[Choice], msgspec.Meta(min_length=1)]
    usage: Usage | None = None


def read(body: bytes) -> Answer:
    """The meaning of the body of a successful answer."""
    try:
        completion = msgspec.json.decode(body, type=Completion)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Answer(outcome=Outcome.MALFORMED, reason="its answer is not a chat completion")
    choice, usage = completion.choices[0], completion.usage or Usage()
    cut = choice.finish_reason == "length"
    return Answer(
        outcome=Outcome.CUT_OFF if cut else Outcome.OK,
        text=(choice.message.content or "").rpartition(THOUGHTS_END)[2].strip(),
        reason="its answer reached max_tokens" if cut else "",
        tokens_in=_bounded(usage.prompt_tokens),
        tokens_out=_bounded(usage.completion_tokens),
    )


def read_rejection(status: int, wait: float, quoted: str) -> Answer:
    """The meaning of any other status. `quoted` is the beginning of the body; it may not hold the key."""
    reason = f"it answers {_named(status)}"
    if status in MISCONFIGURED or 300 <= status < 400:
        return Answer(outcome=Outcome.MISCONFIGURED, reason=f"{reason}: check url, model and api_key")
    if status in {408, 425, 429} or status >= 500:
        outcome = Outcome.RATE_LIMITED if status == 429 else Outcome.SERVER_ERROR
        return Answer(outcome=outcome, reason=reason, wait=wait)
    return Answer(outcome=Outcome.REJECTED, reason=f"{reason}: {quoted}" if quoted else reason)


def _bounded(tokens: int | None) -> int:
    return min(max(tokens or 0, 0), MOST_TOKENS)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
