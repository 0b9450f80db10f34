import subprocess
import sys
import tomllib
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import distribution, version
from pathlib import Path

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.parse import escaped
from agents.ids import ID_VERSION, article_id, normal_url
from streams.errors import Invalid
from tests.support.places import DOCS, ROOT

GOLDEN = tomllib.loads(Path(__file__).with_name("article_ids.toml").read_text("utf-8"))
TABLE = GOLDEN["url"]
CONTRACT = DOCS / "guides" / "contract.md"
PATHS = st.text("ab/.%2eFé+~ ;=!", max_size=20)
PARAMETERS = [
    "a=1",
    "b=2",
    "a",
    "utm_source=x",
    "q=%e9",
    "q=é+e",
    "amp",
    "&amp;c=3",
    "%75tm_x=1",
    "100%",
    "=1",
]
QUERIES = st.lists(st.sampled_from(["", *PARAMETERS]), max_size=5).map("&".join)
LABELS = ["m", "www", "amp", "faß", "ＰＡ", "p%61", "pa\u00ad", "github", "io", "co.uk", "1", "0x7f"]
HOSTS = st.lists(st.sampled_from(LABELS), min_size=1, max_size=5).map(".".join)
TAILS = st.text("ab/\\.%2eFé+~ ;=!?#&'|^\t\n\u200d\u202e:1", max_size=25)


@pytest.mark.parametrize("row", TABLE, ids=[row["given"] for row in TABLE])
def test_a_url_keeps_its_article_id_forever(row: dict[str, str]) -> None:
    assert (normal_url(row["given"]), article_id(row["given"])) == (row["normal"], row["id"])


def test_each_normal_url_of_the_table_has_an_id_of_its_own() -> None:
    ids = {row["normal"]: row["id"] for row in TABLE}

    assert len(set(ids.values())) == len(ids)
    assert len(TABLE) >= 250


def test_the_table_and_the_contract_have_the_version_of_the_rules() -> None:
    assert GOLDEN["version"] == ID_VERSION
    assert f"article id, version {ID_VERSION}" in CONTRACT.read_text("utf-8")


def test_another_parser_or_suffix_list_is_noticed_before_it_changes_an_id() -> None:
    snapshot = distribution("tldextract").locate_file("tldextract/.tld_set_snapshot")

    assert f"ada-url {version('ada-url')}" == GOLDEN["parser"]
    assert sha256(Path(str(snapshot)).read_bytes()).hexdigest() == GOLDEN["suffix_list"]


def test_the_suffix_list_is_neither_downloaded_nor_cached(tmp_path: Path) -> None:
    source = """
import sys

def watch(event, arguments):
    if event.startswith("socket.") or event == "os.mkdir" or (event == "open" and "w" in str(arguments[1])):
        events.append((event, arguments))

from agents.ids import normal_url
import tldextract
events = []
sys.addaudithook(watch)
assert normal_url("https://m.desk.github.io/a") == "desk.github.io/a"
assert not events, events
"""
    environment = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-B", "-c", source], env=environment, check=True)


@pytest.mark.parametrize(
    "url",
    [
        *("", "https://", "http://?a"),
        *("example.com/a", "//example.com/a", "ftp://example.com/a", "mailto:a@b.example", "javascript:a"),
        *("https://a\x00b.example/", "https://a.example/\x1b]0;a\x07", "https://exam\u200dple.com/"),
        *("https://xn--a-\u00df.example/", "https://exam%2Fple.com/", "https://exa mple.com/a"),
        *("https://256.1.1.1/", "https://[::g]/", "https://[::1/a", "https://example..com/a"),
        *("https://example.com:99999/a", "https://example.com:x/a"),
        *("https://a.example/\ud800", "https://a.example/a?b=\ud800", "https://exa\ud800mple.com/"),
        "https://example.com/" + "a" * 9000,
    ],
)
def test_a_text_that_is_not_an_http_url_is_invalid(url: str) -> None:
    with pytest.raises(Invalid, match="the url"):
        article_id(url)


@given(path=PATHS, query=QUERIES)
def test_an_id_depends_on_neither_scheme_nor_trackers_nor_fragment(path: str, query: str) -> None:
    plain = f"http://example.com/{path}?{query}"
    same = f"https://user@WWW.example.com:443/{path}?{query}&utm_campaign=x&fbclid=1#comments"

    assert article_id(same) == article_id(plain)


@given(st.lists(st.sampled_from(["a=1", "b=2", "c=3", "d"]), unique=True).flatmap(st.permutations))
def test_the_order_of_the_query_does_not_matter(parameters: list[str]) -> None:
    ordered = normal_url("https://example.com/a?" + "&".join(sorted(parameters)))

    assert normal_url("https://example.com/a?" + "&".join(parameters)) == ordered


@given(st.text(max_size=80), PATHS, QUERIES)
def test_any_text_is_invalid_or_normal_after_the_first_time(text: str, path: str, query: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}", f"https://a.example/{path}?{query}"):
        with suppress(Invalid):
            normal = normal_url(url)
            assert normal_url(f"https://{normal}") == normal
            assert len(article_id(url)) == 32


@given(host=HOSTS, tail=TAILS)
def test_a_url_as_a_browser_or_a_finished_article_writes_it_is_the_same_article(host: str, tail: str) -> None:
    url = f"https://{host}/{tail}"
    with suppress(Invalid):
        article = article_id(url)
        assert article_id(ada_url.URL(url).href) == article
        assert article_id(escaped(url)) == article
