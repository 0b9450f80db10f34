"""Where a webhook connects to: no redirect, name, certificate or proxy takes it anywhere else."""

from contextlib import nullcontext, suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sinks.webhook.url import redirected
from streams.errors import CannotStart, Unavailable
from tests.unit.agents.sinks.certificate import certified
from tests.unit.agents.sinks.posting import delivered, resolving, webhook
from tests.unit.agents.sinks.receiver import Answer, always, receiving

pytestmark = pytest.mark.usefixtures("impatient")
#: The addresses of a name of which only one is allowed.
TWO = (["::1", "127.0.0.1"], ["127.0.0.1", "::1"], ["127.0.0.1", "10.0.0.1"], ["127.0.0.1", "fe80::1%lo"])


def test_a_redirect_that_keeps_method_and_body_is_followed_without_the_configured_headers(
    tmp_path: Path,
) -> None:
    with receiving() as second:
        moved = Answer(status=308, headers={"location": second.url.replace("articles", "moved")})
        with receiving(always(moved)) as first:
            allowed = f"127.0.0.1:{first.port}, 127.0.0.1:{second.port}"
            settings = {"allow_private": allowed, "headers": {"Authorization": "Bearer s3cret"}}
            with webhook(tmp_path, first, **settings) as sink:
                sink.write([delivered(0)])
    assert [(request.path, request.event) for request in second.accepted] == [("/moved", "e0")]
    assert first.requests[0].headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in second.requests[0].headers


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:{port}/", "127.0.0.1 is 127.0.0.1, which is not public"),
        ("http://localhost:{port}/", "localhost is .*, which is not public"),
        ("http://127.0.0.1.:{port}/", "which is not public|cannot be looked up"),
        ("http://0x7f000001:{port}/", "which is not public|cannot be looked up"),
        ("http://0177.0.0.1:{port}/", "which is not public|it redirects to something that is not a URL"),
        ("http://2130706433:{port}/", "which is not public|cannot be looked up"),
        ("http://127.1:{port}/", "which is not public|cannot be looked up"),
        ("http://[::1]:{port}/", "::1 is ::1, which is not public"),
        ("http://[::ffff:127.0.0.1]:{port}/", "which is not public"),
        ("//127.0.0.1:{port}/", "which is not public"),
        ("https://127.0.0.1:{port}/", "which is not public"),
        ("http://user:word@127.0.0.1:{port}/", "it redirects to a URL with a user in it"),
        ("ftp://127.0.0.1:{port}/", "it redirects from http to ftp"),
        ("file:///etc/passwd", "it redirects from http to file"),
        ("http://h:port/", "it redirects to something that is not a URL"),
        ("http://127.0.0.1:0/", "which is not public"),
        ("http://127.0.0.1:65536/", "which is not public"),
        ("http://a..b/", "the name a..b cannot be looked up"),
        ("http://\xff/", "the name xn--wda cannot be looked up"),
    ],
)
def test_no_redirect_leads_to_an_address_that_is_not_allowed_or_not_possible(
    tmp_path: Path, location: str, reason: str
) -> None:
    with receiving() as forbidden:
        moved = Answer(status=307, headers={"location": location.format(port=forbidden.port)})
        with receiving(always(moved)) as first, webhook(tmp_path, first) as sink:
            with pytest.raises(Unavailable, match=reason):
                sink.write([delivered(0)])
            assert first.requests != []
        assert forbidden.connections == 0


@given(
    st.text(max_size=30) | st.from_regex(r"https?://[a-z\[\]:.%@0-9]{0,12}(/|:[0-9]{1,6}/?)", fullmatch=True)
)
def test_any_location_of_a_redirect_is_a_url_or_an_outage(location: str) -> None:
    with suppress(Unavailable):
        assert redirected(httpx.URL("https://hooks.example/x"), location).scheme == "https"


def test_an_endless_series_of_redirects_is_an_outage(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        redirect = Answer(status=307, headers={"location": receiver.url})
        receiver.answer = always(redirect)
        with pytest.raises(Unavailable, match="more than 3 redirects"):
            sink.write([delivered(0)])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::1]", "[::ffff:7f00:1]"],
)
def test_a_url_of_loopback_is_rejected_before_any_record_is_read(tmp_path: Path, host: str) -> None:
    reason = r"^the url of a webhook: .*, which is not public: add it to allow_p"
    with (
        receiving() as receiver,
        pytest.raises(CannotStart, match=reason),
        webhook(tmp_path, receiver, url=receiver.url_at(host), allow_private=""),
    ):
        pass
    assert receiver.connections == 0


