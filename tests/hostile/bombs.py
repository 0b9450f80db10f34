"""Small on the wire, large in memory: entities that refer to entities, and compressed repetition."""

import gzip
import zlib

import cramjam

from tests.hostile.record import JSON, URL, Corpus, Hostile, html, page, story

MIB = 1_048_576
#: A little less than `article_bytes`.
ARTICLE = 16_000_000


def doctype(entities: str) -> str:
    """A doctype with an internal subset, as in XML."""
    return f"<!DOCTYPE html [\n{entities}\n]>"


def billion_laughs() -> Hostile:
    """Ten levels of ten entities each: 10^9 words, as XML expands them."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<!ENTITY a0 "ha">{levels}'
    return html(
        f'<?xml version="1.0"?>{doctype(entities)}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>&a9;'
        f"</title></head><body>{story(after='<p>&a9;</p>')}</body></html>",
        (("content-type", b"application/xhtml+xml"),),
    )


def quadratic() -> Hostile:
    """A single long entity, referred to very often."""
    entity = f'<!ENTITY a "{"ha " * 20_000}">'
    return html(f"{doctype(entity)}<html><body>{story(after='<p>' + '&a;' * 100_000 + '</p>')}</body></html>")


def external_entities() -> Hostile:
    """Entities that are local files and other sites."""
    entities = (
        '<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:1/x">'
        '<!ENTITY % c SYSTEM "http://127.0.0.1:1/dtd"> %c;'
    )
    body = story(after="<p>Here: &a; &b;</p>")
    return html(f'<?xml version="1.0"?>{doctype(entities)}<html><body>{body}</body></html>')


def gzip_bomb() -> Hostile:
    """A gigabyte of spaces after a page, compressed to a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(page().encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush each block is independent, and may be repeated.
    return Hostile(
        value=start + (packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)) * 1024 + packer.flush()
    )


def gzip_cut_off() -> Hostile:
    """A page whose end is missing."""
    return Hostile(value=gzip.compress(page(story(after="<p>On</p>" * 9999)).encode())[:-40])


def text_of(text: str) -> Hostile:
    """A JSON record with this text. 16 MB is the most that a pool process gets; compressed it is small."""
    return Hostile(value=f'{{"url": "{URL}", "text": "{text}"}}'.encode(), headers=JSON)


BOMBS: Corpus = {
    "billion laughs": billion_laughs,
    "quadratic blow-up": quadratic,
    "entities from outside": external_entities,
    "an ampersand escaped again and again": lambda: html(
        page(story(after="<p>&" + "amp;" * 300_000 + "lt;script&gt;</p>"))
    ),
    "gzip bomb": gzip_bomb,
    "gzip bomb in gzip": lambda: Hostile(value=gzip.compress(gzip_bomb().value, 9)),
    "gzip of many members": lambda: Hostile(
        value=gzip.compress(page().encode()) + gzip.compress(b" " * 100_000) * 10_000
    ),
    "gzip cut off": gzip_cut_off,
    "zstd as a page": lambda: Hostile(value=bytes(cramjam.zstd.compress(page().encode()))),
    "4 MB of one letter": lambda: text_of("a" * 4_000_000),
    "16 MB of one letter": lambda: text_of("a" * ARTICLE),
    "16 MB of one word": lambda: text_of("word " * (ARTICLE // 5)),
    "16 MB of spaces between two letters": lambda: text_of(("a" + " " * 1_000_000) * (ARTICLE // 1_000_001)),
    "16 MB of different words": lambda: text_of(" ".join(f"w{n}" for n in range(ARTICLE // 9))),
}
