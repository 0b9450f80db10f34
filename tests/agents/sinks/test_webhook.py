"""Finished articles posted to a real receiver on loopback, which the settings of these tests allow."""

import json
import logging
import random
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sinks.webhook import MISSING_EXTRA, WebhookSettings, delivery, open_sink
from agents.sinks.webhook.sink import Webhook
from agents.sinks.webhook.transport import look_up
from agents.sinks.webhook.url import redirected
from streams.desk import load_desk
from streams.errors import CannotStart, ConfigError, Unavailable
from streams.settings import load_settings
from streams.sink import Delivered
from streams.sink_worker import open_sink as open_configured
from tests.agents.sinks.certificate import certified
from tests.agents.sinks.receiver import KEY, Came, Receiver, Says, receiving

TOPIC = "news.summaries"
GREEK = "Αθήνα 🏛"


def delivered(offset: int, key: str = "", *, gone: bool = False, partition: int = 0) -> Delivered:
    """A record at `offset`, of an article of its own unless `key` says otherwise."""
    key = key or f"k{offset}"
    return Delivered(
        key=key,
        record=None if gone else json.dumps({"id": key, "n": offset, "title": GREEK}).encode(),
        version=f"v{offset:03d}",
        event=f"e{offset}",
        topic=TOPIC,
        partition=partition,
        offset=offset,
    )


@contextmanager
def webhook(folder: Path, receiver: Receiver, lookup: Any = look_up, **given: Any) -> Iterator[Webhook]:
    """A sink that may reach this receiver, and nothing else that is not public."""
    wanted = {
        "url": receiver.url,
        "secret": KEY,
        "allow_http": True,
        "allow_private": f"127.0.0.1:{receiver.port}",
        "refused_folder": str(folder / "refused"),
    }
    sink = Webhook(WebhookSettings(**{**wanted, **given}), lookup)
    try:
        yield sink
    finally:
        sink.close()


def write_all(sink: Webhook, records: Sequence[Delivered], most: int = 100) -> int:
    """What the loop does: batches, each again and again while the receiver is away. How often it was."""
    away = 0
    for start in range(0, len(records), sink.batch):
        while away < most:
            try:
                sink.write(records[start : start + sink.batch])
                break
            except Unavailable:
                away += 1
    return away


def write_patiently(sink: Webhook, batch: Sequence[Delivered]) -> None:
    """A batch, over and over; what it raises when patience is at its end."""
    with suppress(Unavailable):
        sink.write(batch)
    sink.write(batch)


