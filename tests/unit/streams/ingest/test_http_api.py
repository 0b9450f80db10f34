"""Who may send to the ingest API, how much it holds in memory, and how requests become records."""

import asyncio
from pathlib import Path

import pytest
from multidict import CIMultiDict
from pydantic import SecretStr

from agents.topics import RAW
from streams.errors import ConfigError
from streams.ingest.http_api import request
from streams.ingest.http_api.auth import check_access, read_token
from streams.ingest.http_api.memory_budget import Budget
from streams.ingest.http_api.problem import Problem
from streams.settings import IngestSettings

TOKEN = "a-token-of-the-tests"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_a_loopback_address_needs_no_token(host: str) -> None:
    assert read_token(IngestSettings(host=host)) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "news.example", ""])  # noqa: S104 - nothing is bound
def test_any_other_address_without_a_token_is_an_error_of_one_sentence(host: str) -> None:
    with pytest.raises(ConfigError, match=r"only with a token: set COPYDESK_INGEST__TOKEN"):
        read_token(IngestSettings(host=host))


def test_the_token_comes_from_the_settings_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    for settings in (
        IngestSettings(host="0.0.0.0", token=SecretStr(TOKEN)),  # noqa: S104 - nothing is bound
        IngestSettings(host="0.0.0.0", token_file=tmp_path / "token"),  # noqa: S104 - nothing is bound
    ):
        assert read_token(settings) == TOKEN


@pytest.mark.parametrize(
    ("token", "sentence"),
    [("", "must be 16 or more ASCII"), ("short", "must be 16 or more ASCII"), (None, "cannot be read")],
)
def test_a_weak_or_unreadable_token_is_an_error_that_does_not_show_it(
    tmp_path: Path, token: str | None, sentence: str
) -> None:
    settings = IngestSettings(token=None if token is None else SecretStr(token), token_file=tmp_path / "none")
    with pytest.raises(ConfigError, match=sentence):
        read_token(settings)


@pytest.mark.parametrize(
    "header", [f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer \udcff", "Bearer", ""]
)
def test_access_needs_the_exact_token(header: str) -> None:
    check_access({"Authorization": f"bearer  {TOKEN} "}, TOKEN)
    with pytest.raises(Problem) as raised:
        check_access({"Authorization": header}, TOKEN)
    assert raised.value.status == 401
    assert raised.value.headers == {"WWW-Authenticate": 'Bearer realm="copydesk"'}


async def test_memory_of_requests_is_bounded_and_a_larger_request_passes_alone() -> None:
    budget = Budget(100, seconds=0.01)
    async with budget.share() as first:
        await first.take(90)
        await first.take(90)
        async with budget.share() as second:
            with pytest.raises(Problem) as raised:
                await second.take(1)
            assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "1"})
            await first.give_back(90)
            await second.take(10)
            assert not second.fits(1)
    async with budget.share() as third:
        await third.take(1000)


async def test_a_request_waits_until_another_frees_memory() -> None:
    budget = Budget(100, seconds=30)
    async with budget.share() as second:
        async with budget.share() as first:
            await first.take(100)
            waiting = asyncio.create_task(second.take(50))
            await asyncio.sleep(0)
            assert not waiting.done()
        await waiting


def test_attributes_are_percent_decoded_and_other_headers_are_dropped() -> None:
    headers = CIMultiDict(
        {"Ce-Feed": "Br%C3%BCcke%20%25", "ce-bad_name": "x", "Cookie": "a", "TraceParent": "00-1"}
    )
    assert request.attributes(headers) == (("ce_feed", "Brücke %".encode()), ("traceparent", b"00-1"))


def test_a_url_with_escapes_is_kept_unchanged() -> None:
    url = "https://a.example/a%2Fb?q=%E9"
    asked = request.asked(CIMultiDict({"Content-Type": "text/html"}), url)
    assert request.page(b"<p>", asked, RAW).key == url.encode()
