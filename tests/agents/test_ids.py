import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ids import article_id, normal_url
from streams.errors import Invalid

TABLE = tomllib.loads(Path(__file__).with_name("article_ids.toml").read_text("utf-8"))["url"]
PATHS = st.text("ab/.%2eFé+~ ;=!", max_size=20)
QUERIES = st.lists(
    st.sampled_from(
        [
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
            "",
        ]
    ),
    max_size=5,
).map("&".join)


@pytest.mark.parametrize("row", TABLE, ids=[row["given"] for row in TABLE])
def test_a_url_keeps_its_article_id_for_ever(row: dict[str, str]) -> None:
    assert (normal_url(row["given"]), article_id(row["given"])) == (row["normal"], row["id"])


def test_the_table_holds_every_id_once_for_each_normal_url() -> None:
    ids = {row["normal"]: row["id"] for row in TABLE}

    assert len(set(ids.values())) == len(ids)
    assert len(TABLE) >= 60


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/a",
        "//example.com/a",
        "ftp://example.com/a",
        "mailto:ada@example.com",
        "javascript:alert(1)",
        "https://",
        "http:///a",
        "https://exa mple.com/a",
        "https://example..com/a",
        "https://example.com:99999/a",
        "https://example.com:x/a",
        "https://[::1/a",
        "https://example.com/\ud800",
        "https://example.com/a?b=\ud800",
        "https://exa\ud800mple.com/",
        "https://example.com/" + "a" * 9000,
    ],
)
def test_what_is_no_http_url_is_invalid(url: str) -> None:
    with pytest.raises(Invalid, match="the url"):
        article_id(url)


@given(path=PATHS, query=QUERIES)
def test_a_normal_url_is_its_own_normal_url(path: str, query: str) -> None:
    once = normal_url(f"https://www.example.com/{path}?{query}")

    assert normal_url(f"https://{once}") == once


@given(path=PATHS, query=QUERIES)
def test_an_id_depends_on_neither_scheme_nor_trackers_nor_fragment(path: str, query: str) -> None:
    plain = f"http://example.com/{path}?{query}"
    same = f"https://user@WWW.example.com:443/{path}?{query}&utm_campaign=x&fbclid=1#comments"

    assert article_id(same) == article_id(plain)


@given(st.lists(st.sampled_from(["a=1", "b=2", "c=3", "d"]), unique=True).flatmap(st.permutations))
def test_the_order_of_the_query_does_not_matter(parameters: list[str]) -> None:
    ordered = normal_url("https://example.com/a?" + "&".join(sorted(parameters)))

    assert normal_url("https://example.com/a?" + "&".join(parameters)) == ordered


@given(st.text(max_size=60))
def test_any_text_after_the_host_gives_an_id_or_is_invalid(tail: str) -> None:
    with suppress(Invalid):
        assert len(article_id("https://example.com/" + tail)) == 32