def once(came: Sequence[Came]) -> list[str]:
    """The events in the order in which each came first."""
    return list(dict.fromkeys(one.event for one in came))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sink that gives a batch back soon, and suspects a record soon."""
    monkeypatch.setattr(delivery, "RETRY_SECONDS", 0.4)
    monkeypatch.setattr(delivery, "STUBBORN_SECONDS", 0.5)


def refused(folder: Path) -> list[dict[str, Any]]:
    """What has been set aside."""
    return [
        json.loads(line)
        for path in (folder / "refused").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]


def test_a_record_comes_as_it_stands_in_kafka_with_its_event_version_and_place(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens")])

    [came] = receiver.came
    assert (came.path, came.body) == ("/articles", {"id": "athens", "n": 7, "title": GREEK})
    wanted = {
        "webhook-id": "e7",
        "content-type": "application/json",
        "copydesk-version": "v007",
        "copydesk-topic": TOPIC,
        "copydesk-partition": "0",
        "copydesk-offset": "7",
    }
    assert {name: came.headers[name] for name in wanted} == wanted
    assert receiver.unsigned == []


def test_a_takedown_says_so(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens", gone=True)])
    assert [one.body for one in receiver.came] == [{"id": "athens", "taken_down": True}]


def answers(script: Mapping[str, Says]) -> Callable[[int, str], Says]:
    """An answer for each event that the script names; all others are taken."""
    return lambda number, event: script.get(event, Says())


def test_a_receiver_that_fails_at_random_gets_each_record_and_those_of_an_article_in_order(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    failures = [
        Says(status=500),
        Says(status=503, headers={"retry-after": "0"}),
        Says(status=0),
        Says(seconds=1.5),
    ]
    with receiving() as forbidden:
        away = Says(status=307, headers={"location": forbidden.url})
        script = [chance.choice([*failures, away]) if chance.random() < 0.3 else Says() for _ in range(3000)]
        # Longer than any pause: it is left alone.
        script[40] = Says(status=429, headers={"retry-after": "1"})
        records = [delivered(n, f"k{chance.randrange(40)}", gone=n % 9 == 8) for n in range(200)]
        with (
            receiving(lambda number, event: script[number]) as receiver,
            webhook(tmp_path, receiver, timeout_seconds=0.5, concurrency=32) as sink,
        ):
            write_all(sink, records)

    assert (receiver.unsigned, forbidden.connections, refused(tmp_path)) == ([], 0, [])
    accepted = [one for one in receiver.taken if not one.said.seconds]
    assert sorted(once(accepted)) == sorted(one.event for one in records)
    for key in {one.key for one in records}:
        wanted = [one.event for one in records if one.key == key]
        assert once([one for one in receiver.came if one.body["id"] == key]) == wanted
        assert once([one for one in accepted if one.body["id"] == key]) == wanted
    assert len(receiver.came) - len(accepted) > 50


def test_articles_go_side_by_side_and_the_records_of_one_do_not(tmp_path: Path) -> None:
    slow = Says(seconds=0.1)
    with (
        receiving(lambda number, event: slow) as receiver,
        webhook(tmp_path, receiver, concurrency=4) as sink,
    ):
        sink.write([delivered(n, "same") for n in range(4)])
        assert receiver.most_at_once == 1
        sink.write([delivered(n) for n in range(4, 12)])
        assert receiver.most_at_once == 4


def test_what_was_delivered_of_a_batch_does_not_come_again_with_it(tmp_path: Path, impatient: None) -> None:
    batch = [delivered(0), delivered(1, "a"), delivered(2, "a"), delivered(3)]
    script = {"e1": Says(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        with pytest.raises(
            Unavailable, match=r"http://127.0.0.1:\d+: 2 of 4 records .*: it answers 503 Serv"
        ):
            sink.write(batch)
        assert sorted(one.event for one in receiver.taken) == ["e0", "e3"]
        script.clear()
        sink.write(batch)
    assert sorted(one.event for one in receiver.taken) == ["e0", "e1", "e2", "e3"]


def test_after_a_partition_has_begun_anew_its_records_come_again(tmp_path: Path, impatient: None) -> None:
    batch = [delivered(0), delivered(1), delivered(1, "other", partition=1)]
    script = {"e1": Says(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        batch[2] = delivered(2, "other", partition=1)
        with pytest.raises(Unavailable):
            sink.write(batch)
        script.clear()
        sink.begin(TOPIC, 0, 0)
        sink.write(batch)
    assert sorted(one.event for one in receiver.taken) == ["e0", "e0", "e1", "e2"]


def test_a_receiver_that_is_down_is_an_outage_and_sets_nothing_aside(tmp_path: Path, impatient: None) -> None:
    with receiving() as receiver:
        pass
    with webhook(tmp_path, receiver) as sink:
        for _ in range(4):
            with pytest.raises(Unavailable, match="1 of 1 records could not be delivered: ConnectError"):
                sink.write([delivered(0)])
    assert refused(tmp_path) == []


def test_an_outage_in_mid_batch_sets_nothing_aside(tmp_path: Path, impatient: None) -> None:
    def answer(number: int, event: str) -> Says:
        return Says() if event == "e0" and number < 2 else Says(status=500)

    with receiving(answer) as receiver, webhook(tmp_path, receiver) as sink:
        for _ in range(4):
            with pytest.raises(Unavailable):
                sink.write([delivered(0), delivered(1)])
        assert refused(tmp_path) == []


@pytest.mark.parametrize("status", [401, 404, 410])
def test_what_the_receiver_says_to_everybody_sets_nothing_aside(
    tmp_path: Path, impatient: None, status: int
) -> None:
    says = Says(status=status)
    with receiving(lambda number, event: says) as receiver, webhook(tmp_path, receiver) as sink:
        for _ in range(3):
            with pytest.raises(Unavailable, match=f"it answers {status}"):
                sink.write([delivered(0)])
    assert refused(tmp_path) == []


def test_a_record_that_the_receiver_refuses_is_set_aside_with_the_reason_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    script = {"e1": Says(status=422, body=b"title:\tno such letters")}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(0, "a"), delivered(1, "a"), delivered(2, "a"), delivered(3)])

    assert [one.event for one in receiver.came].count("e1") == 3
    assert sorted(one.event for one in receiver.taken) == ["e0", "e2", "e3"]
    [aside] = refused(tmp_path)
    assert aside.pop("at").endswith("+00:00")
    assert aside == {
        "reason": "it answers 422 Unprocessable Entity: title: no such letters",
        "id": "a",
        "event": "e1",
        "topic": TOPIC,
        "partition": 0,
        "offset": 1,
        "version": "v001",
        "record": {"id": "a", "n": 1, "title": GREEK},
    }


def test_a_record_that_the_receiver_stumbles_over_is_set_aside_once_it_takes_another(
    tmp_path: Path, impatient: None
) -> None:
    script = {"e1": Says(status=500)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        assert write_all(sink, [delivered(n) for n in range(3)]) > 0
    [aside] = refused(tmp_path)
    assert aside["event"] == "e1"
    assert aside["reason"] == "it answers 500 Internal Server Error, while another record is taken"
    assert set(once(receiver.taken)) == {"e0", "e2"}


@pytest.mark.parametrize("status", [401, 429, 503])
def test_an_answer_that_any_record_may_meet_sets_none_aside_though_others_are_taken(
    tmp_path: Path, impatient: None, status: int
) -> None:
    with receiving(answers({"e1": Says(status=status)})) as receiver, webhook(tmp_path, receiver) as sink:
        assert write_all(sink, [delivered(n) for n in range(3)], most=8) == 8
    assert refused(tmp_path) == []
    assert set(once(receiver.taken)) == {"e0", "e2"}


def test_past_the_limit_of_refusals_the_sink_stops_and_a_restart_does_not_help(
    tmp_path: Path, impatient: None
) -> None:
    says = Says(status=400)
    with receiving(lambda number, event: says) as receiver:
        for _ in range(2):
            with (
                webhook(tmp_path, receiver, refused_most=3) as sink,
                pytest.raises(Unavailable, match=r"3 records were refused: see why in .*, then move it"),
            ):
                write_patiently(sink, [delivered(n) for n in range(6)])
        assert len(refused(tmp_path)) == 3
        for path in (tmp_path / "refused").iterdir():
            path.unlink()
        with webhook(tmp_path, receiver, refused_most=3) as sink:
            sink.write([delivered(7)])
    assert [one["event"] for one in refused(tmp_path)] == ["e7"]


def test_a_redirect_that_keeps_method_and_body_is_followed_and_does_not_take_own_headers_elsewhere(
    tmp_path: Path,
) -> None:
    with receiving() as second:
        moved = Says(status=308, headers={"location": second.url.replace("articles", "moved")})
        with receiving(lambda number, event: moved) as first:
            allowed = f"127.0.0.1:{first.port}, 127.0.0.1:{second.port}"
            given = {"allow_private": allowed, "headers": {"Authorization": "Bearer s3cret"}}
            with webhook(tmp_path, first, **given) as sink:
                sink.write([delivered(0)])
    assert [(one.path, one.event) for one in second.taken] == [("/moved", "e0")]
    assert first.came[0].headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in second.came[0].headers


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:{port}/", "127.0.0.1 is 127.0.0.1, which is not public"),
        ("http://localhost:{port}/", "localhost is .*, which is not public"),
        ("http://127.0.0.1.:{port}/", "which is not public|cannot be looked up"),
        ("http://0x7f000001:{port}/", "which is not public|cannot be looked up"),
        ("http://0177.0.0.1:{port}/", "which is not public|it redirects to something that is no URL"),
        ("http://2130706433:{port}/", "which is not public|cannot be looked up"),
        ("http://127.1:{port}/", "which is not public|cannot be looked up"),
        ("http://[::1]:{port}/", "::1 is ::1, which is not public"),
        ("http://[::ffff:127.0.0.1]:{port}/", "which is not public"),
        ("//127.0.0.1:{port}/", "which is not public"),
        ("https://127.0.0.1:{port}/", "which is not public"),
        ("http://user:word@127.0.0.1:{port}/", "it redirects to a URL with a user in it"),
        ("ftp://127.0.0.1:{port}/", "it redirects from http to ftp"),
        ("file:///etc/passwd", "it redirects from http to file"),
        ("http://h:port/", "it redirects to something that is no URL"),
    ],
)
def test_no_redirect_leads_to_an_address_that_is_not_allowed(
    tmp_path: Path, impatient: None, location: str, reason: str
) -> None:
    with receiving() as forbidden:
        moved = Says(status=307, headers={"location": location.format(port=forbidden.port)})
        with receiving(lambda number, event: moved) as first, webhook(tmp_path, first) as sink:
            with pytest.raises(Unavailable, match=reason):
                sink.write([delivered(0)])
            assert first.came != []
        assert forbidden.connections == 0


@given(
    st.text(max_size=30) | st.from_regex(r"https?://[a-z\[\]:.%@0-9]{0,12}(/|:[0-9]{1,6}/?)", fullmatch=True)
)
def test_whatever_a_redirect_says_it_is_a_url_or_an_outage(location: str) -> None:
    with suppress(Unavailable):
        assert redirected(httpx.URL("https://hooks.example/x"), location).scheme == "https"


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://a..b/", "http://\xff/"]
)
def test_a_redirect_to_no_place_at_all_is_an_outage(tmp_path: Path, impatient: None, location: str) -> None:
    moved = Says(status=307, headers={"location": location})
    with (
        receiving(lambda number, event: moved) as receiver,
        webhook(tmp_path, receiver) as sink,
        pytest.raises(Unavailable),
    ):
        sink.write([delivered(0)])


def test_redirects_that_never_end_are_an_outage(tmp_path: Path, impatient: None) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        again = Says(status=307, headers={"location": receiver.url})
        receiver.answer = lambda number, event: again
        with pytest.raises(Unavailable, match="more than 3 redirects"):
            sink.write([delivered(0)])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::1]", "[::ffff:7f00:1]"],
)
def test_a_url_of_loopback_is_refused_before_anything_is_read(tmp_path: Path, host: str) -> None:
    with (
        receiving() as receiver,
        pytest.raises(
            CannotStart, match=r"^the url of a webhook: .*, which is not public: name it in allow_p"
        ),
        webhook(tmp_path, receiver, url=f"http://{host}:{receiver.port}/", allow_private=""),
    ):
        pass
    assert receiver.connections == 0


def test_a_name_that_becomes_loopback_after_the_start_is_not_connected_to(
    tmp_path: Path, impatient: None
) -> None:
    """DNS rebinding: first the address that is allowed, then one that is not."""
    found: list[list[str]] = []

    async def lookup(host: str, port: int) -> list[str]:
        return found.pop(0) if len(found) > 1 else found[0]

    with receiving() as receiver:
        closing = Says(headers={"connection": "close"})
        receiver.answer = lambda number, event: closing
        given = {
            "url": f"http://hooks.example:{receiver.port}/",
            "allow_private": f"127.0.0.1:{receiver.port}",
        }
        with webhook(tmp_path, receiver, lookup, **given) as sink:
            found[:] = [["127.0.0.1"]]
            sink.write([delivered(0)])
            assert receiver.came[0].headers["host"] == f"hooks.example:{receiver.port}"
            for rebound in (["127.0.0.2"], ["::1"], ["127.0.0.1", "10.0.0.1"], ["::ffff:127.0.0.3"]):
                found[:] = [rebound]
                with pytest.raises(Unavailable, match=r"hooks\.example is .*, which is not public"):
                    sink.write([delivered(1)])
    assert receiver.connections == 1


def test_the_address_that_was_checked_is_the_one_connected_to(tmp_path: Path) -> None:
    """The name is looked up once a connection; a second look could find another address."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiving() as receiver:
        url = f"http://hooks.example:{receiver.port}/"
        with webhook(tmp_path, receiver, lookup, url=url) as sink:
            sink.write([delivered(0)])
            sink.write([delivered(1)])
    assert (asked, receiver.connections, len(receiver.taken)) == (["hooks.example"], 1, 2)


