"""Files that are called pages and are not; pages that are broken from the first line."""

import base64
import zlib

from tests.hostile.record import PARAGRAPHS, Corpus, Hostile, html, page, story

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script>'
    "<foreignObject><p>{}</p></foreignObject></svg>"
)


def bytes_of(*parts: bytes) -> Hostile:
    """Any bytes, with the content-type of a page."""
    return Hostile(value=b"".join(parts))


def feed() -> Hostile:
    """A feed that contains whole articles."""
    escaped = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in PARAGRAPHS)
    item = f"<item><description>{escaped}</description></item>"
    return html(f'<?xml version="1.0"?><rss><channel>{item}</channel></rss>')


def broken(start: str) -> Hostile:
    """A good article after a broken start."""
    return html(f"{start}<html><head><title>Ferry</title></head><body>{story()}</body></html>")


ZIP = b"PK\x03\x04\x14\0\0\0\x08\0" + zlib.compress(b"<html><p>" * 1000) * 100
KINDS: Corpus = {
    "a feed": feed,
    "a picture in SVG": lambda: html(SVG.format(" ".join(PARAGRAPHS))),
    "a picture within a page": lambda: html(page(story(after=SVG.format(PARAGRAPHS[1] + " In a picture.")))),
    "a PDF": lambda: bytes_of(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <html><p>x</p>", ZIP),
    "a ZIP": lambda: bytes_of(ZIP),
    "a JPEG": lambda: bytes_of(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", ZIP, page().encode()),
    "a PNG": lambda: bytes_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", page().encode()),
    "a page in base64": lambda: bytes_of(base64.b64encode(page().encode() * 100)),
    "a doctype that never ends": lambda: broken("<!DOCTYPE html " + "x" * 100_000),
    "a doctype of brackets": lambda: broken("<!DOCTYPE html [" + "[" * 60_000 + "<!ENTITY a 'b'>"),
    "many doctypes": lambda: broken("<!DOCTYPE html>" * 4_000),
    "a comment that never ends": lambda: broken("<!--" * 15_000),
    "a comment closed otherwise": lambda: broken("<!--><script>alert(1)</script>--!>"),
    "an instruction that never ends": lambda: broken("<?php " + "echo '<p>'; " * 1_000),
    "a section of CDATA": lambda: broken("<![CDATA[<script>alert(1)</script>]]>"),
    "tags of spaces": lambda: broken("< html>< / p>" * 5_000),
    "html closed at once": lambda: broken("<html " + "a " * 30_000 + "/>"),
    "frames": lambda: html("<html><frameset><frame src='javascript:alert(1)'></frameset></html>"),
    "nothing but a head": lambda: html("<html><head><title>Ferry</title>"),
    "nothing but a script": lambda: html("<script>" + "document.write('<p>');" * 300_000),
    "nothing but a style": lambda: html("<style>" + "p{}" * 2_000_000 + "</style>"),
    "text that is never closed": lambda: html(f"<html><body>{story()}<textarea>" + "<p>x" * 100_000),
    "plaintext": lambda: html(f"<html><body>{story()}<plaintext><script>alert(1)</script>"),
    "a page of one bracket": lambda: html("<"),
    "a page of one tag": lambda: html("<a>"),
}