def test_a_name_is_no_longer_connected_to_once_one_of_its_addresses_is_not_allowed(tmp_path: Path) -> None:
    """DNS rebinding: first the allowed address, then an address that is not allowed."""
    addresses = ["127.0.0.1"]
    with receiving(always(Answer(headers={"connection": "close"}))) as receiver:
        url = receiver.url_at("hooks.example")
        with webhook(tmp_path, receiver, resolving(addresses), url=url) as sink:
            sink.write([delivered(0)])
            assert receiver.requests[0].headers["host"] == f"hooks.example:{receiver.port}"
            for rebound in (["127.0.0.2"], ["::1"], ["::ffff:127.0.0.3"], *TWO):
                addresses[:] = rebound
                with pytest.raises(Unavailable, match=r"hooks\.example is .*, which is not public"):
                    sink.write([delivered(1)])
    assert receiver.connections == 1


def test_the_sink_connects_to_the_address_that_was_checked(tmp_path: Path) -> None:
    """The name is looked up once per connection; a second look-up could give another address."""
    hosts: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        hosts.append(host)
        return ["127.0.0.1"] if len(hosts) == 1 else ["127.0.0.2"]

    with receiving() as receiver:
        url = receiver.url_at("hooks.example")
        with webhook(tmp_path, receiver, lookup, url=url) as sink:
            sink.write([delivered(0)])
            sink.write([delivered(1)])
    assert (hosts, receiver.connections, len(receiver.accepted)) == (["hooks.example"], 1, 2)


@pytest.mark.parametrize("gap", ["lost connection", "no answer in time", "redirect", "redirect back"])
def test_each_new_connection_goes_to_the_address_of_its_own_checked_look_up(tmp_path: Path, gap: str) -> None:
    """The name is rebound in between: at a retry, after a redirect, and back at the first host."""
    hosts: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        hosts.append(host)
        return ["127.0.0.1"] if hosts.count(host) == 1 and host == "hooks.example" else ["127.0.0.2"]

    with receiving() as receiver, receiving() as second:
        url, other = map(receiver.url_at, ("hooks.example", "other.example"))
        answer = {
            "lost connection": Answer(status=0),
            "no answer in time": Answer(seconds=5),
            "redirect": Answer(status=307, headers={"location": other}),
            "redirect back": Answer(status=307, headers={"location": url, "connection": "close"}),
        }[gap]
        receiver.answer = always(answer)
        with webhook(tmp_path, receiver, lookup, url=url, timeout_seconds=0.5) as sink:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    sink.write([delivered(0)])
        assert len(hosts) > 1
        assert (receiver.connections, second.connections) == (1, 0)


@pytest.mark.parametrize(
    ("host", "trusts", "reason"),
    [
        ("hooks.example", True, None),
        ("hooks.example", False, "certificate verify failed"),
        ("other.example", True, "certificate is not valid for 'other.example'"),
    ],
)
def test_the_certificate_must_match_the_name_though_the_connection_goes_to_an_address(
    tmp_path: Path, host: str, trusts: bool, reason: str | None
) -> None:
    context, pem = certified("hooks.example", tmp_path)
    with receiving(tls=context) as receiver:
        url = receiver.url_at(host)
        settings = {"url": url, "allow_http": False, "ca_file": str(pem) if trusts else ""}
        expected = pytest.raises(Unavailable, match=reason) if reason else nullcontext()
        with webhook(tmp_path, receiver, resolving(["127.0.0.1"]), **settings) as sink, expected:
            sink.write([delivered(0)])
    assert [request.headers["host"] for request in receiver.accepted] == ([] if reason else [url[8:-1]])


def test_proxies_in_the_environment_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with webhook(tmp_path, receiver) as sink:
            sink.write([delivered(0)])
    assert (len(receiver.accepted), proxy.connections) == (1, 0)


def test_a_name_that_cannot_be_looked_up_at_the_start_is_an_outage(tmp_path: Path) -> None:
    reason = r"http://hooks\.invalid: 1 of 1 .* hooks\.invalid cannot be looked up"
    with (
        receiving() as receiver,
        webhook(tmp_path, receiver, url="http://hooks.invalid/") as sink,
        pytest.raises(Unavailable, match=reason),
    ):
        sink.write([delivered(0)])