@pytest.mark.parametrize(
    ("host", "trusts", "reason"),
    [
        ("hooks.example", True, None),
        ("hooks.example", False, "certificate verify failed"),
        ("other.example", True, "certificate is not valid for 'other.example'"),
    ],
)
def test_the_certificate_must_be_the_names_though_the_connection_goes_to_an_address(
    tmp_path: Path, impatient: None, host: str, trusts: bool, reason: str | None
) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    context, pem = certified("hooks.example", tmp_path)
    with receiving(tls=context) as receiver:
        url = f"https://{host}:{receiver.port}/"
        given = {"url": url, "allow_http": False, "ca_file": str(pem) if trusts else ""}
        expected = pytest.raises(Unavailable, match=reason) if reason else nullcontext()
        with webhook(tmp_path, receiver, lookup, **given) as sink, expected:
            sink.write([delivered(0)])
    assert [one.headers["host"] for one in receiver.taken] == ([] if reason else [url[8:-1]])


def test_proxies_of_the_environment_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with webhook(tmp_path, receiver) as sink:
            sink.write([delivered(0)])
    assert (len(receiver.taken), proxy.connections) == (1, 0)


def test_an_answer_that_drips_and_never_ends_is_given_up_in_time(tmp_path: Path, impatient: None) -> None:
    with receiving() as receiver, socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        given = {"url": f"http://127.0.0.1:{port}/", "allow_private": "127.0.0.1", "timeout_seconds": 0.5}
        with (
            webhook(tmp_path, receiver, **given) as sink,
            pytest.raises(Unavailable, match=r"no answer within 0\.5 s"),
        ):
            sink.write([delivered(0)])


