"""JSON that different parsers read differently."""

import json

from tests.hostile.record import JSON, URL, Corpus, Hostile, html, linked, page, raw

DEEP = 100_000


def value(text: str | bytes) -> Hostile:
    """A JSON record of exactly this text."""
    return Hostile(value=text if isinstance(text, bytes) else text.encode(), headers=JSON)


def around(more: str) -> Hostile:
    """A good JSON record with more after its fields."""
    return value(raw().value.decode()[:-1] + f", {more}}}")


def node(more: str) -> Hostile:
    """A page with more in its JSON-LD."""
    return html(page(head=linked('{"@type": "NewsArticle", "headline": "Ferry stays", ' + more + "}")))


def nested_graph(levels: int) -> Hostile:
    """Nodes nested in nodes, under a key that is followed. A parser reads 480 levels."""
    return html(page(head=linked('{"@graph": [' * levels + "]}" * levels)))


def wide_graph() -> Hostile:
    """A graph of 15,000 nodes, each with an author."""
    article = json.dumps({"@type": "NewsArticle", "author": [{"name": "Ann Lee"}]})
    return html(page(head=linked('{"@graph": [' + ",".join([article] * 15_000) + "]}")))


NOTATION: Corpus = {
    "JSON 100,000 levels deep": lambda: around('"meta": ' + '{"a":' * DEEP + "1" + "}" * DEEP),
    "meta 500 levels deep": lambda: around('"meta": ' + '{"a":' * 500 + "1" + "}" * 500),
    "meta 1,000 levels of lists": lambda: around('"meta": {"a": ' + "[" * 1000 + "]" * 1000 + "}"),
    "half a pair in JSON": lambda: around('"title": "\\ud800 ferry"'),
    "a pair the wrong way round": lambda: around('"feed": "\\udc00\\ud800"'),
    "half a pair in meta": lambda: around('"meta": {"\\udfff": "\\ud800"}'),
    "keys twice": lambda: around('"url": "https://other.example/", "title": "One", "title": "<b>Two</b>"'),
    "a number without end": lambda: around('"meta": {"a": 1e999999}'),
    "a number below all": lambda: around('"meta": {"a": -1e999999, "b": 1e-999999}'),
    "a number of 1 MB": lambda: around('"meta": {"a": ' + "9" * 1_000_000 + "}"),
    "a number larger than 64 bits": lambda: around('"meta": {"a": 18446744073709551616}'),
    "NaN": lambda: around('"meta": {"a": NaN}'),
    "a key of 1 MB": lambda: around('"meta": {"' + "k" * 1_000_000 + '": 1}'),
    "200,000 keys": lambda: around('"meta": {' + ",".join(f'"{n}": {n}' for n in range(200_000)) + "}"),
    "NUL in every field": lambda: raw(
        title="A\0B", feed="\0", fetched_at="\0", language="e\0n", charset="\0"
    ),
    "30,000 authors": lambda: raw(authors=["Ann Lee"] * 30_000),
    "a URL of 8 KB": lambda: raw(url=URL + "?" + "a" * 8_000),
    "a URL of 1 MB": lambda: raw(url=URL + "?" + "a" * 1_000_000),
    "a URL with a script": lambda: raw(url="https://www.hostile.example/<script>alert(1)</script>"),
    "a URL with a line feed": lambda: raw(url="https://www.hostile.example/a\nb\0c"),
    "a URL of another kind": lambda: raw(url="javascript:alert(1)//https://www.hostile.example/"),
    "a list of lists": lambda: value("[" * DEEP),
    "JSON with a BOM": lambda: value(b"\xef\xbb\xbf" + raw().value),
    "JSON in UTF-16": lambda: value(raw().value.decode().encode("utf-16")),
    "JSON with comments": lambda: value(b"/* */" + raw().value),
    "JSON-LD 100,000 levels deep": lambda: nested_graph(DEEP),
    "JSON-LD 480 levels deep": lambda: nested_graph(480),
    "JSON-LD of 15,000 nodes": wide_graph,
    "JSON-LD of lists": lambda: html(page(head=linked("[" * DEEP))),
    "JSON-LD with half a pair": lambda: node('"author": "\\ud800\\ud800 Lee", "keywords": ["\\udfff"]'),
    "JSON-LD with keys twice": lambda: node('"headline": "<i>Other</i>", "headline": ["a", {"b": 1}]'),
    "JSON-LD with numbers without end": lambda: node('"author": 1e999999, "datePublished": 1e999999'),
    "JSON-LD with a number of 900 KB": lambda: node('"datePublished": ' + "9" * 900_000),
    "JSON-LD with a key of 900 KB": lambda: node('"' + "k" * 900_000 + '": 1'),
    "JSON-LD of the wrong kinds": lambda: node(
        '"@type": [{"a": []}, 7, null, "NewsArticle"], "author": [[["Ann Lee"]], {"name": {"name": 3}}, 7],'
        ' "publisher": [7, {"name": ["a"]}], "image": [[{"url": {"url": 1}}]], "keywords": {"a": "b"},'
        ' "inLanguage": {"name": ["en"]}, "isAccessibleForFree": [[]], "license": {"url": []},'
        ' "articleSection": [[]], "datePublished": [["2026-01-01"]], "description": {"@value": "x"}'
    ),
    "JSON-LD with a type of 900 KB": lambda: node('"@type": "' + "a/" * 400_000 + '"'),
    "JSON-LD with 100,000 types": lambda: node('"@type": [' + '"NewsArticle",' * 60_000 + '"Review"]'),
    "JSON-LD with 50,000 authors": lambda: node(
        '"author": [' + '{"name": "Ann Lee"},' * 40_000 + '{"name": "Ann Lee"}]'
    ),
    "JSON-LD with an author of 900 KB": lambda: node('"author": "' + "Ann Lee, " * 100_000 + '"'),
    "JSON-LD with an image of 900 KB": lambda: node('"image": "https://a.example/' + "a b" * 300_000 + '"'),
}
