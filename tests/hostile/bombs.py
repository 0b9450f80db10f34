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


def escaped_many_times() -> Hostile:
    """An ampersand that is escaped very many times."""
    return html(page(story(after="<p>&" + "amp;" * 300_000 + "lt;script&gt;</p>")))


def gzipped(page: bytes) -> Hostile:
    """A page in the compression of its server."""
    return Hostile(value=gzip.compress(page, 9))


def gzip_bomb() -> Hostile:
    """A gigabyte of spaces after a page, compressed to a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(page().encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush each block is independent, and may be repeated.
    return Hostile(
        value=start + (packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)) * 1024 + packer.flush()
    )


def gzip_twice() -> Hostile:
    """A gzip bomb within gzip: after unpacking it once, it is still compressed."""
    return gzipped(gzip_bomb().value)


def gzip_of_many_members() -> Hostile:
    """Ten thousand members, one after the other."""
    return Hostile(value=gzip.compress(page().encode()) + gzip.compress(b" " * 100_000) * 10_000)


def gzip_cut_off() -> Hostile:
    """A page whose end is missing."""
    return Hostile(value=gzip.compress(page(story(after="<p>On</p>" * 9999)).encode())[:-40])


def zstd_as_page() -> Hostile:
    """A page in a compression that is not supported."""
    return Hostile(value=bytes(cramjam.zstd.compress(page().encode())))


def compressible_json() -> Hostile:
    """4 MB of the same letter: a few kilobytes on the wire."""
    return Hostile(
        value=b'{"url": "' + URL.encode() + b'", "text": "' + b"a" * 4_000_000 + b'"}', headers=JSON
    )


def text_of(piece: str) -> Hostile:
    """A text of 16 MB, the most that a pool process gets; some kilobytes on the wire."""
    text = piece * (ARTICLE // len(piece))
    return Hostile(value=f'{{"url": "{URL}", "text": "{text}"}}'.encode(), headers=JSON)


def different_words() -> Hostile:
    """As many words as possible, none of them twice."""
    text = " ".join(f"w{n}" for n in range(ARTICLE // 9))
    return Hostile(value=f'{{"url": "{URL}", "text": "{text}"}}'.encode(), headers=JSON)


BOMBS: Corpus = {
    "billion laughs": billion_laughs,
    "quadratic blow-up": quadratic,
    "entities from outside": external_entities,
    "an ampersand escaped again and again": escaped_many_times,
    "gzip bomb": gzip_bomb,
    "gzip bomb in gzip": gzip_twice,
    "gzip of many members": gzip_of_many_members,
    "gzip cut off": gzip_cut_off,
    "zstd as a page": zstd_as_page,
    "4 MB of one letter": compressible_json,
    "16 MB of one letter": lambda: text_of("a"),
    "16 MB of one word": lambda: text_of("word "),
    "16 MB of spaces between two letters": lambda: text_of("a" + " " * 1_000_000),
    "16 MB of different words": different_words,
}