def _drip(server: socket.socket) -> None:
    """A header, a letter at a time."""
    try:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
                while True:
                    connection.sendall(b"a")
                    threading.Event().wait(0.05)
    except OSError:
        pass


def test_a_connection_that_is_never_given_back_costs_one_attempt(tmp_path: Path) -> None:
    """httpcore 1.0.9 lost one when a request was cancelled while its answer was being closed."""
    with (
        receiving() as receiver,
        webhook(tmp_path, receiver, concurrency=1, timeout_seconds=0.5) as sink,
    ):
        lost = httpx.Request("POST", receiver.url, headers={"webhook-id": "lost"}, content=b"{}")
        sink._runner.run(sink._transports[0].handle_async_request(lost))
        sink.write([delivered(0)])
        sink.write([delivered(1)])
    assert once(receiver.came) == ["e0", "e1"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"url": ""}, "a webhook needs a url"),
        ({"url": "hooks.example/x"}, "the url of a webhook must begin with https:// and a host"),
        ({"url": "https://h:ook"}, "the url of a webhook is no URL"),
        ({"url": "http://hooks.example/x", "allow_http": False}, "http, which others can read: use https"),
        ({"url": "https://me:pw@hooks.example"}, "must have no user or password: use headers.Authorization"),
        ({"secret": ""}, "a webhook needs a secret"),
        ({"timeout_seconds": 16}, "timeout_seconds of a webhook must be above 0 and at most 15"),
        ({"timeout_seconds": 0}, "timeout_seconds of a webhook must be above 0 and at most 15"),
        ({"concurrency": 0}, "concurrency of a webhook must be from 1 to 64"),
        ({"refused_most": -1}, "refused_most of a webhook must be at least 0"),
        ({"allow_private": "10.0.0.0/99"}, "allow_private: '10.0.0.0/99' is no address, network or name"),
        ({"headers": {"x-y": "a\r\nb: c"}}, "the header 'x-y' of a webhook has a character"),
        ({"headers": {"x y": "a"}}, "the header 'x y' of a webhook has a character"),
        ({"ca_file": "/none.pem"}, "the ca_file /none.pem of a webhook cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(
    tmp_path: Path, given: dict[str, Any], sentence: str
) -> None:
    with receiving() as receiver, pytest.raises(ConfigError) as raised, webhook(tmp_path, receiver, **given):
        pass
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_name_service_that_is_away_at_the_start_is_an_outage(tmp_path: Path, impatient: None) -> None:
    with (
        receiving() as receiver,
        webhook(tmp_path, receiver, url="http://hooks.invalid/") as sink,
        pytest.raises(
            Unavailable, match=r"http://hooks\.invalid: 1 of 1 .* hooks\.invalid cannot be looked up"
        ),
    ):
        sink.write([delivered(0)])


def test_secrets_stand_in_no_log_error_or_representation(
    tmp_path: Path, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    says = Says(status=500)
    with receiving(lambda number, event: says) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/T0ken/path"
        given = {"url": url, "headers": {"x-api-key": "k3y"}}
        with webhook(tmp_path, receiver, **given) as sink, pytest.raises(Unavailable) as raised:
            sink.write([delivered(0)])
    settings = WebhookSettings(url=url, secret=KEY, headers={"x-api-key": "k3y"})
    told = caplog.text + str(raised.value) + repr(settings)
    assert [secret for secret in ("T0ken", "k3y", KEY[6:]) if secret in told] == []


def test_without_httpx_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agents.sinks.webhook.sink", None)
    with pytest.raises(ConfigError) as raised:
        open_sink(WebhookSettings())
    assert str(raised.value) == MISSING_EXTRA


def test_several_of_this_kind_have_each_its_own_receiver_and_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "whsec_" + "b" * 40
    monkeypatch.setenv("COPYDESK_SINKS__ONE__SECRET", KEY)
    monkeypatch.setenv("COPYDESK_SINKS__TWO__SECRET", other)
    monkeypatch.setenv("COPYDESK_SINKS__TWO__CONCURRENCY", "2")
    with receiving() as one, receiving(secret=other) as two:
        for name, receiver in (("ONE", one), ("TWO", two)):
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__KIND", "webhook")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__URL", receiver.url)
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__ALLOW_HTTP", "true")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__ALLOW_PRIVATE", f"127.0.0.1:{receiver.port}")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__REFUSED_FOLDER", str(tmp_path))
        given = load_settings()
        sinks = [open_configured(given, load_desk(given), name) for name in ("one", "two")]
        for opened in sinks:
            opened.write([delivered(0)])
            opened.close()
    assert [len(one.taken), len(two.taken), one.unsigned, two.unsigned] == [1, 1, [], []]
